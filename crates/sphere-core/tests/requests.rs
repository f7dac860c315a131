//! What goes out: the request that a transport is handed, to the header.

mod shared;

use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::Method;
use shared::{KEY, config};
use sphere_core::endpoint::{Answer, Body, DecodeError, Endpoint, Path, Query, Safety};
use sphere_core::testing::{self, FakeTransport, block_on};
use sphere_core::transport::{BoxError, Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{CallOptions, Client, ConfigBuilder, CustomerId, ErrorKind, IdempotencyKey};

fn sent(config: ConfigBuilder, call: impl AsyncFnOnce(Client)) -> TransportRequest {
    let transport = FakeTransport::script([testing::Answer::not_found()]);
    block_on(call(Client::new(config.build().unwrap(), transport.clone())));
    transport.assert_done();
    transport.requests().into_iter().next().unwrap()
}

fn headers(request: &TransportRequest) -> Vec<(&str, &str)> {
    let headers = request.http().headers();
    let mut headers: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    headers.sort_unstable();
    headers
}

#[test]
fn a_link_is_asked_for_as_the_contract_says() {
    let customer = CustomerId::new("customer_f31121c389624d3697cbf3ea8830b7a4").unwrap();
    let request = sent(config(), async |client| {
        client.face_verification_link(&customer).send().await.unwrap_err();
    });
    assert_eq!(request.http().method(), Method::POST);
    assert_eq!(
        request.http().uri(),
        "https://api.spherepay.co/v2/customer/customer_f31121c389624d3697cbf3ea8830b7a4/face-verification-link"
    );
    assert!(request.http().body().is_empty());
    let authorization = format!("Bearer {KEY}");
    let user_agent = concat!("sphere-rust/", env!("CARGO_PKG_VERSION"));
    let expected = [
        ("accept", "application/json"),
        ("authorization", authorization.as_str()),
        ("content-length", "0"),
        ("user-agent", user_agent),
    ];
    assert_eq!(headers(&request), expected);
    assert!(request.http().headers()["authorization"].is_sensitive());
    assert_eq!(request.operation(), "generate_face_verification_link");
    assert_eq!(request.connect_timeout(), Duration::from_secs(5));
    assert_eq!(request.max_response_bytes(), 1 << 20);
    let shown = format!("{request:?}");
    assert!(shown.contains("authorization") && !shown.contains(KEY), "{shown}");
}

#[test]
fn a_path_prefix_is_kept_and_options_are_sent() {
    let customer = CustomerId::new("c_1").unwrap();
    let config =
        config().base_url("https://gateway.example:8443/sphere/eu/").connect_timeout(Duration::from_secs(60));
    let request = sent(config, async |client| {
        let endpoint = sphere_core::endpoints::GenerateFaceVerificationLink::new(&customer);
        let options = CallOptions::default()
            .timeout(Duration::from_secs(7))
            .idempotency_key(IdempotencyKey::new("order-4711").unwrap());
        client.call_with(endpoint, options).await.unwrap_err();
    });
    assert_eq!(
        request.http().uri(),
        "https://gateway.example:8443/sphere/eu/v2/customer/c_1/face-verification-link"
    );
    assert_eq!(request.http().headers()["idempotency-key"], "order-4711");
    assert!(request.time_left() <= Duration::from_secs(7));
    assert_eq!(request.connect_timeout(), request.time_left());
}

/// An endpoint with a query and a body, as somebody else might write it.
struct Search(&'static str, Result<serde_json::Value, &'static str>);

impl Endpoint for Search {
    type Output = ();
    const OPERATION: &'static str = "search";
    const METHOD: Method = Method::PUT;
    const SAFETY: Safety = Safety::Idempotent;

    fn path(&self, path: &mut Path) {
        path.push("v9").push(self.0);
    }

    fn query(&self, query: &mut Query) {
        query.push("name", "a b&c").push("limit", "5");
    }

    fn body(&self) -> Result<Option<Body>, BoxError> {
        let value = self.1.clone()?;
        Body::json(&value).map(Some)
    }

    fn decode(&self, _: &Answer<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

#[test]
fn query_and_body_of_an_endpoint_are_sent() {
    let request = sent(config(), async |client| {
        client.call(Search("find", Ok(serde_json::json!({"a": 1})))).await.unwrap_err();
    });
    assert_eq!(request.http().uri(), "https://api.spherepay.co/v9/find?name=a%20b%26c&limit=5");
    assert_eq!(request.http().body(), "{\"a\":1}");
    assert_eq!(request.http().headers()["content-length"], "7");
    assert_eq!(request.http().headers()["content-type"], "application/json");
}

/// A DELETE, with a body or without.
struct Remove(bool);

impl Endpoint for Remove {
    type Output = ();
    const OPERATION: &'static str = "remove";
    const METHOD: Method = Method::DELETE;
    const SAFETY: Safety = Safety::Idempotent;

    fn path(&self, path: &mut Path) {
        path.push("v9");
    }

    fn body(&self) -> Result<Option<Body>, BoxError> {
        self.0.then(|| Body::json(&7)).transpose()
    }

    fn decode(&self, _: &Answer<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

#[test]
fn a_method_that_needs_no_body_says_a_length_only_if_there_is_one() {
    for (has_body, length) in [(true, Some("1")), (false, None)] {
        let request = sent(config(), async |client| {
            client.call(Remove(has_body)).await.unwrap_err();
        });
        let found = request.http().headers().get("content-length").map(|value| value.to_str().unwrap());
        assert_eq!(found, length);
    }
}

#[test]
fn debug_of_an_answer_shows_header_names_and_the_bodys_length() {
    let answer = http::Response::builder().status(201).header("x-secret", "canary").body("canary".into());
    let shown = format!("{:?}", TransportResponse::new(answer.unwrap()));
    assert_eq!(shown, r#"TransportResponse { status: 201, headers: ["x-secret"], body_bytes: 6 }"#);
}

#[test]
fn debug_of_a_body_shows_its_length_and_not_its_text() {
    let shown = format!("{:?}", Body::json(&serde_json::json!({"name": "Ada"})).unwrap());
    assert_eq!(shown, "Body { content_type: \"application/json\", bytes: 14 }");
}

#[test]
fn a_request_that_cannot_be_built_is_not_sent() {
    for (endpoint, message) in [
        (
            Search("../admin", Ok(serde_json::Value::Null)),
            "search: invalid request: path segment \"../admin\": \
             only A-Z a-z 0-9 - . _ ~ : @ are allowed, and not `.` or `..` (not sent)",
        ),
        (Search("find", Err("no body today")), "search: invalid request: no body today (not sent)"),
    ] {
        let transport = FakeTransport::script([]);
        let client = Client::new(config().build().unwrap(), transport.clone());
        let error = block_on(client.call(endpoint)).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
        transport.requests().assert_count(0);
    }
}

/// Never answers; its sleeps are over at once.
struct Silent;

#[async_trait::async_trait]
impl Transport for Silent {
    async fn send(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
        pending().await
    }

    async fn sleep(&self, _: Duration) {}
}

/// Its body can be written once only.
struct OnceWritten(AtomicBool);

impl Endpoint for OnceWritten {
    type Output = ();
    const OPERATION: &'static str = "once_written";
    const METHOD: Method = Method::PUT;
    const SAFETY: Safety = Safety::Idempotent;

    fn path(&self, path: &mut Path) {
        path.push("v9");
    }

    fn body(&self) -> Result<Option<Body>, BoxError> {
        if self.0.swap(true, Ordering::SeqCst) { Err("cannot be written again".into()) } else { Ok(None) }
    }

    fn decode(&self, _: &Answer<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

#[test]
fn a_request_that_cannot_be_built_again_leaves_the_last_real_failure() {
    let transport = FakeTransport::always(testing::Answer::server_error());
    let call = OnceWritten(AtomicBool::new(false));
    let error = block_on(transport.client().call(call)).unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (500, 1));
    assert!(error.may_have_been_processed());
}

#[test]
fn a_transport_that_does_not_keep_to_its_time_is_cut_off() {
    let client = Client::new(config().build().unwrap(), Silent);
    let error = block_on(client.face_verification_link(&CustomerId::new("c").unwrap()).send()).unwrap_err();
    assert!(error.is_timeout() && error.may_have_been_processed(), "{error}");
    assert_eq!(error.attempts(), 2);
}

/// Takes a moment to answer; its sleeps never end.
struct Slow;

#[async_trait::async_trait]
impl Transport for Slow {
    async fn send(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
        let mut polled = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut polled, true) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
        Ok(http::Response::builder().status(404).body(bytes::Bytes::new()).unwrap().into())
    }

    async fn sleep(&self, _: Duration) {
        pending::<()>().await;
    }
}

#[test]
fn a_transport_that_takes_a_moment_is_not_cut_off() {
    let client = Client::new(config().build().unwrap(), Slow);
    let error = block_on(client.face_verification_link(&CustomerId::new("c").unwrap()).send()).unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[test]
fn debug_shows_the_configuration() {
    let config = config().build().unwrap();
    let blocking = sphere_core::blocking::Client::new(config.clone(), FakeTransport::script([]));
    for shown in [format!("{:?}", Client::new(config, Slow)), format!("{blocking:?}")] {
        assert!(shown.contains("Client") && shown.contains("https://api.spherepay.co"), "{shown}");
    }
}
