//! `sphere link` when it fails: the exit codes, the words, the object.

use std::net::Ipv4Addr;
use std::thread;

use socket2::{Domain, Socket, Type};
use sphere_sandbox::{Reply, Sandbox};

use crate::run::{Ended, ended, run, run_out_of_time, sphere, sphere_with};

fn responded(reply: Reply, more: &[&str]) -> Ended {
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_every(reply);
    run(&sandbox, &[&["link", "customer_ada"], more].concat())
}

/// A port of this machine that refuses connections for as long as the socket is held.
pub(crate) fn closed_port() -> (Socket, String) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&std::net::SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    let port = socket.local_addr().unwrap().as_socket_ipv4().unwrap().port();
    (socket, format!("http://127.0.0.1:{port}"))
}

#[test]
fn each_response_has_its_exit_code() {
    let html = || Reply::status(200).body("text/html", "<html>");
    let cases = [
        (Reply::unauthorized(), 3, "authentication"),
        (Reply::forbidden(), 3, "authentication"),
        (Reply::not_found(), 4, "not_found"),
        (Reply::bad_request(), 5, "refused"),
        (Reply::unprocessable(), 5, "refused"),
        (Reply::conflict(), 5, "refused"),
        (Reply::status(429).header("retry-after", "3600"), 5, "refused"),
        (Reply::status(302).header("location", "https://elsewhere.example/"), 7, "server"),
        (Reply::server_error(), 7, "server"),
        (Reply::bad_gateway_html(), 7, "server"),
        (Reply::unavailable(Some(3600)), 7, "server"),
        (Reply::status(999), 7, "server"),
        (html(), 7, "server"),
        (Reply::status(204), 7, "server"),
    ];
    // All at once, since some wait.
    thread::scope(|scope| {
        for (reply, code, class) in cases {
            scope.spawn(move || {
                let told = responded(reply.clone(), &[]).failure(code);
                assert!(told.starts_with("sphere: generate_face_verification_link: "), "{told}");
                let json = responded(reply, &["--json"]).failure(code);
                assert_eq!(json.lines().count(), 1);
                let object: serde_json::Value = serde_json::from_str(&json).unwrap();
                assert_eq!(object["class"], class);
                assert_eq!(object["exitCode"], code);
            });
        }
    });
}

#[test]
fn field_errors_and_advice_follow_the_line() {
    let told = responded(Reply::unprocessable(), &[]).failure(5);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 4, "{told}");
    assert!(lines[0].contains(
        r#"422 Unprocessable Entity, validation/failed: "Validation failed" (1 attempt to 127.0.0.1:"#
    ));
    assert_eq!(
        lines[1..],
        ["  /email: Invalid email format", "  /name: Name is required", "  Fix what is named above."]
    );
}

#[test]
fn what_the_server_asks_to_wait_is_told() {
    let told = responded(Reply::status(429).header("retry-after", "45"), &["--timeout", "20"]).failure(5);
    assert!(told.contains("\n  The server asks to wait 45 seconds.\n  Ask less often.\n"), "{told}");
}

#[test]
fn json_failure_has_all_that_is_known() {
    let json = responded(Reply::unprocessable(), &["--json"]).failure(5);
    let mut object: serde_json::Value = serde_json::from_str(&json).unwrap();
    let id = object["correlationId"].take();
    assert_eq!(id.as_str().unwrap().len(), 32);
    let message = object["message"].take();
    assert!(message.as_str().unwrap().contains(id.as_str().unwrap()), "{message}");
    assert_eq!(
        object,
        serde_json::json!({
            "class": "refused",
            "exitCode": 5,
            "message": null,
            "advice": "Fix what is named above.",
            "status": 422,
            "code": "validation/failed",
            "detail": "Validation failed",
            "correlationId": null,
            "attempts": 1,
            "mayHaveBeenProcessed": false,
            "retryAfterSeconds": null,
            "fieldErrors": [
                {"detail": "Invalid email format", "pointer": "/email", "parameter": null, "header": null},
                {"detail": "Name is required", "pointer": "/name", "parameter": null, "header": null},
            ],
        })
    );

    let json = responded(Reply::server_error(), &["--json"]).failure(7);
    let object: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&object["attempts"], &object["mayHaveBeenProcessed"]), (&2.into(), &true.into()));
}

#[test]
fn a_port_that_refuses_is_unreachable() {
    let (_held, url) = closed_port();
    let told =
        ended(sphere().env("SPHEREPAY_API_KEY", "sk_1").args(["link", "customer_ada", "--base-url", &url]))
            .failure(6);
    assert!(told.contains("could not connect"), "{told}");
    assert!(told.contains("Check the network and the base URL"), "{told}");
}

#[test]
fn wrong_path_is_not_blamed_on_the_id() {
    let sandbox = Sandbox::start().unwrap();
    let url = format!("{}/v2", sandbox.base_url());
    let told = run(&sandbox, &["link", "customer_ada", "--base-url", &url]).failure(4);
    assert!(told.contains("Check the path of the base URL: /v2 is added to it"), "{told}");
    let told = run(&sandbox, &["link", "customer_unknown"]).failure(4);
    assert!(told.contains("Check the id"), "{told}");
}

#[test]
fn a_certificate_that_is_not_trusted_is_unreachable() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let told = run(&sandbox, &["link", "customer_ada"]).failure(6);
    assert!(told.contains("TLS failed"), "{told}");
    assert!(sandbox.requests().is_empty());
}

#[test]
fn silent_server_is_unreachable() {
    let sandbox = Sandbox::start().unwrap();
    let told = run_out_of_time(&sandbox, &["link", "customer_ada"]).failure(6);
    assert!(told.contains("timed out") && told.contains("may have been processed"), "{told}");
}

#[test]
fn bad_input_is_told_before_anything_is_sent() {
    let sandbox = Sandbox::start().unwrap();
    let no_pem = env!("CARGO_MANIFEST_PATH");
    for (arguments, message) in [
        (&["link", "customer/../admin"][..], "customer id: '/' at position 9 is not allowed"),
        (&["link", ""], "customer id: is empty"),
        (
            &["link", "c", "--base-url", "http://host.example"],
            "--base-url is plain http to a host that is not loopback",
        ),
        (&["link", "c", "--timeout", "0"], "--timeout must be longer than zero"),
        (&["link", "c", "--timeout", "100000"], "--timeout must be at most 24 hours"),
        (&["link", "c", "--ca-file", "no such file"], "--ca-file: No such file or directory"),
        (&["link", "c", "--ca-file", no_pem], "there is no certificate in it"),
    ] {
        let told = run(&sandbox, arguments).failure(2);
        assert!(told.starts_with("sphere: ") && told.contains(message), "{told}");
        let json = run(&sandbox, &[arguments, &["--json"]].concat()).failure(2);
        let object: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&object["class"], &object["attempts"]), (&"input".into(), &0.into()));
    }
    let told = ended(sphere_with(&sandbox).env("SPHEREPAY_BASE_URL", "host").args(["link", "c"])).failure(2);
    assert!(told.starts_with("sphere: SPHEREPAY_BASE_URL does not begin with https://\n"), "{told}");
    assert!(sandbox.requests().is_empty());
}

#[test]
fn texts_of_the_server_are_bounded_in_json() {
    let long = "é".repeat(10_000);
    let fault = format!(r#"{{"detail":"{long}","pointer":"{long}","parameter":"{long}","header":"{long}"}}"#);
    let body = format!(
        r#"{{"status":422,"detail":"{long}","code":"{long}","correlationId":"{long}","errors":[{fault}]}}"#
    );
    let json = responded(Reply::status(422).body("application/json", body), &["--json"]).failure(5);
    let object: serde_json::Value = serde_json::from_str(&json).unwrap();
    let fault = &object["fieldErrors"][0];
    let texts = [&object["detail"], &object["code"], &object["correlationId"]];
    for text in texts.into_iter().chain(["detail", "pointer", "parameter", "header"].map(|name| &fault[name]))
    {
        assert_eq!(text.as_str().unwrap(), "é".repeat(1024) + "…");
    }
}
