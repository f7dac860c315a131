//! What an endpoint of somebody else's sees of a successful answer.

mod shared;

use http::Method;
use serde::Deserialize;
use shared::config;
use sphere_core::blocking::Client;
use sphere_core::endpoint::{Answer, DecodeError, Endpoint, Path, Safety};
use sphere_core::testing::{self, FakeTransport};
use sphere_core::{Error, ErrorKind};

struct Read;

#[derive(Debug, PartialEq, Deserialize)]
struct Thing {
    name: String,
}

impl Endpoint for Read {
    type Output = (u16, String, usize, Thing);
    const OPERATION: &'static str = "read";
    const METHOD: Method = Method::GET;
    const SAFETY: Safety = Safety::Idempotent;

    fn path(&self, path: &mut Path) {
        path.push("v9");
    }

    fn decode(&self, answer: &Answer<'_>) -> Result<Self::Output, DecodeError> {
        let kept = answer.headers().get("x-other").map(|value| value.to_str().unwrap().to_owned());
        Ok((answer.status().as_u16(), kept.unwrap_or_default(), answer.body().len(), answer.json()?))
    }
}

fn read(status: u16, body: &str) -> Result<<Read as Endpoint>::Output, Error> {
    let answer = testing::Answer::status(status).header("x-other", "kept");
    let transport = FakeTransport::always(answer.body("text/plain", body.to_owned()));
    Client::new(config().build().unwrap(), transport).call(Read)
}

#[test]
fn every_success_is_decoded_with_status_headers_and_body() {
    for status in [200, 201, 206, 299] {
        let thing = Thing { name: "Ada".to_owned() };
        assert_eq!(read(status, r#" {"name":"Ada"}"#).unwrap(), (status, "kept".to_owned(), 15, thing));
    }
}

#[test]
fn what_cannot_be_decoded_is_described_and_not_quoted() {
    for (body, fault) in [
        (r#"["canary"]"#, "the body is not a JSON object (10 bytes, content-type: text/plain)"),
        (
            r#"{"name":["canary"]}"#,
            "the body lacks a member or has one of the wrong type, at line 1 column 8 (19",
        ),
        (
            r#"{"nam":"canary"}"#,
            "the body lacks a member or has one of the wrong type, at line 1 column 16 (16",
        ),
        (r#"{"name":"canary""#, "the body ends early, at line 1 column 16 (16"),
        (r#"{"name":"canary",}"#, "the body is not valid JSON, at line 1 column 18 (18"),
    ] {
        let error = read(200, body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidAnswer);
        let line = error.to_string();
        assert!(line.contains(fault) && !line.contains("canary"), "{line}");
    }
}
