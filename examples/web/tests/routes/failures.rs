//! Each failure has a page that a person understands.

use axum::http::Request;
use sphere_core::transport::{
    Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};
use sphere_sandbox::Reply;

use crate::kit::{World, app_over, send};

const AGAIN: &str = "<button>Try again</button>";

#[tokio::test]
async fn each_failure_has_a_status_and_words_of_its_own() {
    let theirs = "Some of your details need correcting";
    let ours = "This is our fault, not yours";
    for (reply, status, title, again) in [
        (Reply::bad_request(), 422, theirs, false),
        (Reply::unprocessable(), 422, theirs, false),
        (Reply::unauthorized(), 500, ours, false),
        (Reply::forbidden(), 500, ours, false),
        (Reply::not_found(), 404, "We could not find you", false),
        (Reply::conflict(), 502, "The face check could not begin", false),
        (Reply::status(302), 502, "The face check could not begin", false),
        (Reply::status(200), 502, "The face check could not begin", false),
        (Reply::too_many_requests(7), 503, "One moment, please", true),
        (Reply::server_error(), 502, "The face check is out of order", true),
        (Reply::bad_gateway_html(), 502, "The face check is out of order", true),
        (Reply::unavailable(None), 503, "The face check is not available", true),
        (Reply::unavailable(Some(7)), 503, "The face check is not available", true),
    ] {
        let world = World::new();
        let what = format!("{reply:?}");
        world.sandbox.reply_next(reply);
        let page = world.post("/verify/customer_ada").await;
        page.assert_says(status, title);
        assert_eq!(page.text.contains(AGAIN), again, "{what}: {}", page.text);
        page.assert_has("<a href=\"/\">Back to the start</a>");
        assert!(!page.has_header("set-cookie"), "{what}");
        // It is not remembered.
        world.post("/verify/customer_ada").await.link();
    }
}

#[tokio::test]
async fn no_connection_and_no_time_have_words_too() {
    for (kind, status, title) in [
        (TransportErrorKind::Connect, 502, "We cannot reach the face check"),
        (TransportErrorKind::Tls, 502, "We cannot reach the face check"),
        (TransportErrorKind::Interrupted, 502, "We cannot reach the face check"),
        (TransportErrorKind::Timeout, 504, "That took too long"),
    ] {
        let page = send(&app_over(Fails::with(kind)), Request::post("/verify/customer_ada")).await;
        page.assert_says(status, title);
        page.assert_has(AGAIN);
        page.assert_has("It may have worked all the same; asking again does no harm.");
    }
    let refused = Fails { kind: TransportErrorKind::Connect, not_sent: true };
    let page = send(&app_over(refused), Request::post("/verify/customer_ada")).await;
    page.assert_says(502, "We cannot reach the face check");
    page.assert_lacks("may have worked");
}

#[tokio::test]
async fn the_page_names_the_fields_and_the_reference_to_quote() {
    let world = World::new();
    let body = r#"{"status":422,"detail":"Validation failed","correlationId":"28c61e88","errors":[
        {"detail":"Invalid email format","pointer":"/email"},
        {"detail":"Required","pointer":"/address/line1"},{"detail":"Too young"}]}"#;
    world.sandbox.reply_next(Reply::status(422).body("application/json", body));
    let page = world.post("/verify/customer_ada").await;
    page.assert_has("<li><strong>email</strong>: Invalid email format</li>");
    page.assert_has("<li><strong>address › line1</strong>: Required</li>");
    page.assert_has("<li>Too young</li>");
    page.assert_has("please quote this reference: <code>28c61e88</code>");
}

#[tokio::test]
async fn how_long_to_wait_is_passed_on() {
    let world = World::new();
    for (seconds, words) in [(1, "in a second."), (7, "in 7 seconds.")] {
        world.sandbox.reply_next(Reply::too_many_requests(seconds));
        let page = world.post("/verify/customer_ada").await;
        assert_eq!(page.header("retry-after"), seconds.to_string());
        page.assert_has(words);
    }
    world.sandbox.reply_next(Reply::unavailable(None));
    let page = world.post("/verify/customer_ada").await;
    assert!(!page.has_header("retry-after"));
    page.assert_has("Please try again in a moment.");
}

#[tokio::test]
async fn what_a_server_writes_cannot_become_html() {
    let world = World::new();
    let body = r#"{"status":422,"detail":"<b>","correlationId":"<script>\"'&</script>","errors":[
        {"detail":"<script>alert(1)</script>","pointer":"/<script>"}]}"#;
    world.sandbox.reply_next(Reply::status(422).body("application/json", body));
    // That there is no script in any page is checked for each.
    let page = world.post("/verify/customer_ada").await;
    page.assert_has("<code>&lt;script&gt;&quot;&#39;&amp;&lt;/script&gt;</code>");
    page.assert_has("<li><strong>&lt;script&gt;</strong>: &lt;script&gt;alert(1)&lt;/script&gt;</li>");
}

#[tokio::test]
async fn of_many_faults_only_as_many_are_shown_as_anyone_reads() {
    let world = World::new();
    let faults = vec![r#"{"detail":"Required","pointer":"/name"}"#; 50].join(",");
    let body = format!(r#"{{"status":422,"detail":"Validation failed","errors":[{faults}]}}"#);
    world.sandbox.reply_next(Reply::status(422).body("application/json", body));
    let page = world.post("/verify/customer_ada").await;
    assert_eq!(page.text.matches("<li>").count(), 20);
}

/// A network that is not there.
pub struct Fails {
    kind: TransportErrorKind,
    not_sent: bool,
}

impl Fails {
    pub fn with(kind: TransportErrorKind) -> Self {
        Self { kind, not_sent: false }
    }
}

#[async_trait::async_trait]
impl Transport for Fails {
    async fn send(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
        let error = TransportError::new(self.kind, "as the test ordered");
        Err(if self.not_sent { error.not_sent() } else { error })
    }
}
