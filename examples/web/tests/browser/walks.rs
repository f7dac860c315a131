//! The walks without scripts: through every step, with mistakes, failures and corrections on the way.

use sphere_example_web::Model;
use sphere_sandbox::{CheckState, Outcome, Reply};

use crate::driver::{Browser, Screen};
use crate::world::{LIFETIME, World, file};
use crate::{fill_in_details, see};

/// Up to the terms or the document: the first page, an empty form, an outage, and the right details.
fn give_details(world: &World, browser: &Browser, email: &str) {
    browser.open(&world.url);
    see(browser, "Verify your identity", "start");
    browser.tab();
    assert_eq!(browser.focused(), "skip");
    browser.press("Start");
    see(browser, "Your details", "details");

    browser.press("Continue");
    see(browser, "There is a problem", "details-mistakes");
    assert_eq!(browser.title(), "Error: Your details · Example Pay");
    assert_eq!(browser.focused(), "problem");
    browser.press("Enter your phone number");
    browser.tab();
    assert_eq!(browser.focused(), "country");

    world.sandbox.reply_next(Reply::unavailable(Some(3)));
    fill_in_details(browser, email);
    see(browser, "There is a problem", "details-outage");
    let problem = browser.text("//*[@role='alert']//li");
    assert!(problem.contains("not available") && problem.contains("in 3 seconds"), "{problem}");
    // Nothing has to be typed again.
    browser.press("Continue");
}

/// A licence without its back, a failure, a document that is refused, and one that is accepted.
fn give_documents(world: &World, browser: &Browser) {
    let picture = file("passport.png", 0);
    let choose = |kind: &str, sides: &[&str]| {
        browser.click(&format!("//input[@value={kind:?}]/.."));
        browser.click("//option[@value='USA']");
        for side in sides {
            browser.fill(side, picture.to_str().unwrap());
        }
    };
    see(browser, "Upload your identity document", "document");
    assert!(!browser.shows("//*[@id='back']"), "a passport has no back");
    choose("drivers", &["front"]);
    assert!(browser.shows("//*[@id='back']"));
    browser.press("Upload");
    see(browser, "There is a problem", "document-mistakes");
    assert_eq!(browser.text("//*[@role='alert']//li"), "Choose a photo or scan of the back");

    choose("drivers", &["front-photo", "back"]);
    world.sandbox.reply_next(Reply::server_error());
    browser.press("Upload");
    see(browser, "The verification is out of order", "document-failure");
    browser.press("Try again");

    browser.expect("Upload your identity document");
    choose("passport", &["front"]);
    browser.press("Upload");
    see(browser, "Something needs correcting", "correction");
    assert!(browser.text("//section").contains("The document could not be read"));
    browser.press("Upload another document");
    see(browser, "Upload your identity document", "document-refused");
    choose("passport", &["front"]);
    browser.press("Upload");
}

/// The review goes on for a while; then the page changes by itself.
fn wait_for_review(world: &World, browser: &Browser, heading: &str, picture: &str, outcome: Outcome) {
    see(browser, "We are checking everything", "waiting");
    assert!(browser.text("//ul[@class='checklist']").contains("Face check\nIn review"));
    world.customer().outcome(outcome);
    see(browser, heading, picture);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

pub fn sphere_managed(screen: Screen) {
    let world = World::start(Model::SphereManaged);
    let browser = Browser::without_scripts(screen);
    give_details(&world, &browser, "jane+document-refused@example.com");

    see(&browser, "Accept the terms of service", "terms");
    assert_eq!(browser.text("//p[@class='step']"), "Step 2 of 5");
    browser.press("Read the terms");
    browser.expect("Terms of service");
    browser.press("Leave without finishing");
    browser.press("Continue");
    browser.expect("Accept the terms of service");
    browser.press("Read the terms");
    browser.press("Accept the terms");
    browser.press("Continue");

    give_documents(&world, &browser);

    see(&browser, "Check your face", "face");
    assert_eq!(browser.shows("//*[@class='qr']"), !screen.is_phone);
    let at_the_check = format!("{}/check/", world.sandbox.base_url());
    browser.press("Do the check on this device");
    browser.expect("Face check");
    let first = browser.address();
    assert!(first.starts_with(&at_the_check), "{first}");
    // The same link while it is good, a fresh one when it has expired.
    browser.open(&format!("{}/face", world.url));
    browser.press("Do the check on this device");
    browser.expect("Face check");
    assert_eq!(browser.address(), first);
    world.advance(LIFETIME);
    browser.reload();
    browser.expect("This link has expired");
    browser.press("Continue");
    browser.press("Do the check on this device");
    browser.expect("Face check");
    let second = browser.address();
    assert!(second.starts_with(&at_the_check) && second != first, "{second}");
    assert_eq!(world.calls("/face-verification-link"), 2);

    browser.press("Fail the check");
    browser.press("Continue");
    see(&browser, "Something needs correcting", "face-failed");
    browser.press("Try the face check again");
    see(&browser, "Check your face", "face-again");
    assert!(browser.text("//p[@class='warning']").contains("The last check was not passed."));
    world.customer().outcome(Outcome::StaysPending);
    if screen.is_phone {
        browser.press("Do the check on this device");
        browser.press("Pass the check");
        browser.press("Continue");
    } else {
        // On a phone, by the code. The page at the desk goes on by itself.
        world.customer().finish_face_check(CheckState::Passed);
    }
    wait_for_review(&world, &browser, "You are verified", "approved", Outcome::Approved);

    browser.forget_cookies();
    browser.open(&format!("{}/continue", world.url));
    see(&browser, "Thank you", "returned-elsewhere");
}

pub fn platform_managed(screen: Screen) {
    let world = World::start(Model::PlatformManaged);
    let browser = Browser::without_scripts(screen);
    give_details(&world, &browser, "jane+document-refused@example.com");
    browser.expect("Upload your identity document");
    assert_eq!(browser.text("//p[@class='step']"), "Step 2 of 4");
    give_documents(&world, &browser);

    see(&browser, "Check your face", "platform-face");
    world.sandbox.reply_next(Reply::unavailable(None));
    browser.press("Do the check on this device");
    browser.expect("The verification is not available");
    browser.press("Try again");
    browser.expect("Check your face");
    world.customer().outcome(Outcome::StaysPending);
    browser.press("Do the check on this device");
    wait_for_review(&world, &browser, "We could not verify you", "rejected", Outcome::Rejected);
    assert_eq!(world.calls("-link"), 0);
}
