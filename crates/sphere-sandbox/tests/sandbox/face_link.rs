//! The operation for face verification links, and the errors that every operation shares.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use sphere_sandbox::Sandbox;

use crate::wire::{ask_for_link, bearer, is_32_hex, send, visit};

const LINE: &str = "POST /v2/customer/customer_ada/face-verification-link";

#[test]
fn link_has_the_contracts_shape() {
    // 2026-03-09T20:31:31.305Z, and something below a millisecond.
    let time = UNIX_EPOCH + Duration::from_nanos(1_773_088_291_305_999_999);
    let sandbox = Sandbox::builder().clock_stopped_at(time).start().unwrap();

    let response = ask_for_link(&sandbox, "customer_f31121c389624d3697cbf3ea8830b7a4");

    assert_eq!(response.status, 201);
    let body = response.json();
    assert_eq!(body.as_object().unwrap().len(), 2);
    assert_eq!(body["expiresAt"], "2026-03-09T20:46:31.305Z");
    let url = body["url"].as_str().unwrap();
    let token = url.strip_prefix(&format!("{}/check/", sandbox.base_url()));
    assert!(is_32_hex(token.unwrap()), "{url}");
}

#[test]
fn expiry_always_has_milliseconds() {
    let sandbox = Sandbox::builder()
        .clock_stopped_at(UNIX_EPOCH)
        .link_lifetime(Duration::from_secs(1))
        .start()
        .unwrap();
    let body = ask_for_link(&sandbox, "customer_ada").json();
    assert_eq!(body["expiresAt"], "1970-01-01T00:00:01.000Z");
}

#[test]
fn endless_lifetime_ends_in_9999() {
    let sandbox = Sandbox::builder().link_lifetime(Duration::MAX).start().unwrap();
    sandbox.advance(Duration::MAX);
    let body = ask_for_link(&sandbox, "customer_ada").json();
    let expires_at = body["expiresAt"].as_str().unwrap();
    assert!(expires_at.starts_with("9999-12-"), "{expires_at}");
}

#[test]
fn clock_stops_in_9999() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.advance(Duration::MAX);
    sandbox.advance(Duration::from_secs(1));
    let body = ask_for_link(&sandbox, "customer_ada").json();
    let expires_at = body["expiresAt"].as_str().unwrap();
    assert!(expires_at.starts_with("9999-12-"), "{expires_at}");
}

#[test]
fn new_link_leaves_earlier_links_valid() {
    let sandbox = Sandbox::start().unwrap();
    let first = ask_for_link(&sandbox, "customer_ada").link();
    let second = ask_for_link(&sandbox, "customer_ada").link();
    assert_ne!(first, second);
    for url in [first, second] {
        assert_eq!(visit(&sandbox, "GET", &url).status, 200);
    }
}

#[test]
fn inexact_key_is_refused() {
    let sandbox = Sandbox::builder().api_key("the_key").start().unwrap();
    for headers in [
        "",
        "authorization: Bearer other_key\r\n",
        "authorization: Bearer the_ke\r\n",
        "authorization: Bearer the_key2\r\n",
        "authorization: Bearer THE_KEY\r\n",
        "authorization: Bearer  the_key\r\n",
        "authorization: Bearer\r\n",
        "authorization: Bearerthe_key\r\n",
        "authorization: the_key\r\n",
        "authorization: Basic the_key\r\n",
        "authorization: Bearer the_key\r\nauthorization: Bearer the_key\r\n",
        "x-api-key: the_key\r\n",
    ] {
        let response = send(&sandbox, LINE, headers, b"");
        assert_eq!(response.status, 403, "{headers:?}");
        assert_eq!(response.problem(), json!({"status": 403, "detail": "Forbidden resource"}));
    }
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let response = send(&sandbox, LINE, &format!("authorization: {scheme} the_key\r\n"), b"");
        assert_eq!(response.status, 201, "{scheme}");
    }
}

#[test]
fn key_is_checked_first() {
    let sandbox = Sandbox::start().unwrap();
    for line in [
        "POST /v2/customer/customer_unknown/face-verification-link",
        "POST /v2/customer/customer_replies_500/face-verification-link",
        "POST /v2/customer/%FF/face-verification-link",
    ] {
        let response = send(&sandbox, line, "content-length: 2\r\n", b"{}");
        assert_eq!(response.status, 403, "{line}");
    }
}

#[test]
fn unknown_customer_is_not_found() {
    let by_rule = Sandbox::start().unwrap();
    let by_list = Sandbox::builder().customers(["customer_ada"]).start().unwrap();
    for (sandbox, customer) in [
        (&by_rule, "customer_unknown"),
        (&by_rule, "customer_unknown_2"),
        (&by_rule, "ada"),
        (&by_rule, ""),
        (&by_rule, "Customer_ada"),
        (&by_list, "customer_grace"),
    ] {
        let response = ask_for_link(sandbox, customer);
        assert_eq!(response.status, 404, "{customer}");
        assert_eq!(
            response.problem(),
            json!({
                "status": 404,
                "detail": "Resource not found",
                "code": "resource/not-found",
            })
        );
    }
    for sandbox in [by_rule, by_list] {
        assert_eq!(ask_for_link(&sandbox, "customer_ada").status, 201);
    }
}

#[test]
fn link_operation_takes_no_body() {
    let sandbox = Sandbox::start().unwrap();
    let key = bearer(&sandbox);

    for (headers, body) in
        [("content-length: 2\r\n", "{}"), ("transfer-encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")]
    {
        let response = send(&sandbox, LINE, &format!("{key}{headers}"), body.as_bytes());
        assert_eq!(
            response.problem(),
            json!({
                "status": 400,
                "detail": "Invalid request parameters",
                "code": "address/invalid",
            })
        );
    }
    for (headers, body) in [
        ("content-length: 0\r\n", ""),
        ("transfer-encoding: chunked\r\n", "0\r\n\r\n"),
        ("content-type: application/json\r\n", ""),
    ] {
        let response = send(&sandbox, LINE, &format!("{key}{headers}"), body.as_bytes());
        assert_eq!(response.status, 201, "{headers}");
    }
}

#[test]
fn oversized_body_is_refused() {
    const LIMIT: usize = 64 * 1024;
    let sandbox = Sandbox::start().unwrap();
    for (length, status) in [(LIMIT, 400), (LIMIT + 1, 413)] {
        let headers = format!("{}content-length: {length}\r\n", bearer(&sandbox));
        let response = send(&sandbox, LINE, &headers, &vec![b'x'; length]);
        assert_eq!(response.status, status);
        response.problem();
    }
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn broken_chunks_are_a_bad_request() {
    let sandbox = Sandbox::start().unwrap();
    let response = send(&sandbox, LINE, "transfer-encoding: chunked\r\n", b"not a length\r\n");
    assert_eq!(response.status, 400);
}

#[test]
fn invalid_utf8_id_is_a_bad_request() {
    let sandbox = Sandbox::start().unwrap();
    let response = ask_for_link(&sandbox, "customer_%FF");
    assert_eq!(response.problem()["code"], "address/invalid");
}

#[test]
fn unknown_route_is_a_404_problem() {
    let sandbox = Sandbox::start().unwrap();
    for path in [
        "/v2",
        "/v2/customers",
        "/v2/customer/customer_ada/face-verification-link/",
        "/v2/customer/customer_ada/x/face-verification-link",
        "/v1/customer/customer_ada/face-verification-link",
        "/check",
        "/check/a/b/c",
    ] {
        let response = send(&sandbox, &format!("POST {path}"), &bearer(&sandbox), b"");
        assert_eq!(response.status, 404, "{path}");
        assert_eq!(response.problem()["detail"], "No such route", "{path}");
    }
}

#[test]
fn wrong_method_names_the_right_one() {
    let sandbox = Sandbox::start().unwrap();
    for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let line = LINE.replacen("POST", method, 1);
        let response = send(&sandbox, &line, &bearer(&sandbox), b"");
        assert_eq!(response.status, 405, "{method}");
        assert_eq!(response.header("allow"), ["POST"], "{method}");
        response.problem();
    }
    let response = send(&sandbox, "POST /check/0", "", b"");
    assert_eq!(response.status, 405);
    assert_eq!(response.header("allow"), ["GET,HEAD"]);
    response.problem();
}

#[test]
fn correlation_ids_are_unique() {
    let sandbox = Sandbox::start().unwrap();
    let mut ids: Vec<_> = (0..4)
        .map(|_| ask_for_link(&sandbox, "customer_unknown").json()["correlationId"].to_string())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}
