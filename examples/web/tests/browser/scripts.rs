//! What scripts add: files that are dropped, the progress of an upload, pages that change without being loaded anew.

use sphere_example_web::Model;
use sphere_sandbox::{CheckState, Outcome, Turn};

use crate::driver::Browser;
use crate::world::{World, file};
use crate::{DESK, PHONE, fill_in_details, see};

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn with_scripts_at_a_desk() {
    let world = World::start(Model::SphereManaged);
    let browser = Browser::with_scripts(DESK);
    browser.open(&format!("{}/details", world.url));
    fill_in_details(&browser, "jane@example.com");
    browser.expect("Accept the terms of service");
    world.customer().accept_terms().outcome(Outcome::StaysPending);
    browser.press("Go on");

    browser.expect("Upload your identity document");
    browser.drop_file("front", &file("too-large.png", 15 * 1024 * 1024 + 1));
    browser.press("Upload");
    assert_eq!(world.calls("/v2/document"), 0);
    browser.drop_file("front", &file("passport.png", 0));
    browser.expect_part("//img[@class='preview']");
    // The mistakes of a page that the script shows have the focus.
    browser.press("Upload");
    see(&browser, "There is a problem", "script-mistakes");
    assert_eq!(browser.focused(), "problem");

    browser.click("//option[@value='USA']");
    browser.drop_file("front", &file("two-mebibytes.png", 2 * 1024 * 1024));
    let (turn, gate) = Turn::held();
    world.sandbox.reply_next(turn);
    browser.press("Upload");
    browser.expect_part("//*[@role='status'][contains(., 'Uploaded')]");
    browser.picture("script-progress");
    gate.open();

    // The face check is done on a phone.
    see(&browser, "Check your face", "script-face");
    browser.mark();
    world.customer().finish_face_check(CheckState::Failed);
    browser.expect_part("//p[@class='warning']");
    assert_eq!(browser.text("//*[@id='announcement']"), "Check your face");
    assert!(browser.is_marked(), "it was not loaded anew");
    world.customer().finish_face_check(CheckState::Passed);

    browser.expect("We are checking everything");
    browser.mark();
    world.customer().outcome(Outcome::Approved);
    browser.expect("You are verified");
    assert!(browser.is_marked(), "it was not loaded anew");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn with_scripts_on_a_phone() {
    let world = World::start(Model::PlatformManaged);
    let browser = Browser::with_scripts(PHONE);
    browser.open(&format!("{}/details", world.url));
    fill_in_details(&browser, "jane+document-refused@example.com");
    for (kind, heading) in [("passport", "Something needs correcting"), ("id_card", "Check your face")] {
        browser.expect("Upload your identity document");
        browser.click(&format!("//input[@value={kind:?}]/.."));
        browser.click("//option[@value='USA']");
        browser.fill("front-photo", file("passport.png", 0).to_str().unwrap());
        browser.expect_part("//img[@class='preview']");
        if kind == "id_card" {
            browser.fill("back", file("passport.png", 0).to_str().unwrap());
        }
        browser.picture(&format!("script-{kind}"));
        browser.press("Upload");
        browser.expect(heading);
        if kind == "passport" {
            browser.press("Upload another document");
        }
    }
    browser.press("Do the check on this device");
    see(&browser, "You are verified", "platform-approved");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
