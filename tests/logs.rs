//! Neither the key nor the link nor the customer, nor any personal data of the journey, is in any log at any level: the
//! SDK's spans and events, and what both backends log. Left out is ureq's TRACE, with its dump of the wire, which the
//! documentation says to keep off. A program of its own, since a logger is for a whole process.

use std::io::Write as _;

use sphere_core::CustomerId;
use sphere_operations::{Carrier as _, PRIVATE, operations};
use sphere_sandbox::Sandbox;
use sphere_tests::Backend;
use sphere_tests::capture::{Capture, logged};
use sphere_tests::carrier::Wire;
use sphere_tests::secret::{KEY, assert_hidden, builder, customer, errors};

const CUSTOMER: &str = "customer_canary_e1b0a7c4";

struct Logger;

impl log::Log for Logger {
    /// All but ureq's dump of the wire, which is documented as the one thing to keep off.
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        let at_trace = metadata.level() == log::Level::Trace;
        !(at_trace && metadata.target().starts_with("ureq"))
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {} {}\n", record.level(), record.target(), record.args());
            let _ = Capture.write_all(line.as_bytes());
        }
    }

    fn flush(&self) {}
}

#[test]
fn no_log_shows_key_link_or_customer() {
    static LOGGER: Logger = Logger;
    log::set_logger(&LOGGER).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(|| Capture)
        .init();
    tracing::info!("the capture works");
    log::info!("the capture works here too");

    let canary = CustomerId::new(CUSTOMER).unwrap();
    let sandbox = Sandbox::builder().api_key(KEY).start().unwrap();
    for backend in Backend::both(&builder(&sandbox).build().unwrap(), None) {
        sandbox.reply_next(sphere_sandbox::Reply::unavailable(Some(0)));
        let link = backend.link(&canary).unwrap();
        let token = link.url().rsplit('/').next().unwrap().to_owned();
        assert_hidden(&token, &logged());
    }
    let text = logged();
    for seen in [
        "call{",
        "attempt{",
        "retry.reason=\"503\"",
        "generate_face_verification_link",
        "the capture works",
        "works here too",
    ] {
        assert!(text.contains(seen), "{seen} is not in {text}");
    }
    assert_hidden(CUSTOMER, &text);

    // Every operation, with personal data in whatever can hold it.
    for wire in &Wire::both(str::to_owned) {
        for row in operations() {
            wire.play(&row, 201, &row.reply.to_string()).outcome.result.unwrap();
            let problem =
                serde_json::json!({"status": 422, "detail": PRIVATE, "errors": [{"detail": PRIVATE[1]}]});
            wire.play(&row, 422, &problem.to_string()).outcome.result.unwrap_err();
        }
    }
    let text = logged();
    for private in PRIVATE {
        assert_hidden(private, &text);
    }
    for row in operations() {
        assert!(text.contains(row.operation.name), "{} is not in {text}", row.operation.name);
    }
    assert_hidden(KEY, &text);

    // ureq logs an answer's `content-type` at DEBUG, whatever the server puts there: not ours to hide.
    drop(errors(&[]));
    assert_hidden(KEY, &logged());
    assert_hidden(customer().as_str(), &logged());
}
