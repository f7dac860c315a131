//! A subject that hangs, ends, or writes garbage or without end: every contract fails with a sentence, and the
//! suite ends.

#![cfg(unix)]

use std::io::Cursor;
use std::process::{Command, Stdio};

use sphere_bounded::{LIMIT, within};
use sphere_conformance::{Candidate, Remote, Report, run};

use crate::minimal::Minimal;

const HELLO: &str = r#"{"hello":{"id":1,"version":1,"name":"bad","clock":true}}"#;

/// A few contracts of different groups, one of them about the clock.
fn run_some(subject: &Remote) -> Report {
    let names = ["method_is_sent_as_given", "silent_server_ends_in_time", "sleep_waits"];
    run(&subject.candidate(), |contract| names.contains(&contract.name()))
}

/// Every contract fails with this sentence.
#[track_caller]
fn all_fail(report: &Report, sentence: &str) {
    assert_eq!(report.outcomes().len(), 3, "{report}");
    for outcome in report.outcomes() {
        let failure = outcome.failure().unwrap_or_default();
        assert!(failure.contains(sentence), "{sentence:?} is not in {failure:?}");
    }
}

/// Tests a shell script as a subject.
#[track_caller]
fn script_fails(script: &str, sentence: &str) {
    let mut command = Command::new("sh");
    command.args(["-c", script]).stderr(Stdio::null());
    let report = within(LIMIT, move || run_some(&Remote::start(command).unwrap()));
    all_fail(&report, sentence);
}

#[test]
fn subject_that_hangs_fails_contracts() {
    script_fails("exec sleep 600", "the subject did not reply to `hello` within 10s");
}

#[test]
fn subject_that_hangs_after_hello_fails_contracts() {
    let script = format!("read hello; echo '{HELLO}'; exec sleep 600");
    let mut command = Command::new("sh");
    command.args(["-c", &script]);
    let report = within(LIMIT, move || run_some(&Remote::start(command).unwrap()));
    all_fail(&report, "within 1");
}

#[test]
fn subject_that_ends_fails_contracts() {
    script_fails("exit 3", "the subject ended (exit status: 3)");
    script_fails(
        &format!("read hello; echo '{HELLO}'; read next; exit 4"),
        "the subject ended (exit status: 4)",
    );
}

#[test]
fn subject_that_is_killed_fails_contracts() {
    script_fails("kill -9 $$", "the subject ended (signal: 9");
}

#[test]
fn subject_that_closes_its_output_fails_contracts() {
    script_fails("exec sleep 600 >/dev/null", "the subject closed its output");
}

#[test]
fn garbage_fails_contracts() {
    script_fails("echo hello world; exec cat", "no message of the protocol: \"hello world\"");
    script_fails("exec head -c 1000 /dev/zero", "no message of the protocol");
    let unknown = HELLO.replace("clock", "clocks");
    script_fails(&format!("echo '{unknown}'; exec cat"), "unknown field `clocks`");
}

#[test]
fn requests_sent_back_fail_contracts() {
    script_fails("exec cat", "no message of the protocol");
}

#[test]
fn flood_of_lines_fails_contracts() {
    script_fails(
        &format!("exec yes '{HELLO}'"),
        "the subject replied to the id 1, for which no reply is due",
    );
}

#[test]
fn line_without_end_fails_contracts() {
    script_fails("exec tr '\\0' x </dev/zero", "the subject wrote a line of more than 64 MiB");
}

#[test]
fn another_version_fails_contracts() {
    let script = format!(
        "read hello; echo '{}'; exec cat >/dev/null",
        HELLO.replace("\"version\":1", "\"version\":2")
    );
    script_fails(&script, "the subject speaks version 2 of the protocol, but this is version 1");
}

#[test]
fn reply_of_another_kind_fails_contracts() {
    script_fails(
        r#"read hello; echo '{"done":{"id":1}}'; exec cat >/dev/null"#,
        "reply to `hello` is not a `hello`",
    );
}

#[test]
fn program_that_does_not_exist_is_an_error() {
    assert!(Remote::start(Command::new("/does/not/exist")).is_err());
}

#[test]
fn subject_is_ended_with_its_value() {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("read hello; echo '{HELLO}'; exec sleep 600")]);
    let subject = Remote::start(command).unwrap();
    let candidate = subject.candidate();
    within(LIMIT, move || drop(subject));
    let report = run(&candidate, |contract| contract.name() == "sleep_waits");
    assert_eq!(report.outcomes()[0].failure(), Some("the subject was ended"));
}

#[test]
fn input_that_is_no_request_ends_serving() {
    let candidate = Candidate::blocking(|_| Minimal::default());
    for input in ["garbage\n", "{\"hello\":{}}\n", "\u{fffd}"] {
        let served = sphere_conformance::serve("one", &candidate, Cursor::new(input), std::io::sink());
        assert!(served.is_err(), "{input:?}");
    }
}

#[test]
fn requests_for_unknown_transports_fail() {
    let (reader, writer) = std::os::unix::net::UnixStream::pair().unwrap();
    let candidate = Candidate::blocking(|_| Minimal::default());
    let send = r#"{"send":{"id":9,"transport":5,"method":"GET","url":"http://127.0.0.1:1/","headers":[],"body":[],
        "time_left_ms":1,"connect_timeout_ms":1,"max_idle_ms":1,"max_response_bytes":1,"fresh_connection":false}}"#;
    let input = Cursor::new(send.replace('\n', ""));
    sphere_conformance::serve("one", &candidate, input, writer).unwrap();
    let reply = within(LIMIT, move || std::io::read_to_string(reader).unwrap());
    assert_eq!(reply, "{\"failed\":{\"id\":9,\"message\":\"there is no transport of this number\"}}\n");
}
