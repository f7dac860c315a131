//! The page for developers.

use sphere_core::testing::FakeTransport;
use sphere_example_web::App;
use sphere_links::Links;

use crate::application::{Browser, World};

#[tokio::test]
async fn test_person_is_filled_in_and_decides() {
    let world = World::new();
    let mut browser = world.customer().await;
    let before = browser.cookie.clone();
    browser.get("/developers").await.assert_says(200, "For developers");
    let page = browser.post("/developers/start", "tag=rejected").await;
    page.assert_leads_to("/details?test=rejected");
    assert_ne!(browser.cookie, before);
    let page = browser.get("/details?test=rejected").await;
    page.assert_has("value=\"jane.smith+rejected@example.com\"");
    page.assert_has("<option value=\"USA\" selected>");
    browser.get("/details?test=%3Cb%3E").await.assert_has("value=\"jane.smith@example.com\"");
    // The session before it has ended.
    before.clone_into(&mut browser.cookie);
    browser.get("/review").await.assert_leads_to("/");
}

#[tokio::test]
async fn magic_customer_shows_a_failure() {
    let world = World::new();
    let mut browser = world.browser();
    browser.post("/developers/start", "customer=customer_replies_503").await.assert_leads_to("/continue");
    browser.get("/continue").await.assert_says(503, "The verification is not available");
    // Nobody becomes another customer by their id.
    browser.post("/developers/start", "customer=customer_ada").await.assert_leads_to("/");
    browser.get("/review").await.assert_leads_to("/");
}

#[tokio::test]
async fn without_a_sandbox_there_is_nothing_to_choose() {
    let client = FakeTransport::script([]).client();
    let app = App::new(client.clone(), Links::new(client), "http://web.example").router();
    let mut browser = Browser { app, cookie: String::new() };
    let page = browser.get("/developers").await;
    page.assert_says(200, "For developers");
    page.assert_lacks("<form");
    browser
        .post("/developers/start", "customer=customer_replies_503")
        .await
        .assert_says(404, "There is no such page");
    browser.get("/details?test=rejected").await.assert_lacks("jane");
}
