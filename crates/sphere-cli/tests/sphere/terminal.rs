//! What is for people only: on a pseudo-terminal it is there.

use std::process::Command;
use std::time::Duration;

use rexpect::session::{PtySession, spawn_command};
use serde_json::json;
use sphere_bounded::{LIMIT, within};
use sphere_sandbox::{Sandbox, Turn};

use crate::customer::created;
use crate::document::File;
use crate::read_code::{Ground, read};
use crate::run::{run, sphere_with};
use crate::wait::customer;

pub(crate) fn on_a_terminal(command: Command) -> PtySession {
    let limit = u64::try_from(LIMIT.as_millis()).unwrap();
    spawn_command(command, Some(limit)).unwrap()
}

/// All that the command shows until it ends. (The library gives each byte as a character of its own.)
fn shown(command: Command) -> String {
    let bytes = on_a_terminal(command).exp_eof().unwrap().chars().map(|c| u8::try_from(c).unwrap()).collect();
    String::from_utf8(bytes).unwrap()
}

fn sphere(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let mut command = sphere_with(sandbox);
    command.args(arguments);
    command
}

#[test]
fn person_is_told_link_and_expiry() {
    let sandbox = Sandbox::start().unwrap();
    let shown = shown(sphere(&sandbox, &["link", "customer_ada"]));
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].starts_with(sandbox.base_url()), "{shown}");
    assert!(lines[1].starts_with("Open it on the customer's phone within 14 minutes, until "), "{shown}");
}

#[test]
pub(crate) fn on_a_terminal_the_code_has_colours_and_reads_as_the_link_on_every_ground() {
    let sandbox = Sandbox::start().unwrap();
    let shown = shown(sphere(&sandbox, &["link", "customer_ada", "--qr"]));
    let lines: Vec<&str> = shown.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("http")).unwrap();
    let code = lines[..at].join("\n");
    for ground in [Ground::Dark, Ground::Light] {
        assert_eq!(read(&code, ground).as_deref(), Ok(lines[at]), "{ground:?}");
    }
}

#[test]
fn no_color_is_obeyed() {
    let sandbox = Sandbox::start().unwrap();
    for arguments in [&["link", "customer_ada", "--qr"][..], &["check"], &["--help"]] {
        let mut command = sphere(&sandbox, arguments);
        command.env("NO_COLOR", "1");
        let plain = shown(command);
        assert!(!plain.contains('\x1b'), "{plain:?}");
        let mut command = sphere(&sandbox, arguments);
        command.env("NO_COLOR", "");
        assert!(shown(command).contains("\x1b["), "an empty NO_COLOR counts as none");
    }
}

#[test]
fn check_colours_its_states() {
    let sandbox = Sandbox::start().unwrap();
    let report = shown(sphere(&sandbox, &["check"]));
    assert_eq!(report.matches("\x1b[32mok      \x1b[0m").count(), 4, "{report:?}");
}

#[test]
fn watching_counts_down_until_ctrl_c() {
    let sandbox = Sandbox::builder().link_lifetime(Duration::from_secs(2)).start().unwrap();
    let mut session = on_a_terminal(sphere(&sandbox, &["link", "customer_ada", "--watch", "--qr"]));
    for _ in 0..2 {
        session.exp_string("\x1b[H\x1b[2J").unwrap();
        session.exp_string(sandbox.base_url()).unwrap();
        session.exp_string("\r\x1b[KA new link in 0:0").unwrap();
    }
    session.send_control('c').unwrap();
    // Bounded, unlike `wait`; a program that has not ended is killed when the session is dropped.
    assert!(session.exp_eof().is_ok(), "Ctrl-C has not ended it");
    let status = within(LIMIT, move || session.process().wait()).unwrap();
    assert!(format!("{status:?}").contains("SIGINT"), "{status:?}");
}

#[test]
fn a_key_is_not_typed_at_a_terminal() {
    let sandbox = Sandbox::start().unwrap();
    let mut command = sphere(&sandbox, &["link", "customer_ada", "--api-key-stdin"]);
    // The terminal is the command's standard input, unlike elsewhere.
    command.stdin(std::process::Stdio::inherit());
    let shown = shown(command);
    assert!(shown.contains("standard input is a terminal, where the key would show"), "{shown}");
}

#[test]
fn wait_shows_what_is_still_required() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_next(customer("incomplete", &json!({"required": ["terms_of_service"]})));
    sandbox.reply_every(customer("approved", &json!({})));
    let mut session = on_a_terminal(sphere(&sandbox, &["wait", "customer_1"]));
    session.exp_string("kyc_profile_a: still required: terms_of_service").unwrap();
    session.exp_string("approved\r\nkyc_profile_a: approved\r\n").unwrap();
}

#[test]
fn upload_shows_bytes_handed_to_the_connection() {
    let sandbox = Sandbox::builder().model(sphere_sandbox::Model::PlatformManaged).start().unwrap();
    let id = created(&sandbox);
    let file = File::new("report.pdf", &vec![b'x'; 3 * 1024 * 1024]);
    let (turn, gate) = Turn::held();
    sandbox.reply_next(turn);
    let upload = ["document", "upload", file.path(), "--target", &id, "--type", "liveness_report"];
    let mut session = on_a_terminal(sphere(&sandbox, &upload));
    session.exp_string("waiting for the response").unwrap();
    session.exp_string("3.00 MiB/3.00 MiB").unwrap();
    gate.open();
    session.exp_string("stored\r\n").unwrap();
}

#[test]
fn one_time_password_is_asked_for() {
    let sandbox = Sandbox::start().unwrap();
    let id = created(&sandbox);
    run(&sandbox, &["otp", "send", &id, "phone"]).success();
    let mut command = sphere(&sandbox, &["otp", "verify", &id, "phone"]);
    command.stdin(std::process::Stdio::inherit());
    let mut session = on_a_terminal(command);
    session.exp_string("one-time password: ").unwrap();
    session.send_line(&sandbox.one_time_code(&id).unwrap()).unwrap();
    session.exp_string("verified at ").unwrap();
}
