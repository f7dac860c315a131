//! Which step is next: what SpherePay requires decides.

use sphere_sandbox::{Outcome, Reply};

use crate::application::{World, customer_over, profile};

const NOT_KNOWN: &str = "We do not know yet what is next";

#[tokio::test]
async fn what_is_required_decides_the_step() {
    let world = World::new();
    let mut browser = world.customer().await;
    for (status, required, errors, path) in [
        ("incomplete", &["tax_identification_number"][..], &[][..], "/details"),
        ("incomplete", &["liveness_check", "terms_of_service", "identity_document"], &[], "/terms"),
        ("incomplete", &["liveness_report_document", "identity_document"], &[], "/document"),
        ("incomplete", &["liveness_check"], &[], "/face"),
        ("incomplete", &["liveness_report_document"], &[], "/face"),
        ("incomplete", &["email_verification", "terms_of_service"], &[], "/codes"),
        ("incomplete", &["phone_verification", "tax_identification_number"], &[], "/details"),
        ("incomplete", &["kyc_a_approval", "liveness_check"], &[], "/face"),
        ("incomplete", &["kyc_a_approval"], &[], "/review"),
        // What failed comes first, so that the customer learns of it.
        ("incomplete", &["liveness_check"], &["identity_document"], "/review"),
        ("pending", &[], &[], "/review"),
        ("approved", &["liveness_check"], &[], "/review"),
        ("rejected", &["liveness_check"], &["identity_document"], "/review"),
    ] {
        world.says(status, required, errors);
        let page = browser.get("/continue").await;
        assert_eq!(page.location(), path, "{status} {required:?} {errors:?}");
    }
}

#[tokio::test]
async fn review_page_says_where_the_customer_stands() {
    let world = World::new();
    let mut browser = world.customer().await;
    for (status, required, errors, title) in [
        ("pending", &[][..], &[][..], "We are checking everything"),
        ("incomplete", &[], &[], "We are checking everything"),
        ("something_new", &[], &[], NOT_KNOWN),
        ("approved", &[], &[], "You are verified"),
        ("rejected", &[], &["identity_document"], "We could not verify you"),
        ("incomplete", &["kyc_a_approval"], &[], "We need something else from you"),
        ("incomplete", &[], &["proof_of_address"], "Something needs correcting"),
    ] {
        world.says(status, required, errors);
        let page = browser.get("/review").await;
        page.assert_says(200, title);
        let may_change = ["We are checking everything", NOT_KNOWN].contains(&title);
        assert_eq!(page.text.contains("http-equiv=\"refresh\""), may_change);
        assert_eq!(page.text.contains("data-updates=\"/review/updates\""), may_change);
    }
    world.says("incomplete", &["terms_of_service"], &[]);
    browser.get("/review").await.assert_leads_to("/terms");
    world.says("incomplete", &[], &["proof_of_address"]);
    browser.get("/review").await.assert_has("<h2>Proof of address</h2>");
    let nobody = format!(r#"{{"id":"{}","verificationProfiles":[]}}"#, world.id());
    world.sandbox.reply_next(Reply::status(200).body("application/json", nobody));
    browser.get("/review").await.assert_says(200, NOT_KNOWN);
}

#[tokio::test]
async fn step_that_is_done_leads_on() {
    let world = World::new();
    let mut browser = world.customer().await;
    browser.get("/document").await.assert_says(200, "Upload your identity document");
    for path in ["/terms", "/document", "/face", "/details", "/codes"] {
        world.says("approved", &[], &[]);
        browser.get(path).await.assert_leads_to("/review");
    }
}

#[tokio::test]
async fn updates_of_the_review_end_with_it() {
    let pending = || profile("pending", &[], &[]);
    let script = [pending(), pending(), profile("approved", &[], &[])];
    let (mut browser, transport) = customer_over(script).await;
    browser.get("/review/updates").await.assert_says(200, "You are verified");
    assert_eq!(transport.clock().slept().len(), 2);
    transport.assert_done();
}

#[tokio::test]
async fn updates_of_the_review_end_with_an_error() {
    let script = [profile("pending", &[], &[]), profile("incomplete", &[], &["identity_document"])];
    let (mut browser, transport) = customer_over(script).await;
    browser.get("/review/updates").await.assert_says(200, "Something needs correcting");
    transport.assert_done();
}

#[tokio::test]
async fn updates_come_after_a_while_without_news() {
    let (mut browser, transport) = customer_over(std::iter::repeat_n(profile("pending", &[], &[]), 25)).await;
    browser.get("/review/updates").await.assert_says(200, "We are checking everything");
    let elapsed = transport.clock().elapsed().as_secs();
    assert!((10..=25).contains(&elapsed), "{elapsed} s");
}

#[tokio::test]
async fn outage_during_updates_has_its_status() {
    for path in ["/review/updates", "/face/updates"] {
        let (mut browser, _) = customer_over(std::iter::repeat_n(Reply::unavailable(None), 100)).await;
        browser.get(path).await.assert_says(503, "The verification is not available");
    }
}

#[tokio::test]
async fn first_page_leads_on_where_the_customer_stopped() {
    let world = World::new();
    let mut browser = world.browser();
    let page = browser.get("/").await;
    page.assert_says(200, "Verify your identity");
    page.assert_has("<a class=\"button\" href=\"/details\">Start</a>");
    page.assert_has("There are 5 steps.");
    World::platform_managed().browser().get("/").await.assert_has("There are 4 steps.");
    let mut browser = world.customer().await;
    browser.get("/").await.assert_has("<a class=\"button\" href=\"/continue\">Continue</a>");
}

#[tokio::test]
async fn waiting_page_says_what_is_done() {
    let world = World::platform_managed();
    let mut browser = world.customer().await;
    browser.upload("/document", &[("kind", "passport"), ("country", "USA")], &["front"]).await;
    browser.get("/continue").await;
    world.person().outcome(Outcome::StaysPending);
    browser.post("/face", "").await;
    let page = browser.get("/review").await;
    page.assert_says(200, "We are checking everything");
    page.assert_has("<span>Your details</span><span class=\"state\">Complete</span>");
    page.assert_has("<span>Face check</span><span class=\"state\">In review</span>");
}
