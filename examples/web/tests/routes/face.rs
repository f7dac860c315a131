//! The face check: the QR code, the button, and links that are good.

use std::time::Duration;

use futures_util::poll;
use rqrr::PreparedImage;
use sphere_bounded::LIMIT;
use sphere_sandbox::{CheckState, Reply, Turn};
use tokio::time::timeout;

use crate::application::{World, customer_over, profile};
use crate::page::Page;

const LINK: &str = "POST face-verification-link";

/// What a phone reads in the page's QR code.
fn read_code(page: &Page) -> String {
    let (_, squares) = page.text.split_once("crispEdges\"><path d=\"M").unwrap();
    let squares = squares.split_once('"').unwrap().0;
    let dark: Vec<(usize, usize)> = squares
        .split('M')
        .map(|square| {
            let (x, y) = square.strip_suffix("h1v1h-1z").unwrap().split_once(' ').unwrap();
            (x.parse().unwrap(), y.parse().unwrap())
        })
        .collect();
    // Other pictures have 24 units.
    let sizes = page.text.split("viewBox=\"0 0 ").filter_map(|part| part.split(' ').next()?.parse().ok());
    let size: usize = sizes.max().unwrap();
    let mut image = PreparedImage::prepare_from_greyscale(size * 4, size * 4, |x, y| {
        if dark.contains(&(x / 4, y / 4)) { 0 } else { 255 }
    });
    image.detect_grids()[0].decode().unwrap().1
}

#[tokio::test]
async fn code_and_button_lead_to_the_same_link() {
    let world = World::new();
    let mut browser = world.at_the_face_check().await;
    let page = browser.get("/face").await;
    page.assert_says(200, "Check your face");
    page.assert_has("<p class=\"step\">Step 4 of 5</p>");
    let link = read_code(&page);
    assert!(link.starts_with(&format!("{}/check/", world.sandbox.base_url())), "{link}");
    assert_eq!(browser.post("/face", "").await.location(), link);
    assert_eq!(world.count(LINK), 1);
}

#[tokio::test]
async fn link_is_replaced_before_it_expires() {
    let world = World::new();
    let mut browser = world.at_the_face_check().await;
    let first = browser.post("/face", "").await.location().to_owned();
    world.advance(Duration::from_secs(14 * 60));
    assert_eq!(browser.post("/face", "").await.location(), first);
    world.advance(Duration::from_secs(1));
    assert_ne!(browser.post("/face", "").await.location(), first);
    assert_eq!(world.count(LINK), 2);
}

#[tokio::test]
async fn nobody_is_sent_to_an_expired_link() {
    let expired = || {
        let body = r#"{"url":"https://in.sumsub.com/websdk/p/old","expiresAt":"2023-11-14T22:13:20Z"}"#;
        Reply::status(201).body("application/json", body)
    };
    let world = World::new();
    let mut browser = world.at_the_face_check().await;
    world.sandbox.reply_next(expired());
    let page = browser.post("/face", "").await;
    assert!(page.location().starts_with(world.sandbox.base_url()), "{}", page.location());
    assert_eq!(world.count(LINK), 2);

    // The service gives no other: its clock or ours is wrong.
    let mut browser = world.at_the_face_check().await;
    world.sandbox.reply_next(expired());
    world.sandbox.reply_next(expired());
    let page = browser.post("/face", "").await;
    page.assert_says(502, "The verification cannot go on");
    page.assert_lacks("sumsub");
}

#[tokio::test]
async fn expired_terms_link_is_not_followed() {
    let world = World::new();
    let mut browser = world.customer().await;
    let page = browser.post("/terms", "").await;
    assert!(page.location().starts_with(&format!("{}/terms/", world.sandbox.base_url())));
    let body = r#"{"link":"https://terms.example/1","expiresAt":"2023-11-14T22:13:20Z"}"#;
    world.sandbox.reply_next(Reply::status(201).body("application/json", body));
    browser.post("/terms", "").await.assert_says(502, "The verification cannot go on");
}

#[tokio::test]
async fn two_presses_share_one_call() {
    let world = World::new();
    let mut one = world.at_the_face_check().await;
    let mut two = one.clone();
    let (turn, gate) = Turn::held();
    world.sandbox.reply_next(turn);
    let mut first = Box::pin(one.post("/face", ""));
    let mut second = Box::pin(two.post("/face", ""));
    assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
    drop(first);
    gate.open();
    timeout(LIMIT, second).await.unwrap().location();
    assert_eq!(world.count(LINK), 1);
}

#[tokio::test]
async fn failed_check_can_be_tried_again() {
    let world = World::new();
    let mut browser = world.at_the_face_check().await;
    world.person().finish_face_check(CheckState::Failed);
    browser.get("/continue").await.assert_leads_to("/review");
    browser.get("/review").await.assert_has("href=\"/face\">Try the face check again</a>");
    let page = browser.get("/face").await;
    page.assert_says(200, "Check your face");
    page.assert_has("The last check was not passed.");
    world.person().finish_face_check(CheckState::Passed);
    browser.get("/face").await.assert_leads_to("/review");
    browser.get("/review").await.assert_says(200, "You are verified");
}

#[tokio::test]
async fn updates_of_the_face_check_end_with_it() {
    let required = || profile("incomplete", &["liveness_check"], &[]);
    let script = [required(), required(), profile("pending", &[], &[])];
    let (mut browser, transport) = customer_over(script).await;
    browser.get("/face/updates").await.assert_leads_to("/review");
    assert_eq!(transport.clock().slept().len(), 2);
    transport.assert_done();
}

#[tokio::test]
async fn failed_face_check_is_news_once() {
    let required = || profile("incomplete", &["liveness_check"], &[]);
    let failed = || profile("incomplete", &[], &["liveness_check"]);
    let link = Reply::link("https://in.sumsub.com/websdk/p/1");
    let script = [required(), failed(), link, failed(), failed(), profile("pending", &[], &[])];
    let (mut browser, transport) = customer_over(script).await;
    browser.get("/face/updates").await.assert_has("The last check was not passed.");
    // The next one waits until that failure is gone.
    browser.get("/face/updates").await.assert_leads_to("/review");
    transport.assert_done();
}

#[tokio::test]
async fn page_of_a_finished_check_forgets_the_link() {
    let world = World::new();
    let mut browser = world.at_the_face_check().await;
    let link = browser.post("/face", "").await.location().to_owned();
    world.person().finish_face_check(CheckState::Passed);
    browser.get("/face").await.assert_leads_to("/review");
    assert_ne!(browser.post("/face", "").await.location(), link);
}

#[tokio::test]
async fn platform_uploads_its_report() {
    let world = World::platform_managed();
    let mut browser = world.customer().await;
    browser.get("/continue").await.assert_leads_to("/document");
    let page = browser.upload("/document", &[("kind", "passport"), ("country", "USA")], &["front"]).await;
    page.assert_leads_to("/continue");
    browser.get("/continue").await.assert_leads_to("/face");
    let page = browser.get("/face").await;
    page.assert_says(200, "Check your face");
    page.assert_has("<p class=\"step\">Step 3 of 4</p>");
    page.assert_lacks("data-updates");
    browser.post("/face", "").await.assert_leads_to("/continue");
    let requests = world.sandbox.requests();
    let form = String::from_utf8_lossy(&requests.last().unwrap().body).into_owned();
    assert!(form.contains("liveness_report") && form.contains("%PDF-1.4"), "{form}");
    browser.get("/continue").await.assert_leads_to("/review");
    browser.get("/review").await.assert_says(200, "You are verified");
    assert_eq!(world.count(LINK), 0);
}
