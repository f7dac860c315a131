//! What must not show does not show, whatever happens, with `RUST_LOG=trace`: the key nowhere, the link only
//! where it was asked for, the customer's id nowhere.

use std::thread;

use sphere_sandbox::{Reply, Sandbox};

use crate::run::{Ended, ended, run, sphere_with};

const KEY: &str = "sk-KEY-ZqXwV7-0a1b2c3d4e5f-YtRm";
const CUSTOMER: &str = "CUST-gHjKlPo-998877665544-QqWw";
const TOKEN: &str = "LINK-nBvCxZ-31415926535-LkJh";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::builder().api_key(KEY).start().unwrap();
    let body = format!(r#"{{"url":"https://check.example/{TOKEN}","expiresAt":"2099-01-01T00:00:00Z"}}"#);
    sandbox.reply_every(Reply::status(201).body("application/json", body));
    sandbox
}

/// Whether eight characters in a row of the secret are in the text: a dump of the wire shows sixteen a row.
fn shows(text: &str, secret: &str) -> bool {
    (0..=secret.len() - 8).any(|at| text.contains(&secret[at..at + 8]))
}

#[track_caller]
fn silent_about_key_and_customer(ended: &Ended) {
    for text in [&ended.out, &ended.err] {
        assert!(!shows(text, KEY), "{text}");
        assert!(!shows(text, CUSTOMER), "{text}");
    }
}

#[test]
fn link_shows_on_standard_output_only() {
    let sandbox = sandbox();
    for more in [&[][..], &["--json"], &["--qr"]] {
        let ended = run(&sandbox, &[&["link", CUSTOMER], more].concat());
        silent_about_key_and_customer(&ended);
        assert!(ended.out.contains(TOKEN), "{}", ended.out);
        assert_eq!(ended.err, "");
    }
}

#[test]
fn unusable_link_does_not_show() {
    for bad in [
        format!(r#"{{"url":"http://check.example/{TOKEN}","expiresAt":"2099-01-01T00:00:00Z"}}"#),
        format!(r#"{{"url":"https://check.example/{TOKEN}""#),
        format!(r#"{{"url":["https://check.example/{TOKEN}"]}}"#),
        format!("https://check.example/{TOKEN}"),
    ] {
        let sandbox = sandbox();
        sandbox.reply_every(Reply::status(201).body("application/json", bad));
        for arguments in [&["link", CUSTOMER][..], &["link", CUSTOMER, "--json"], &["check"]] {
            let ended = run(&sandbox, arguments);
            assert_eq!(ended.code, Some(7), "{ended:?}");
            silent_about_key_and_customer(&ended);
            assert!(!shows(&ended.out, TOKEN) && !shows(&ended.err, TOKEN), "{ended:?}");
        }
    }
}

#[test]
fn check_hides_an_unexpected_link() {
    let ended = run(&sandbox(), &["check"]);
    silent_about_key_and_customer(&ended);
    assert!(!shows(&ended.out, TOKEN), "{}", ended.out);
}

#[test]
fn browser_failure_is_told_without_the_link() {
    let ended = ended(sphere_with(&sandbox()).env("PATH", "").args(["link", CUSTOMER, "--open"]));
    silent_about_key_and_customer(&ended);
    assert!(!shows(&ended.err, TOKEN), "{}", ended.err);
}

#[test]
fn key_quoted_by_a_server_is_hidden() {
    for status in [400, 401, 403, 404, 409, 422, 429, 500, 502, 503] {
        let body = format!(
            r#"{{"status":{status},"title":"{KEY}","detail":"Bad key {KEY}\u001b[2J","code":"{KEY}","correlationId":"{KEY}",
                "errors":[{{"detail":"{KEY}\n","pointer":"/{KEY}"}},{{"detail":"{KEY}","parameter":"{KEY}"}},
                {{"detail":"","header":"{KEY}"}}]}}"#
        );
        let reply = Reply::status(status).header("retry-after", "3600").body("application/json", body);
        for arguments in [&["link", CUSTOMER][..], &["link", CUSTOMER, "--json"], &["check"]] {
            let sandbox = sandbox();
            sandbox.reply_every(reply.clone());
            let ended = run(&sandbox, arguments);
            assert_ne!(ended.code, None);
            silent_about_key_and_customer(&ended);
            assert!(!ended.err.contains('\x1b') && !ended.out.contains('\x1b'), "{ended:?}");
            assert!(
                ended.err.contains("[redacted]")
                    || ended.out.contains("[redacted]")
                    || ended.out.contains("the response was 404 without the code resource/not-found")
            );
        }
    }
}

#[test]
fn no_failure_shows_the_customer() {
    // All at once, since some wait.
    thread::scope(|scope| {
        for customer in sphere_sandbox::MAGIC_CUSTOMERS {
            scope.spawn(|| {
                let sandbox = Sandbox::builder().api_key(KEY).start().unwrap();
                let ended = run(&sandbox, &["link", customer.id, "--timeout", "5"]);
                assert!(!ended.err.contains(customer.id), "{}", ended.err);
                silent_about_key_and_customer(&ended);
            });
        }
    });
    let ended = run(&sandbox(), &["link", &format!("{CUSTOMER}/")]);
    assert_eq!(ended.code, Some(2));
    silent_about_key_and_customer(&ended);
}
