//! What a caller can learn from an error, accessor by accessor.

use std::error::Error as _;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use sphere_core::clock::SystemClock;
use sphere_core::testing::Reply;
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{TransportError, TransportErrorKind, TransportRequest, TransportResponse};
use sphere_core::{ApiKey, Config, CustomerId, Error, ErrorKind, blocking};

fn error(reply: Reply) -> Error {
    crate::shared::link(reply).unwrap_err()
}

/// Fails in this way.
struct Failing(fn() -> TransportError);

impl Transport for Failing {
    fn send(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
        Err((self.0)())
    }
}

/// The error of a call whose transport fails in this way.
fn failed(with: fn() -> TransportError) -> Error {
    let config = Config::new(ApiKey::new("sk_canary").unwrap());
    let client = blocking::Client::new(config, Failing(with), SystemClock::new());
    client.generate_face_verification_link(&CustomerId::new("customer_1").unwrap()).send().unwrap_err()
}

/// An error, and its cause.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Layer(&'static str, #[source] Option<Box<Layer>>);

fn reply(status: u16, body: &str) -> Reply {
    Reply::status(status).body("application/json", body.to_owned())
}

fn with_headers(status: u16, body: &str) -> Reply {
    reply(status, body).header("retry-after", "700").header("x-other", "kept")
}

#[test]
fn an_api_error_keeps_the_whole_response() {
    let body = r#"{"title":"T","status":422,"detail":"D","code":"c/1","correlationId":"i1","extra":[1],
        "errors":[{"detail":"bad","pointer":"/email","parameter":"p","header":"h"},{"detail":"worse"}]}"#;
    let error = error(with_headers(422, body));
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.operation(), "generate_face_verification_link");
    assert_eq!(error.status().unwrap(), 422);
    assert_eq!((error.code(), error.detail(), error.correlation_id()), (Some("c/1"), Some("D"), Some("i1")));
    assert_eq!(error.headers().unwrap()["x-other"], "kept");
    assert_eq!(error.body().unwrap(), body);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert_eq!(error.attempts(), 1);
    let fields = error.field_errors();
    assert_eq!((fields.len(), fields[0].detail(), fields[1].detail()), (2, "bad", "worse"));
    assert_eq!(
        (fields[0].pointer(), fields[0].parameter(), fields[0].header()),
        (Some("/email"), Some("p"), Some("h"))
    );
    let api = error.api().unwrap();
    assert_eq!((api.problem().title(), api.problem().status()), (Some("T"), Some(422)));
    assert_eq!(api.member("extra").as_deref(), Some("[1]"));
    assert!(error.transport().is_none() && error.source().is_none());
    assert_eq!(
        error.to_string(),
        "generate_face_verification_link: 422 Unprocessable Entity, c/1: \"D\" \
         (1 attempt to api.spherepay.co:443, refused by SpherePay, 2 field errors: /email, correlation id i1)"
    );
}

#[test]
fn each_predicate_matches_its_statuses_only() {
    type Predicate = fn(&Error) -> bool;
    let predicates: [(Predicate, &[u16]); 5] = [
        (Error::is_authentication, &[401, 403]),
        (Error::is_not_found, &[404]),
        (Error::is_validation, &[400, 422]),
        (Error::is_rate_limited, &[429]),
        (Error::is_server_error, &[500, 503, 504, 999]),
    ];
    for status in [302, 400, 401, 402, 403, 404, 405, 408, 409, 422, 429, 500, 503, 504, 999] {
        let error = error(reply(status, "{}"));
        for (predicate, statuses) in predicates {
            assert_eq!(predicate(&error), statuses.contains(&status), "{status}");
        }
        assert!(!error.is_timeout() && !error.is_transport(), "{status}");
    }
    let invalid = error(reply(201, "{}"));
    assert!(predicates.iter().all(|(predicate, _)| !predicate(&invalid)));
    assert!(!invalid.is_timeout() && !invalid.is_transport());
}

#[test]
fn a_transport_error_keeps_its_cause() {
    for kind in [TransportErrorKind::Timeout, TransportErrorKind::Interrupted] {
        let error = error(Reply::lost(kind));
        assert_eq!(
            (error.kind(), error.is_timeout()),
            (ErrorKind::Transport, kind == TransportErrorKind::Timeout)
        );
        assert!(error.is_transport() && !error.is_server_error());
        assert_eq!(error.transport().unwrap().kind(), kind);
        let shown = format!("{:?}", error.transport().unwrap());
        assert!(shown.contains(&format!("kind: {kind:?}, delivery: Unknown")), "{shown}");
        assert!(error.api().is_none() && error.status().is_none() && error.headers().is_none());
        assert!(error.body().is_none() && error.code().is_none() && error.field_errors().is_empty());
        let cause = error.source().unwrap().source().unwrap();
        assert_eq!(cause.to_string(), "scripted");
    }
}

#[test]
fn a_head_whose_body_broke_is_kept() {
    let cut_off = |status| error(Reply::status(status).header("x-other", "kept").cut_off());
    let broken = cut_off(404);
    assert!(broken.is_not_found() && broken.body().is_none());
    assert_eq!(broken.headers().unwrap()["x-other"], "kept");
    assert!(broken.source().unwrap().to_string().contains("the connection ended early"));
    assert_eq!(
        broken.to_string(),
        "generate_face_verification_link: 404 Not Found: the connection ended early: scripted \
         (1 attempt to api.spherepay.co:443, may have been processed)"
    );

    let broken = cut_off(201);
    assert_eq!((broken.kind(), broken.status().unwrap().as_u16()), (ErrorKind::Transport, 201));
    assert_eq!(broken.headers().unwrap()["x-other"], "kept");
    assert_eq!(
        broken.to_string(),
        "generate_face_verification_link: 201 Created, the connection ended early: scripted \
         (2 attempts to api.spherepay.co:443, may have been processed (201 received), no further attempt is allowed)"
    );
}

#[test]
fn body_that_timed_out_is_a_timeout() {
    let error = failed(|| {
        TransportError::new(TransportErrorKind::Timeout, "slow")
            .with_head(StatusCode::NOT_FOUND, &HeaderMap::new())
    });
    assert!(error.is_timeout() && error.is_not_found(), "{error}");
}

#[test]
fn line_names_four_causes() {
    let error = failed(|| {
        let causes = ["fifth", "fourth", "third", "second", "first"];
        let cause = causes.into_iter().fold(None, |cause, text| Some(Box::new(Layer(text, cause))));
        TransportError::new(TransportErrorKind::Setup, cause.unwrap()).not_sent()
    });
    let line = error.to_string();
    assert!(line.contains(": first: second: third: fourth (1 attempt"), "{line}");
}

#[test]
fn a_line_leaves_out_what_is_missing() {
    for (body, said) in [
        (
            r#"{"title":"T"}"#,
            r#"500 Internal Server Error: "T" (2 attempts to api.spherepay.co:443, may have been processed, no further attempt"#,
        ),
        (
            r#"{"detail":"D","errors":[{"detail":"x"}]}"#,
            r#"500 Internal Server Error: "D" (2 attempts to api.spherepay.co:443, may have been processed, 1 field error, no"#,
        ),
        (
            "",
            "500 Internal Server Error: the body is not an API error (0 bytes) (2 attempts to api.spherepay.co:443, may",
        ),
    ] {
        let line = error(reply(500, body)).to_string();
        assert!(line.contains(said), "{line}");
    }
    let html = Reply::status(502).body("text/html; charset=\u{fc}tf-8", "<html>");
    let line = error(html).to_string();
    assert!(
        line.contains("502 Bad Gateway: the body is not an API error (6 bytes of text/html; charset="),
        "{line}"
    );
    let redirect = error(Reply::status(302)).to_string();
    assert!(redirect.contains("302 Found: redirect not followed (1 attempt"), "{redirect}");
    let unknown = error(reply(999, r#"{"detail":"D"}"#)).to_string();
    assert!(unknown.starts_with("generate_face_verification_link: 999: \"D\" ("), "{unknown}");
}

#[test]
fn debug_shows_the_facts() {
    let shown = format!("{:?}", error(with_headers(422, r#"{"detail":"D"}"#)));
    for part in [
        "kind: Api",
        "status: Some(422)",
        "attempts: 1",
        "stop_reason: NotRetryable",
        "\"x-other\"",
        "body_bytes: Some(14)",
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert!(!shown.contains("kept"), "{shown}");
}
