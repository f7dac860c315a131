//! Answers that a test orders, and the customers that always get the same one.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sphere_sandbox::{Answer, Gate, MAGIC_CUSTOMERS, Sandbox};

use crate::wire::{Reply, SAFETY_NET, ask_for_link, connect, is_32_hex, link_request, read_reply, send};

fn ordered(answer: Answer) -> Reply {
    let sandbox = Sandbox::start().unwrap();
    sandbox.answer_next(answer);
    ask_for_link(&sandbox, "customer_ada")
}

#[test]
fn ready_made_answers_have_their_documented_bodies() {
    for (answer, body) in [
        (
            Answer::bad_request(),
            json!({
                "status": 400,
                "detail": "Invalid request parameters",
                "code": "address/invalid",
            }),
        ),
        (Answer::forbidden(), json!({"status": 403, "detail": "Forbidden resource"})),
        (
            Answer::not_found(),
            json!({
                "status": 404,
                "detail": "Resource not found",
                "code": "resource/not-found",
            }),
        ),
        (Answer::conflict(), json!({"status": 409, "detail": "Conflict"})),
        (
            Answer::unprocessable(),
            json!({
                "status": 422,
                "detail": "Validation failed",
                "code": "validation/failed",
                "errors": [
                    {"detail": "Invalid email format", "pointer": "/email"},
                    {"detail": "Name is required", "pointer": "/name"},
                ],
            }),
        ),
        (Answer::too_many_requests(7), json!({"status": 429, "detail": "Too many requests"})),
        (Answer::server_error(), json!({"status": 500, "detail": "Internal server error"})),
        (Answer::unavailable(None), json!({"status": 503, "detail": "Service unavailable"})),
    ] {
        assert_eq!(ordered(answer).problem(), body);
    }
}

#[test]
fn a_refused_key_can_have_its_older_shape() {
    let reply = ordered(Answer::unauthorized());
    assert_eq!(reply.status, 401);
    assert_eq!(
        reply.json(),
        json!({
            "status": 401,
            "detail": "Invalid or missing API key.",
            "code": "unauthorized",
        })
    );
}

#[test]
fn retry_after_is_sent_where_it_is_given() {
    for (answer, status, retry_after) in [
        (Answer::too_many_requests(7), 429, &["7"][..]),
        (Answer::unavailable(Some(120)), 503, &["120"]),
        (Answer::unavailable(None), 503, &[]),
    ] {
        let reply = ordered(answer);
        assert_eq!(reply.status, status);
        assert_eq!(reply.header("retry-after"), retry_after);
    }
}

#[test]
fn a_gateway_answers_in_html() {
    let reply = ordered(Answer::bad_gateway_html());
    assert_eq!(reply.status, 502);
    assert_eq!(reply.header("content-type"), ["text/html"]);
    assert_eq!(reply.header("server"), ["nginx"]);
    assert!(reply.text().contains("<h1>502 Bad Gateway</h1>"));
}

#[test]
fn an_answer_is_sent_byte_for_byte() {
    let reply = ordered(
        Answer::status(299)
            .header("x-twice", "1")
            .header("X-Twice", "2")
            .body("text/plain; charset=latin1", &b"\xff\0half a bo"[..]),
    );
    assert_eq!(reply.status, 299);
    assert_eq!(reply.header("x-twice"), ["1", "2"]);
    assert_eq!(reply.header("content-type"), ["text/plain; charset=latin1"]);
    assert_eq!(reply.body, b"\xff\0half a bo");

    let bare = ordered(Answer::status(503));
    assert_eq!(bare.header("content-type"), [""; 0]);
    assert_eq!(bare.body, b"");

    let untyped = ordered(Answer::status(200).body("", "text"));
    assert_eq!(untyped.header("content-type"), [""; 0]);
    assert_eq!(untyped.body, b"text");
}

#[test]
fn headers_and_body_replace_what_the_base_brings() {
    let reply = ordered(Answer::conflict().body("text/plain", "no"));
    assert_eq!((reply.status, reply.header("content-type"), reply.text()), (409, vec!["text/plain"], "no"));

    let untyped = ordered(Answer::conflict().body("", "no"));
    assert_eq!(untyped.header("content-type"), [""; 0]);

    let reply = ordered(Answer::normal().header("content-type", "application/problem+json"));
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("content-type"), ["application/problem+json"]);
    assert!(reply.text().contains("expiresAt"));

    let reply = ordered(Answer::normal().body("application/json", "{}"));
    assert_eq!((reply.status, reply.text()), (201, "{}"));
}

#[test]
fn orders_are_served_in_turn_then_the_standing_one_then_none() {
    let sandbox = Sandbox::start().unwrap();
    let status = || ask_for_link(&sandbox, "customer_ada").status;

    sandbox.answer_every(Answer::server_error());
    sandbox.answer_next(Answer::conflict());
    sandbox.answer_next(Answer::normal());
    assert_eq!([status(), status(), status(), status()], [409, 201, 500, 500]);

    sandbox.answer_every(Answer::bad_gateway_html());
    assert_eq!(status(), 502);

    sandbox.answer_next(Answer::conflict());
    sandbox.answer_normally();
    assert_eq!([status(), status()], [201, 201]);
}

#[test]
fn a_standing_problem_has_a_new_correlation_id_each_time() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.answer_every(Answer::server_error());
    let id = || ask_for_link(&sandbox, "customer_ada").json()["correlationId"].clone();
    let (first, second) = (id(), id());
    assert!(is_32_hex(first.as_str().unwrap()), "{first}");
    assert_ne!(first, second);
}

#[test]
fn an_order_is_for_any_api_request_whatever_it_asks() {
    let sandbox = Sandbox::start().unwrap();
    for line in [
        "POST /v2/customer/customer_ada/face-verification-link",
        "GET /v2/customer/customer_ada/face-verification-link",
        "GET /nowhere",
    ] {
        sandbox.answer_next(Answer::status(204));
        assert_eq!(send(&sandbox, line, "", b"").status, 204, "{line}");
    }
}

#[test]
fn a_visit_to_a_page_uses_up_no_order() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.answer_next(Answer::conflict());
    assert_eq!(send(&sandbox, "GET /favicon.ico", "", b"").status, 204);
    assert_eq!(send(&sandbox, "GET /check/0", "", b"").status, 404);
    assert_eq!(ask_for_link(&sandbox, "customer_ada").status, 409);
}

#[test]
fn a_mistaken_order_says_what_is_wrong_with_it() {
    for (answer, mistake) in [
        (Answer::status(99), "99"),
        (Answer::status(100), "100"),
        (Answer::status(1000), "1000"),
        (Answer::status(200).header("two words", "x"), "two words"),
        (Answer::status(200).header("x", "two\nlines"), "two\\nlines"),
        (Answer::status(200).body("two\nlines", ""), "two\\nlines"),
    ] {
        let reply = ordered(answer);
        assert_eq!(reply.status, 500);
        let problem = reply.problem();
        let Value::String(detail) = &problem["detail"] else { panic!("{problem}") };
        assert!(detail.contains(mistake), "{detail}");
    }
}

#[test]
fn a_held_answer_waits_for_its_gate() {
    let sandbox = Sandbox::start().unwrap();
    let (answer, gate) = Answer::held();
    sandbox.answer_next(answer);

    let mut held = connect(sandbox.base_url());
    held.write_all(&link_request(&sandbox, "customer_ada")).unwrap();
    assert!(sandbox.wait_for_requests(1, SAFETY_NET));
    // The sandbox has one thread: had it answered the first request, that would be there by the
    // time the second is answered.
    assert_eq!(ask_for_link(&sandbox, "customer_grace").status, 201);
    held.set_nonblocking(true).unwrap();
    let nothing = held.read(&mut [0; 1]).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    held.set_nonblocking(false).unwrap();

    gate.open();

    assert_eq!(read_reply(&mut held).status, 201);
}

#[test]
fn one_gate_lets_all_its_answers_go_and_stays_open() {
    let sandbox = Sandbox::start().unwrap();
    let gate = Gate::new();
    sandbox.answer_every(Answer::conflict().behind(&gate));
    std::thread::scope(|scope| {
        let calls = [(); 2].map(|()| scope.spawn(|| ask_for_link(&sandbox, "customer_ada").status));
        assert!(sandbox.wait_for_requests(2, SAFETY_NET));
        gate.open();
        assert_eq!(calls.map(|call| call.join().unwrap()), [409, 409]);
    });
    assert_eq!(ask_for_link(&sandbox, "customer_ada").status, 409);
}

#[test]
fn a_gate_that_is_gone_holds_nothing() {
    let (answer, gate) = Answer::held();
    drop(gate);
    assert_eq!(ordered(answer).status, 201);
}

#[test]
fn a_delayed_answer_does_not_come_early() {
    let delay = Duration::from_millis(20);
    let sandbox = Sandbox::start().unwrap();
    sandbox.answer_next(Answer::conflict().delay(delay));
    let start = Instant::now();
    assert_eq!(ask_for_link(&sandbox, "customer_ada").status, 409);
    assert!(start.elapsed() >= delay);
}

#[test]
fn each_magic_customer_always_gets_its_answer() {
    let sandbox = Sandbox::builder().customers(["customer_ada"]).start().unwrap();
    for customer in MAGIC_CUSTOMERS {
        let status = customer.id.strip_prefix("customer_answers_").unwrap();
        for _ in 0..2 {
            let reply = ask_for_link(&sandbox, customer.id);
            assert_eq!(reply.status.to_string(), status);
            let retry_after: &[&str] = if status == "429" { &["1"] } else { &[] };
            assert_eq!(reply.header("retry-after"), retry_after);
        }
        assert!(customer.answer.starts_with(status));
    }
    assert_eq!(MAGIC_CUSTOMERS.len(), 10);
}
