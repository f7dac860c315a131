//! Responses that a test scripts, and the customers that always get the same one.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use sphere_core::transport::TransportErrorKind;
use sphere_sandbox::{Gate, MAGIC_CUSTOMERS, Reply, Sandbox, Turn};

use crate::wire::{Response, SAFETY_NET, ask_for_link, connect, link_request, read_response, send};

fn scripted(reply: Reply) -> Response {
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_next(reply);
    ask_for_link(&sandbox, "customer_ada")
}

#[test]
fn reply_is_sent_byte_for_byte() {
    let response = scripted(
        Reply::status(299)
            .header("x-twice", "1")
            .header("X-Twice", "2")
            .body("text/plain; charset=latin1", &b"\xff\0half a bo"[..]),
    );
    assert_eq!(response.status, 299);
    assert_eq!(response.header("x-twice"), ["1", "2"]);
    assert_eq!(response.header("content-type"), ["text/plain; charset=latin1"]);
    assert_eq!(response.body, b"\xff\0half a bo");

    let bare = scripted(Reply::status(503));
    assert_eq!(bare.header("content-type"), [""; 0]);
    assert_eq!(bare.body, b"");

    let untyped = scripted(Reply::conflict().body("", "text"));
    assert_eq!(untyped.status, 409);
    assert_eq!(untyped.header("content-type"), [""; 0]);
    assert_eq!(untyped.body, b"text");
}

#[test]
fn turns_are_taken_in_order() {
    let sandbox = Sandbox::start().unwrap();
    let status = || ask_for_link(&sandbox, "customer_ada").status;

    sandbox.reply_every(Reply::server_error());
    sandbox.reply_next(Reply::conflict());
    sandbox.reply_next(Turn::normal());
    assert_eq!([status(), status(), status(), status()], [409, 201, 500, 500]);

    sandbox.reply_every(Reply::bad_gateway_html());
    assert_eq!(status(), 502);

    sandbox.reply_next(Reply::conflict());
    sandbox.reply_normally();
    assert_eq!([status(), status()], [201, 201]);
}

#[test]
fn script_decides_whatever_is_requested() {
    let sandbox = Sandbox::start().unwrap();
    for line in [
        "POST /v2/customer/customer_ada/face-verification-link",
        "GET /v2/customer/customer_ada/face-verification-link",
        "GET /nowhere",
    ] {
        sandbox.reply_next(Reply::status(204));
        assert_eq!(send(&sandbox, line, "", b"").status, 204, "{line}");
    }
}

#[test]
fn page_visits_leave_the_script_alone() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_next(Reply::conflict());
    assert_eq!(send(&sandbox, "GET /favicon.ico", "", b"").status, 204);
    assert_eq!(send(&sandbox, "GET /check/0", "", b"").status, 404);
    assert_eq!(ask_for_link(&sandbox, "customer_ada").status, 409);
}

#[test]
fn unsendable_reply_panics_at_once() {
    let sandbox = Sandbox::start().unwrap();
    for (reply, message) in [
        (Reply::refused(), "a server sends whole responses"),
        (Reply::lost(TransportErrorKind::Interrupted), "a server sends whole responses"),
        (Reply::not_found().cut_off(), "a server sends whole responses"),
        (Reply::status(103), "103 is not the status of a final response"),
    ] {
        let panic = catch_unwind(AssertUnwindSafe(|| sandbox.reply_every(reply))).unwrap_err();
        let text = match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
        };
        assert!(text.contains(message), "{text}");
    }
    assert_eq!(ask_for_link(&sandbox, "customer_ada").status, 201);
}

#[test]
fn held_response_waits_for_its_gate() {
    let sandbox = Sandbox::start().unwrap();
    let (turn, gate) = Turn::held();
    sandbox.reply_next(turn);

    let mut held = connect(sandbox.base_url());
    held.write_all(&link_request(&sandbox, "customer_ada")).unwrap();
    assert!(sandbox.wait_for_requests(1, SAFETY_NET));
    // The sandbox has one thread: had it responded to the first request, that response would be there by the
    // time of the second.
    assert_eq!(ask_for_link(&sandbox, "customer_grace").status, 201);
    held.set_nonblocking(true).unwrap();
    let nothing = held.read(&mut [0; 1]).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    held.set_nonblocking(false).unwrap();

    gate.open();

    assert_eq!(read_response(&mut held).status, 201);
}

#[test]
fn opened_gate_stays_open() {
    let sandbox = Sandbox::start().unwrap();
    let gate = Gate::new();
    sandbox.reply_every(Turn::from(Reply::conflict()).behind(&gate));
    std::thread::scope(|scope| {
        let calls = [(); 2].map(|()| scope.spawn(|| ask_for_link(&sandbox, "customer_ada").status));
        assert!(sandbox.wait_for_requests(2, SAFETY_NET));
        gate.open();
        assert_eq!(calls.map(|call| call.join().unwrap()), [409, 409]);
    });
    assert_eq!(ask_for_link(&sandbox, "customer_ada").status, 409);
}

#[test]
fn dropped_gate_is_open() {
    let sandbox = Sandbox::start().unwrap();
    let (turn, gate) = Turn::held();
    drop(gate);
    sandbox.reply_next(turn);
    assert_eq!(ask_for_link(&sandbox, "customer_ada").status, 201);
}

#[test]
fn delayed_response_does_not_come_early() {
    let delay = Duration::from_millis(20);
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_next(Reply::conflict().after(delay));
    sandbox.reply_next(Turn::normal().after(delay));
    for status in [409, 201] {
        let start = Instant::now();
        assert_eq!(ask_for_link(&sandbox, "customer_ada").status, status);
        assert!(start.elapsed() >= delay);
    }
}

#[test]
fn magic_customers_always_get_their_response() {
    let sandbox = Sandbox::builder().customers(["customer_ada"]).start().unwrap();
    for customer in MAGIC_CUSTOMERS {
        let status = customer.id.strip_prefix("customer_replies_").unwrap();
        for _ in 0..2 {
            let response = ask_for_link(&sandbox, customer.id);
            assert_eq!(response.status.to_string(), status);
            let retry_after: &[&str] = if status == "429" { &["1"] } else { &[] };
            assert_eq!(response.header("retry-after"), retry_after);
        }
        assert!(customer.reply.starts_with(status));
    }
    assert_eq!(MAGIC_CUSTOMERS.len(), 10);
}
