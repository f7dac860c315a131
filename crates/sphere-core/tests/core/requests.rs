//! What goes out: the request that a transport is handed, to the header, and the limits that come with it.

use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::shared::{KEY, async_client, blocking_client, client_with, config};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use sphere_core::clock::{Clock, Moment};
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety,
};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock, block_on};
use sphere_core::transport::{
    RequestBody, Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};
use sphere_core::{
    Client, ConfigBuilder, CustomerId, Error, ErrorKind, IdempotencyKey, RetryPolicy, StopReason,
};

/// The one request that a call sends.
fn sent(config: ConfigBuilder, call: impl AsyncFnOnce(Client)) -> TransportRequest {
    let transport = FakeTransport::script([Reply::not_found()]);
    block_on(call(async_client(config, &transport)));
    transport.assert_done();
    transport.requests().only().clone()
}

fn headers(request: &TransportRequest) -> Vec<(&str, &str)> {
    let headers = request.http().headers();
    let mut headers: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    headers.sort_unstable();
    headers
}

fn body(request: &TransportRequest) -> Bytes {
    request.http().body().reader().fold(Vec::new(), |all, chunk| [&all[..], &chunk].concat()).into()
}

#[test]
fn a_link_request_follows_the_contract() {
    let customer = CustomerId::new("customer_f31121c389624d3697cbf3ea8830b7a4").unwrap();
    let request = sent(config(), async |client| {
        client.generate_face_verification_link(&customer).send().await.unwrap_err();
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
fn path_prefix_and_call_options_are_sent() {
    let customer = CustomerId::new("c_1").unwrap();
    let config =
        config().base_url("https://gateway.example:8443/sphere/eu/").connect_timeout(Duration::from_secs(60));
    let request = sent(config, async |client| {
        let call = client.generate_face_verification_link(&customer).timeout(Duration::from_secs(7));
        let key = IdempotencyKey::new("order-4711").unwrap();
        call.idempotency_key(key).send().await.unwrap_err();
    });
    assert_eq!(
        request.http().uri(),
        "https://gateway.example:8443/sphere/eu/v2/customer/c_1/face-verification-link"
    );
    assert_eq!(request.http().headers()["idempotency-key"], "order-4711");
    assert!(request.time_left() <= Duration::from_secs(7));
    assert_eq!(request.connect_timeout(), request.time_left());
}

/// An operation that is declared downstream, with this method and this request.
struct Declared<R>(R);

impl<R: Fn() -> Result<ApiRequest, InvalidRequest> + Send + Sync> Endpoint for Declared<R> {
    type Output = ();
    const OPERATION: Operation = Operation::new("declared", Method::PUT, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        (self.0)()
    }

    fn decode(&self, _: &ApiResponse<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

fn declared(request: impl Fn() -> Result<ApiRequest, InvalidRequest> + Send + Sync) -> TransportRequest {
    sent(config(), async |client| {
        client.call(Declared(request)).send().await.unwrap_err();
    })
}

#[test]
fn query_and_json_body_are_sent() {
    let request = declared(|| {
        let request = ApiRequest::to(["v9", "find"])?.query("n e", "a b&c").query("limit", 5);
        request.json(&serde_json::json!({"a": 1}))
    });
    assert_eq!(request.http().uri(), "https://api.spherepay.co/v9/find?n%20e=a%20b%26c&limit=5");
    assert_eq!(body(&request), "{\"a\":1}");
    assert_eq!(request.http().headers()["content-length"], "7");
    assert_eq!(request.http().headers()["content-type"], "application/json");
}

#[test]
fn bytes_accept_and_own_headers_are_sent() {
    let request = declared(|| {
        let (name, value) = (HeaderName::from_static("x-part"), HeaderValue::from_static);
        ApiRequest::to(["v9"])?
            .bytes(value("application/pdf"), &b"%PDF"[..])
            .accept(value("text/csv"))
            .header(name.clone(), value("1"))?
            .header(name, value("2"))
    });
    assert_eq!((request.http().method(), body(&request)), (&Method::PUT, Bytes::from("%PDF")));
    let authorization = format!("Bearer {KEY}");
    let user_agent = concat!("sphere-rust/", env!("CARGO_PKG_VERSION"));
    let expected = [
        ("accept", "text/csv"),
        ("authorization", authorization.as_str()),
        ("content-length", "4"),
        ("content-type", "application/pdf"),
        ("user-agent", user_agent),
        ("x-part", "1"),
        ("x-part", "2"),
    ];
    assert_eq!(headers(&request), expected);
    let shown = format!("{request:?}");
    assert!(shown.contains("x-part") && !shown.contains("PDF") && !shown.contains("/v9"), "{shown}");
}

/// A DELETE, with a body or without.
struct Remove(bool);

impl Endpoint for Remove {
    type Output = ();
    const OPERATION: Operation = Operation::new("remove", Method::DELETE, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        let request = ApiRequest::to(["v9"])?;
        if self.0 { request.json(&7) } else { Ok(request) }
    }

    fn decode(&self, _: &ApiResponse<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

#[test]
fn delete_without_a_body_has_no_content_length() {
    for (has_body, length) in [(true, Some("1")), (false, None)] {
        let request = sent(config(), async |client| {
            client.call(Remove(has_body)).send().await.unwrap_err();
        });
        let found = request.http().headers().get("content-length").map(|value| value.to_str().unwrap());
        assert_eq!(found, length);
    }
}

#[test]
fn a_request_is_built_once_per_call() {
    let built = AtomicU32::new(0);
    let endpoint = Declared(|| {
        built.fetch_add(1, Ordering::SeqCst);
        ApiRequest::to(["v9"])
    });
    let transport = FakeTransport::script([Reply::refused(), Reply::refused(), Reply::status(200)]);
    blocking_client(config(), &transport).call(endpoint).send().unwrap();
    transport.requests().assert_sent(["PUT /v9"; 3]);
    assert_eq!(built.load(Ordering::SeqCst), 1);
}

/// An operation with limits of its own.
struct Limited;

impl Endpoint for Limited {
    type Output = usize;
    const OPERATION: Operation = Operation::new("limited", Method::GET, Safety::Idempotent)
        .timeout(Duration::from_secs(300))
        .max_response_bytes(100);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v9"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<usize, DecodeError> {
        Ok(response.body().len())
    }
}

#[test]
fn call_limits_precede_operation_and_config_limits() {
    let [config_limit, operation_limit, call_limit] = [40, 300, 7].map(Duration::from_secs);
    let config = || {
        // With one attempt, it has all the time of its call.
        let config = config().retry(RetryPolicy::never()).timeout(config_limit);
        config.connect_timeout(config_limit).max_response_bytes(50)
    };
    let limits = |request: &TransportRequest| (request.time_left(), request.max_response_bytes());

    let request = sent(config(), async |client| {
        client.call(Remove(false)).send().await.unwrap_err();
    });
    assert_eq!(limits(&request), (config_limit, 50));
    let request = sent(config(), async |client| {
        client.call(Limited).send().await.unwrap_err();
    });
    assert_eq!(limits(&request), (operation_limit, 100));
    assert_eq!(request.connect_timeout(), config_limit);
    for endpoint_is_limited in [true, false] {
        let request = sent(config(), async |client| {
            if endpoint_is_limited {
                client.call(Limited).timeout(call_limit).send().await.unwrap_err();
            } else {
                client.call(Remove(false)).timeout(call_limit).send().await.unwrap_err();
            }
        });
        assert_eq!((request.time_left(), request.connect_timeout()), (call_limit, call_limit));
    }
}

#[test]
fn an_operations_own_size_limit_is_enforced() {
    let call = |bytes: usize, config: ConfigBuilder| {
        let transport = FakeTransport::always(Reply::status(200).body("text/plain", vec![b'x'; bytes]));
        blocking_client(config, &transport).call(Limited).send()
    };
    for config in [config().max_response_bytes(50), config()] {
        assert_eq!(call(100, config.clone()).unwrap(), 100);
        let error = call(101, config).unwrap_err();
        assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::TooLarge);
        assert_eq!(error.stop_reason(), StopReason::NotRetryable);
    }
}

/// An operation whose own timeout is beyond the limit.
struct Endless;

impl Endpoint for Endless {
    type Output = ();
    const OPERATION: Operation =
        Operation::new("endless", Method::GET, Safety::Idempotent).timeout(Duration::MAX);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v9"])
    }

    fn decode(&self, _: &ApiResponse<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

#[test]
fn absurd_limits_of_a_call_are_refused_unsent() {
    let transport = FakeTransport::always(Reply::status(200));
    let client = blocking_client(config(), &transport);
    let timeout = |timeout| client.call(Limited).timeout(timeout).send().map(drop);
    let retry = |policy| client.call(Limited).retry(policy).send().map(drop);
    for (result, operation, fault) in [
        (timeout(Duration::ZERO), "limited", "timeout must be longer than zero"),
        (timeout(Duration::MAX), "limited", "timeout must be at most 24 hours"),
        (client.call(Endless).send(), "endless", "timeout must be at most 24 hours"),
        (retry(RetryPolicy::default().max_attempts(0)), "limited", "max_attempts must be from 1 to 10"),
        (
            retry(RetryPolicy::default().backoff(Duration::MAX)),
            "limited",
            "backoff must be at most 60 seconds",
        ),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.to_string(), format!("{operation}: invalid request: {fault} (not sent)"));
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
        assert_eq!(error.stop_reason(), StopReason::NotRetryable);
        assert!(!error.may_have_been_processed());
    }
    transport.requests().assert_count(0);
}

#[test]
fn a_call_can_have_its_own_retry_policy() {
    let customer = CustomerId::new("customer_1").unwrap();
    let attempts = |client_policy, call_policy| {
        let transport = FakeTransport::always(Reply::refused());
        let client = client_with(client_policy, &transport);
        client.generate_face_verification_link(&customer).retry(call_policy).send().unwrap_err().attempts()
    };
    let never = RetryPolicy::never();
    assert_eq!(attempts(never.clone(), RetryPolicy::default().max_attempts(5)), 5);
    assert_eq!(attempts(RetryPolicy::default(), never), 1);
}

#[test]
fn debug_of_bodies_shows_lengths_only() {
    let response = http::Response::builder().status(201).header("x-secret", "canary").body("canary".into());
    let shown = format!("{:?}", TransportResponse::new(response.unwrap()));
    assert_eq!(shown, r#"TransportResponse { status: 201, headers: ["x-secret"], body_bytes: 6 }"#);
    let body = RequestBody::from(Bytes::from("canary"));
    assert_eq!(format!("{body:?} {:?}", body.reader()), "RequestBody(6 bytes) BodyReader(0 of 6 bytes)");
}

/// The error of a call that sends nothing.
fn refused(request: impl Fn() -> Result<ApiRequest, InvalidRequest> + Send + Sync) -> Error {
    let transport = FakeTransport::script([]);
    let error = block_on(async_client(config(), &transport).call(Declared(request)).send()).unwrap_err();
    transport.requests().assert_count(0);
    error
}

#[test]
fn an_invalid_request_is_not_sent() {
    let path = || ApiRequest::to(["v9", "../admin"]);
    let json = || ApiRequest::to(["v9"])?.json(&std::collections::BTreeMap::from([((1, 2), "canary")]));
    let header = || ApiRequest::to(["v9"])?.header(http::header::HOST, HeaderValue::from_static("canary"));
    let own = || Err(InvalidRequest::new("email", "is longer than 254 characters"));
    for (error, fault) in [
        (refused(path), "path segment 2 has '/' at position 3; only A-Z a-z 0-9 - . _ ~ : @ are allowed"),
        (refused(json), "body cannot be written as JSON"),
        (refused(header), "header host is written by the SDK itself"),
        (refused(own), "email is longer than 254 characters"),
    ] {
        assert_eq!(error.to_string(), format!("declared: invalid request: {fault} (not sent)"));
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
    }
}

#[test]
fn a_path_beyond_urls_limit_is_refused() {
    let transport = FakeTransport::script([]);
    let long = "x".repeat(70_000);
    let error = blocking_client(config(), &transport)
        .call(Declared(|| ApiRequest::to(["v9", &long])))
        .send()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "declared: invalid request: path and query are too long for a URL (not sent)"
    );
    transport.requests().assert_count(0);
}

/// Never responds.
struct Silent;

#[async_trait::async_trait]
impl Transport for Silent {
    async fn send(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
        pending().await
    }
}

/// A clock that stands still; its sleeps are over at once.
struct Instantly;

#[async_trait::async_trait]
impl Clock for Instantly {
    fn now(&self) -> Moment {
        Moment::default()
    }

    async fn sleep(&self, _: Duration) {}
}

#[test]
fn a_transport_that_exceeds_its_time_is_stopped() {
    let (customer, clock) = (CustomerId::new("c").unwrap(), VirtualClock::new());
    let client = Client::new(config().build().unwrap(), Silent, Instantly);
    let error = block_on(client.generate_face_verification_link(&customer).send()).unwrap_err();
    assert!(error.is_timeout() && error.may_have_been_processed(), "{error}");
    assert_eq!((error.attempts(), error.stop_reason()), (2, StopReason::AttemptLimit));

    let client = Client::new(config().build().unwrap(), Silent, clock.clone());
    let error = block_on(client.generate_face_verification_link(&customer).send()).unwrap_err();
    assert_eq!((error.attempts(), error.stop_reason()), (2, StopReason::AttemptLimit));
    assert_eq!(clock.elapsed(), Duration::from_secs(30));
}

/// Is pending once before it responds.
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
}

/// A clock whose sleeps never end.
struct Never;

#[async_trait::async_trait]
impl Clock for Never {
    fn now(&self) -> Moment {
        Moment::default()
    }

    async fn sleep(&self, _: Duration) {
        pending::<()>().await;
    }
}

#[test]
fn a_slow_transport_in_time_is_not_stopped() {
    let client = Client::new(config().build().unwrap(), Slow, Never);
    let error =
        block_on(client.generate_face_verification_link(&CustomerId::new("c").unwrap()).send()).unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[test]
fn debug_shows_the_configuration() {
    let config = config().build().unwrap();
    let fake = FakeTransport::script([]);
    let blocking = sphere_core::blocking::Client::new(config.clone(), fake.clone(), fake.clock());
    for shown in [format!("{:?}", Client::new(config, Slow, Never)), format!("{blocking:?}")] {
        assert!(shown.contains("Client") && shown.contains("https://api.spherepay.co"), "{shown}");
    }
}
