//! Each failure has a page that a person understands.

use std::iter::repeat_n;

use sphere_core::transport::TransportErrorKind;
use sphere_sandbox::Reply;

use crate::application::{World, customer_over};

const AGAIN: &str = "<a class=\"button\" href=\"/continue\">Try again</a>";

#[tokio::test]
async fn each_failure_has_its_status_and_words() {
    let world = World::new();
    let mut browser = world.customer().await;
    let theirs = "Something needs correcting";
    let ours = "This is our fault, not yours";
    for (reply, status, title, again) in [
        (Reply::bad_request(), 422, theirs, false),
        (Reply::unprocessable(), 422, theirs, false),
        (Reply::unauthorized(), 500, ours, false),
        (Reply::forbidden(), 500, ours, false),
        (Reply::not_found(), 404, "We could not find you", false),
        (Reply::conflict(), 502, "The verification cannot go on", false),
        (Reply::status(302), 502, "The verification cannot go on", false),
        (Reply::status(200), 502, "The verification cannot go on", false),
        (Reply::too_many_requests(7), 503, "One moment, please", true),
        (Reply::server_error(), 502, "The verification is out of order", true),
        (Reply::bad_gateway_html(), 502, "The verification is out of order", true),
        (Reply::unavailable(None), 503, "The verification is not available", true),
        (Reply::unavailable(Some(7)), 503, "The verification is not available", true),
    ] {
        let what = format!("{reply:?}");
        world.sandbox.reply_next(reply);
        let page = browser.get("/continue").await;
        page.assert_says(status, title);
        assert_eq!(page.text.contains(AGAIN), again, "{what}: {}", page.text);
        page.assert_has("<a href=\"/\">Back to the start</a>");
    }
    // None is remembered.
    browser.get("/continue").await.assert_leads_to("/terms");
}

#[tokio::test]
async fn no_connection_and_no_time_have_words_too() {
    for (kind, status, title) in [
        (TransportErrorKind::Connect, 502, "We cannot reach the verification"),
        (TransportErrorKind::Tls, 502, "We cannot reach the verification"),
        (TransportErrorKind::Interrupted, 502, "We cannot reach the verification"),
        (TransportErrorKind::Timeout, 504, "That took too long"),
    ] {
        let (mut browser, _) = customer_over(repeat_n(Reply::lost(kind), 5)).await;
        let page = browser.get("/continue").await;
        page.assert_says(status, title);
        page.assert_has(AGAIN);
        // A page that was only to be read.
        page.assert_lacks("may have worked");
    }
}

#[tokio::test]
async fn upload_that_may_have_worked_says_so() {
    let passport = [("kind", "passport"), ("country", "USA")];
    for (reply, is_unknown) in [
        (Reply::lost(TransportErrorKind::Interrupted), true),
        (Reply::status(302), true),
        (Reply::not_sent(TransportErrorKind::Connect), false),
        (Reply::unprocessable(), false),
    ] {
        let what = format!("{reply:?}");
        let (mut browser, _) = customer_over(repeat_n(reply, 5)).await;
        let page = browser.upload("/document", &passport, &["front"]).await;
        assert!(!page.status.is_success(), "{what}");
        assert_eq!(page.text.contains("It may have worked anyway"), is_unknown, "{what}");
    }
}

#[tokio::test]
async fn page_has_the_reference_to_quote() {
    let world = World::new();
    let mut browser = world.customer().await;
    let body = r#"{"status":422,"detail":"Validation failed","correlationId":"28c61e88","errors":[
        {"detail":"Invalid email format","pointer":"/email"},{"detail":"Too young"}]}"#;
    world.sandbox.reply_next(Reply::status(422).body("application/json", body));
    let page = browser.post("/terms", "").await;
    page.assert_has("<li>Invalid email format</li><li>Too young</li>");
    page.assert_has("please quote this reference: <code>28c61e88</code>");
}

#[tokio::test]
async fn how_long_to_wait_is_passed_on() {
    let world = World::new();
    let mut browser = world.customer().await;
    for (seconds, words) in [(1, "in a second."), (7, "in 7 seconds.")] {
        world.sandbox.reply_next(Reply::too_many_requests(seconds));
        let page = browser.get("/continue").await;
        assert_eq!(page.header("retry-after"), seconds.to_string());
        page.assert_has(words);
    }
    world.sandbox.reply_next(Reply::unavailable(None));
    let page = browser.get("/continue").await;
    assert!(!page.has_header("retry-after"));
    page.assert_has("Please try again in a moment.");
}

#[tokio::test]
async fn server_text_cannot_become_html() {
    let world = World::new();
    let mut browser = world.customer().await;
    let body = r#"{"status":422,"detail":"<b>","correlationId":"<script>\"'&</script>","errors":[
        {"detail":"<script>alert(1)</script>","pointer":"/<script>"}]}"#;
    world.sandbox.reply_next(Reply::status(422).body("application/json", body));
    // That each page has no script but its own is checked for all.
    let page = browser.post("/terms", "").await;
    page.assert_has("<code>&lt;script&gt;&quot;'&amp;&lt;/script&gt;</code>");
    page.assert_has("<li>&lt;script&gt;alert(1)&lt;/script&gt;</li>");
}

#[tokio::test]
async fn at_most_twenty_faults_are_shown() {
    let world = World::new();
    let mut browser = world.customer().await;
    let faults = vec![r#"{"detail":"Required","pointer":"/name"}"#; 50].join(",");
    let body = format!(r#"{{"status":422,"detail":"Validation failed","errors":[{faults}]}}"#);
    world.sandbox.reply_next(Reply::status(422).body("application/json", body));
    let page = browser.post("/terms", "").await;
    assert_eq!(page.text.matches("<li>Required").count(), 20);
}
