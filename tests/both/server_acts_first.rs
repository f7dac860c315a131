//! A server that acts on each request before it responds with a failure. An operation that must not happen twice
//! is sent exactly once, and the error says that it may have been processed; only SpherePay's own refusal, or proof
//! that nothing was sent, is believed. Over both backends, counted by the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Method;
use sphere_conformance::server::{Reply, Server};
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety,
};
use sphere_core::{ApiKey, Config, Error, IdempotencyKey};
use sphere_tests::{Backend, without_waits};

/// Moves money: it must not happen twice.
#[derive(Clone, Copy)]
struct Pay;

impl Endpoint for Pay {
    type Output = ();
    const OPERATION: Operation = Operation::new("pay", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "pay"])?.json(&serde_json::json!({ "amount": "1.00" }))
    }

    fn decode(&self, _: &ApiResponse<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

fn response(status: u16, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::new(format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}"))
}

/// The error of one payment over each backend, and how often the server made it.
fn payments(reply: &Reply, key: Option<&str>) -> [(Error, usize); 2] {
    [0, 1].map(|index| {
        let paid = Arc::new(AtomicUsize::new(0));
        let (counter, reply) = (Arc::clone(&paid), reply.clone());
        let server = Server::serve(move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
            reply.clone()
        });
        let config = Config::builder(ApiKey::new("sk_test_1").unwrap())
            .base_url(server.url(""))
            .retry(without_waits())
            .build()
            .unwrap();
        let key = key.map(|key| IdempotencyKey::new(key).unwrap());
        let backend = &Backend::both(&config, None)[index];
        (backend.call(Pay, key).unwrap_err(), paid.load(Ordering::SeqCst))
    })
}

const OWN_WORDS: &str = r#"{"status":429,"detail":"Too many requests"}"#;

#[test]
fn once_is_sent_once_after_unknown_outcome() {
    for reply in [
        response(503, "retry-after: 0\r\n", ""),
        response(503, "", r#"{"status":503,"detail":"Service unavailable"}"#),
        response(429, "retry-after: 0\r\n", "<html>slow down</html>"),
        response(429, "", r#"{"status":503,"detail":"Too many requests"}"#),
        response(303, "location: /v2/pay/1\r\n", ""),
        response(408, "", ""),
        response(421, "", ""),
        response(425, "", ""),
        response(404, "", "<html>no such page</html>"),
        response(500, "", ""),
        Reply::new("").close(),
        Reply::new("").reset(),
        Reply::new("HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\nhalf").close(),
        Reply::new("HTTP/1.1 429 X\r\ncontent-length: 99\r\n\r\n{\"status\":429,").close(),
    ] {
        for (error, paid) in payments(&reply, None) {
            assert_eq!((paid, error.attempts()), (1, 1), "{reply:?}: {error}");
            assert!(error.may_have_been_processed(), "{reply:?}: {error}");
        }
    }
}

#[test]
fn a_429_in_spherepays_own_words_is_believed() {
    for (error, sent) in payments(&response(429, "retry-after: 0\r\n", OWN_WORDS), None) {
        assert_eq!((sent, error.attempts()), (3, 3), "{error}");
        assert!(!error.may_have_been_processed(), "{error}");
    }
}

#[test]
fn with_an_idempotency_key_no_refusal_is_proof() {
    for (error, sent) in payments(&response(429, "retry-after: 0\r\n", OWN_WORDS), Some("order-1")) {
        assert_eq!((sent, error.attempts()), (1, 1), "{error}");
        assert!(error.may_have_been_processed(), "{error}");
    }
}

#[test]
fn a_refusal_in_spherepays_own_words_is_proof() {
    for status in [400, 403, 404, 409, 422] {
        let body = format!(r#"{{"status":{status},"detail":"No"}}"#);
        for (error, sent) in payments(&response(status, "", &body), None) {
            assert_eq!((sent, error.may_have_been_processed()), (1, false), "{error}");
        }
    }
}
