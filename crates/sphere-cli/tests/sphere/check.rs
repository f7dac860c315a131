//! `sphere check`: four lines, and the exit code of the first that is wrong.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use httpdate::fmt_http_date;
use sphere_bounded::{LIMIT, within};
use sphere_sandbox::{Reply, Sandbox};

use crate::failures::closed_port;
use crate::run::{Ended, ended, run, run_out_of_time, sphere};

const NAMES: [&str; 4] = ["host", "TLS", "key", "clock"];

/// The states in the order of [`NAMES`].
#[track_caller]
fn states(ended: &Ended) -> [&str; 4] {
    assert_eq!(ended.err, "");
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(lines.len(), 4, "{}", ended.out);
    std::array::from_fn(|index| {
        let rest =
            lines[index].strip_prefix(NAMES[index]).unwrap_or_else(|| panic!("{}", ended.out)).trim_start();
        ["ok", "NOT OK", "unknown"].into_iter().find(|state| rest.starts_with(state)).unwrap()
    })
}

fn responded(reply: Reply) -> Ended {
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_every(reply);
    let ended = run(&sandbox, &["check"]);
    assert_eq!(sandbox.requests().len(), 1, "it asks once");
    ended
}

#[test]
fn good_key_passes_without_making_a_link() {
    let sandbox = Sandbox::start().unwrap();
    let ended = run(&sandbox, &["check"]);
    assert_eq!(states(&ended), ["ok"; 4]);
    assert_eq!(ended.code, Some(0));
    assert!(ended.out.contains("plain http, which does not leave this machine"), "{}", ended.out);
    let requests = sandbox.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(request.path, "/v2/customer/customer_unknowntospherecheck/face-verification-link");
}

#[test]
fn refused_key_is_the_only_fault() {
    for reply in [Reply::forbidden(), Reply::unauthorized()] {
        let ended = responded(reply);
        assert_eq!(states(&ended), ["ok", "ok", "NOT OK", "ok"]);
        assert_eq!(ended.code, Some(3));
        assert!(ended.out.contains("Check the API key"), "{}", ended.out);
    }
}

#[test]
fn wrong_clock_is_told_by_how_much() {
    let now = SystemTime::now();
    let day = Duration::from_secs(24 * 60 * 60);
    for (date, direction) in [(now + day, " s behind the server's"), (now - day, " s ahead of the server's")]
    {
        let ended = responded(Reply::not_found().header("date", &fmt_http_date(date)));
        assert_eq!(states(&ended), ["ok", "ok", "ok", "NOT OK"], "{}", ended.out);
        assert_eq!(ended.code, Some(1));
        assert!(ended.out.contains(direction), "{}", ended.out);
    }
    let ended = responded(Reply::not_found().header("date", "yesterday"));
    assert_eq!(states(&ended), ["ok", "ok", "ok", "unknown"]);
    assert_eq!(ended.code, Some(1));
}

#[test]
fn response_not_in_spherepays_words_is_not_believed() {
    for reply in [
        Reply::status(404).body("text/html", "<html>not here</html>"),
        Reply::status(403),
        Reply::status(200).body("text/html", "<html>welcome</html>"),
        Reply::status(301).header("location", "https://elsewhere.example/"),
        // What a web framework says of a path that it does not have, before it looks at the key.
        Reply::status(404).body(
            "application/json",
            r#"{"statusCode":404,"message":"Cannot POST /v1/v2/customer","error":"Not Found"}"#,
        ),
        Reply::status(404).body("application/json", r#"{"code":"resource/not-found","detail":"Not found"}"#),
    ] {
        let ended = responded(reply);
        assert_eq!(states(&ended)[..3], ["NOT OK", "ok", "unknown"], "{}", ended.out);
        assert_eq!(ended.code, Some(7));
        assert!(ended.out.contains("Check the base URL"), "{}", ended.out);
    }
}

#[test]
fn silence_about_the_key_leaves_it_unknown() {
    for reply in [Reply::unprocessable(), Reply::bad_request(), Reply::too_many_requests(1)] {
        let ended = responded(reply);
        assert_eq!(states(&ended), ["ok", "ok", "unknown", "ok"], "{}", ended.out);
        assert_eq!(ended.code, Some(1));
    }
}

#[test]
fn wrong_path_leaves_the_key_unknown() {
    let sandbox = Sandbox::start().unwrap();
    let url = format!("{}/wrong", sandbox.base_url());
    let ended = run(&sandbox, &["check", "--base-url", &url]);
    assert_eq!(states(&ended), ["ok", "ok", "unknown", "ok"], "{}", ended.out);
    assert_eq!(ended.code, Some(1));
    assert!(ended.out.contains("Check the path of the base URL"), "{}", ended.out);
}

#[test]
fn failing_server_is_not_ok() {
    for reply in [Reply::server_error(), Reply::bad_gateway_html(), Reply::unavailable(None)] {
        let ended = responded(reply);
        assert_eq!(states(&ended)[..3], ["NOT OK", "ok", "unknown"], "{}", ended.out);
        assert_eq!(ended.code, Some(7));
    }
}

#[test]
fn link_for_nobody_is_odd_with_accepted_key() {
    let body = r#"{"url":"https://check.example/x","expiresAt":"2099-01-01T00:00:00Z"}"#;
    let ended = responded(Reply::status(201).body("application/json", body));
    assert_eq!(states(&ended), ["ok", "ok", "ok", "unknown"]);
    assert!(ended.out.contains("test double"), "{}", ended.out);
}

#[test]
fn closed_port_leaves_the_rest_unknown() {
    let (_held, url) = closed_port();
    let ended = checked(&url, &[]);
    assert!(ended.out.contains("name it with --proxy"), "{}", ended.out);
    assert_eq!(states(&ended), ["NOT OK", "unknown", "unknown", "unknown"]);
    assert_eq!(ended.code, Some(6));
    assert!(ended.out.contains("could not connect"), "{}", ended.out);
}

#[test]
fn untrusted_certificate_is_not_an_unreachable_host() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let ended = run(&sandbox, &["check"]);
    assert_eq!(states(&ended), ["ok", "NOT OK", "unknown", "unknown"], "{}", ended.out);
    assert_eq!(ended.code, Some(6));
    assert!(ended.out.contains("UnknownIssuer") && ended.out.contains("--ca-file"), "{}", ended.out);
}

#[test]
fn silent_host_has_received_the_request() {
    let sandbox = Sandbox::start().unwrap();
    let ended = run_out_of_time(&sandbox, &["check"]);
    assert_eq!(states(&ended), ["NOT OK", "ok", "unknown", "unknown"], "{}", ended.out);
    assert_eq!(ended.code, Some(6));
    assert!(ended.out.contains("did not respond"), "{}", ended.out);
}

#[test]
fn peer_without_http_is_not_spherepay() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"220 mail.example ESMTP\r\n\r\n");
    });
    let ended = checked(&url, &[]);
    within(LIMIT, || server.join().unwrap());
    assert_eq!(states(&ended), ["NOT OK", "ok", "unknown", "unknown"], "{}", ended.out);
    assert_eq!(ended.code, Some(7));
}

fn checked(url: &str, more: &[&str]) -> Ended {
    ended(sphere().env("SPHEREPAY_API_KEY", "sk_1").args(["check", "--base-url", url]).args(more))
}
