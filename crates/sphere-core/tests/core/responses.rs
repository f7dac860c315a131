//! What a downstream endpoint sees of a successful response.

use crate::shared::{async_client, blocking_client, config};
use http::Method;
use serde::Deserialize;
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety,
};
use sphere_core::testing::{FakeTransport, Reply, block_on};
use sphere_core::{CustomerId, Error, ErrorKind};

struct Read;

#[derive(Debug, PartialEq, Deserialize)]
struct Thing {
    name: String,
}

impl Endpoint for Read {
    type Output = (u16, String, usize, Thing);
    const OPERATION: Operation = Operation::new("read", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v9"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Self::Output, DecodeError> {
        let kept = response.headers().get("x-other").map(|value| value.to_str().unwrap().to_owned());
        Ok((response.status().as_u16(), kept.unwrap_or_default(), response.body().len(), response.json()?))
    }
}

fn read(status: u16, body: &str) -> Result<<Read as Endpoint>::Output, Error> {
    let reply = Reply::status(status).header("x-other", "kept");
    let transport = FakeTransport::always(reply.body("text/plain", body.to_owned()));
    blocking_client(config(), &transport).call(Read).send()
}

#[test]
fn decode_sees_status_headers_and_body() {
    for status in [200, 201, 206, 299] {
        let thing = Thing { name: "Ada".to_owned() };
        assert_eq!(read(status, r#" {"name":"Ada"}"#).unwrap(), (status, "kept".to_owned(), 15, thing));
    }
}

#[test]
fn the_response_can_be_kept_beside_the_output() {
    let body = r#"{"url":"https://check.example/t","expiresAt":"2026-03-09T20:46:31Z","new":[1]}"#;
    let reply = Reply::status(201).header("x-other", "kept").body("application/json", body);
    let [transport, transport_async] = [(); 2].map(|()| FakeTransport::always(reply.clone()));
    let customer = CustomerId::new("customer_1").unwrap();
    let client = blocking_client(config(), &transport);
    let (link, response) = client.generate_face_verification_link(&customer).send_with_response().unwrap();
    let client = async_client(config(), &transport_async);
    let (link_async, response_async) =
        block_on(client.generate_face_verification_link(&customer).send_with_response()).unwrap();
    assert_eq!(link, link_async);
    for response in [response, response_async] {
        assert_eq!((response.status().as_u16(), response.body()), (201, &body.into()));
        assert_eq!(response.headers()["x-other"], "kept");
    }
}

#[test]
fn undecodable_bodies_are_described_but_not_quoted() {
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
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        let line = error.to_string();
        assert!(line.contains(fault) && !line.contains("canary"), "{line}");
    }
}
