//! A customer's whole walk, in a real browser: in both models, on a phone and at a desk, and with scripts turned off
//! except where a test says otherwise.
//!
//! `bash .ci/browser` installs the browser where it can and runs this. If `BROWSER_PICTURES` names a folder,
//! pictures of each page are written into it.

mod driver;
mod scripts;
mod walks;
mod world;

use driver::{Browser, Screen};
use sphere_example_web::Model;
use world::World;

const PHONE: Screen = Screen { name: "phone", width: 390, height: 844, is_phone: true };
const DESK: Screen = Screen { name: "desk", width: 1280, height: 900, is_phone: false };

/// Waits for a page, checks that it fits, and takes its picture.
fn see(browser: &Browser, heading: &str, picture: &str) {
    browser.expect(heading);
    browser.assert_fits();
    browser.picture(picture);
}

/// Fills in the form with somebody's details, and sends it.
fn fill_in_details(browser: &Browser, email: &str) {
    browser.fill("email", email);
    browser.fill("phone", "+1 (415) 555-0123");
    browser.fill("line1", "233 South Wacker Drive");
    browser.fill("city", "Chicago");
    browser.fill("tax_number", "123456789");
    for value in ["USA", "ssn"] {
        browser.click(&format!("//option[@value={value:?}]"));
    }
    browser.press("Continue");
}

/// From the page for developers to each failure, by what it offers there.
fn failures(screen: Screen) {
    let world = World::start(Model::SphereManaged);
    let browser = Browser::without_scripts(screen);
    browser.open(&world.url);
    browser.press("For developers");
    see(&browser, "For developers", "developers");
    for (words, heading, picture) in [
        ("422, the contract's example with two field errors", "Something needs correcting", "422"),
        ("403, as for a refused key", "This is our fault, not yours", "403"),
        ("404, the contract's example", "We could not find you", "404"),
        ("409 problem details", "The verification cannot go on", "409"),
        ("429 with Retry-After: 1", "One moment, please", "429"),
        ("500 problem details", "The verification is out of order", "500"),
        ("503 without Retry-After", "The verification is not available", "503"),
    ] {
        browser.open(&format!("{}/developers", world.url));
        browser.press(words);
        see(&browser, heading, picture);
        let reference = browser.text("//p[contains(., 'quote this reference')]/code");
        assert!(reference.len() == 32 && reference.bytes().all(|b| b.is_ascii_hexdigit()), "{reference}");
    }
    browser.press("Back to the start");
    browser.expect("Verify your identity");
    browser.open(&format!("{}/nothing", world.url));
    see(&browser, "There is no such page", "no-such-page");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn sphere_managed_on_a_phone() {
    walks::sphere_managed(PHONE);
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn sphere_managed_at_a_desk() {
    walks::sphere_managed(DESK);
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn platform_managed_on_a_phone() {
    walks::platform_managed(PHONE);
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn platform_managed_at_a_desk() {
    walks::platform_managed(DESK);
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn failures_on_a_phone() {
    failures(PHONE);
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn failures_at_a_desk() {
    failures(DESK);
}

/// Else the others would not show that no script is needed.
#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn scripts_are_turned_off_in_these_tests() {
    let browser = Browser::without_scripts(DESK);
    browser
        .open("data:text/html,<title>as written</title><h1>There</h1><script>document.title='ran'</script>");
    browser.expect("There");
    assert_eq!(browser.title(), "as written");
}
