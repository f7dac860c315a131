//! The web backend's responses, without a browser.

mod failures;
mod kit;

use std::time::Duration;

use axum::http::Request;
use futures_util::poll;
use kit::{World, app_over, send};
use sphere_bounded::LIMIT;
use sphere_sandbox::Turn;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_page_has_a_button_that_posts() {
    let world = World::new();
    let page = world.get("/customer/customer_ada").await;
    page.assert_says(200, "Confirm that it is you");
    page.assert_has("<form method=\"post\" action=\"/verify/customer_ada\">");
    world.get("/").await.assert_has("<form method=\"post\" action=\"/verify/customer_f3");
    assert_eq!(world.calls(), 0);
}

#[tokio::test]
async fn the_button_leads_to_the_customers_link() {
    let world = World::new();
    let reply = world.post("/verify/customer_ada").await;
    assert!(reply.link().starts_with(&format!("{}/check/", world.sandbox.base_url())));
    assert_eq!(reply.text, "");
    let cookie = reply.header("set-cookie");
    assert_eq!(cookie, "customer=customer_ada; Path=/return; Max-Age=86400; HttpOnly; SameSite=Lax");
    assert_eq!(world.sandbox.requests()[0].path, "/v2/customer/customer_ada/face-verification-link");
}

#[tokio::test]
async fn pressing_twice_gives_the_same_link_while_it_is_good() {
    let world = World::new();
    let first = world.post("/verify/customer_ada").await.link().to_owned();
    world.advance(14 * MINUTE);
    assert_eq!(world.post("/verify/customer_ada").await.link(), first);
    assert_ne!(world.post("/verify/customer_grace").await.link(), first);
    assert_eq!(world.calls(), 2);
    world.advance(MINUTE);
    assert_ne!(world.post("/verify/customer_ada").await.link(), first);
    assert_eq!(world.calls(), 3);
}

#[tokio::test]
async fn two_requests_at_once_make_one_call() {
    let world = World::new();
    let (turn, gate) = Turn::held();
    world.sandbox.reply_every(turn);
    let mut one = Box::pin(world.post("/verify/customer_ada"));
    let mut two = Box::pin(world.post("/verify/customer_ada"));
    assert!(poll!(&mut one).is_pending() && poll!(&mut two).is_pending());
    gate.open();
    let both = tokio::time::timeout(LIMIT, async { tokio::join!(one, two) }).await.unwrap();
    assert_eq!(both.0.link(), both.1.link());
    assert_eq!(world.calls(), 1);
}

#[tokio::test]
async fn a_browser_that_goes_away_takes_no_link_from_another() {
    let world = World::new();
    let (turn, gate) = Turn::held();
    world.sandbox.reply_every(turn);
    let mut one = Box::pin(world.post("/verify/customer_ada"));
    let mut two = Box::pin(world.post("/verify/customer_ada"));
    assert!(poll!(&mut one).is_pending() && poll!(&mut two).is_pending());
    drop(one);
    gate.open();
    tokio::time::timeout(LIMIT, two).await.unwrap().link();
    assert_eq!(world.calls(), 1);
}

#[tokio::test]
async fn who_comes_back_is_told_what_the_sandbox_says() {
    let world = World::new();
    let cookie = "theme=dark; customer=customer_ada";
    let link = world.post("/verify/customer_ada").await.link().to_owned();
    let page = world.come_back(cookie).await;
    page.assert_says(200, "The face check is not finished yet");
    page.assert_has("action=\"/verify/customer_ada\"");
    world.press(&link, "leave");
    world.come_back(cookie).await.assert_says(200, "The face check is not finished yet");
    world.press(&link, "fail");
    let page = world.come_back(cookie).await;
    page.assert_says(200, "The face check was not passed");
    page.assert_has("action=\"/verify/customer_ada\"");
    world.press(&link, "pass");
    let page = world.come_back(cookie).await;
    page.assert_says(200, "Face check passed");
    page.assert_has("proves nothing");
    page.assert_lacks("<form");
    // Another customer's result is another.
    let other = world.come_back("customer=customer_grace").await;
    other.assert_says(200, "The face check is not finished yet");
}

#[tokio::test]
async fn a_link_that_served_its_purpose_is_forgotten() {
    let world = World::new();
    let link = world.post("/verify/customer_ada").await.link().to_owned();
    world.press(&link, "fail");
    world.come_back("customer=customer_ada").await;
    assert_eq!(world.post("/verify/customer_ada").await.link(), link);
    world.press(&link, "pass");
    world.come_back("customer=customer_ada").await;
    assert_ne!(world.post("/verify/customer_ada").await.link(), link);
}

#[tokio::test]
async fn without_the_sandbox_coming_back_proves_nothing_and_the_page_says_so() {
    let app = app_over(failures::Fails::with(sphere_core::transport::TransportErrorKind::Connect));
    let page = send(&app, Request::get("/return").header("cookie", "customer=customer_ada")).await;
    page.assert_says(200, "Thank you");
    page.assert_has("As soon as it is confirmed to us");
    page.assert_has("proves nothing");
    page.assert_lacks("passed");
    send(&app, Request::get("/")).await.assert_lacks("customer_replies");
}

#[tokio::test]
async fn who_was_never_sent_to_a_check_is_told_so() {
    let world = World::new();
    world.get("/return").await.assert_says(200, "No face check was started here");
    for cookie in ["", "customer", "customer=", "customer=a/b", "customer=<b>", "other=customer_ada"] {
        world.come_back(cookie).await.assert_says(200, "No face check was started here");
    }
}

#[tokio::test]
async fn another_sites_form_makes_no_call() {
    let world = World::new();
    for site in ["cross-site", "same-site", "none"] {
        let request = Request::post("/verify/customer_ada").header("sec-fetch-site", site);
        send(&world.app, request).await.assert_says(403, "Please start here");
    }
    assert_eq!(world.calls(), 0);
    let request = Request::post("/verify/customer_ada").header("sec-fetch-site", "same-origin");
    send(&world.app, request).await.link();
}

#[tokio::test]
async fn an_address_that_leads_nowhere_has_a_page() {
    let world = World::new();
    for path in ["/nothing", "/customer/a%2Fb", "/customer/%FF", "/customer/%3Cb%3E", "/customer/"] {
        world.get(path).await.assert_says(404, "There is no such page");
    }
    for path in ["/verify/a%2Fb", "/verify/%FF", "/verify/a.b"] {
        world.post(path).await.assert_says(404, "There is no such page");
    }
    let page = world.get("/verify/customer_ada").await;
    page.assert_says(405, "This page cannot be opened directly");
    assert_eq!(page.header("allow"), "POST");
    assert_eq!(world.calls(), 0);
}
