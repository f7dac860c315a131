//! The whole journey in one terminal session: a shell on a pseudo-terminal, from nothing to approved.

use std::process::Stdio;

use sphere_sandbox::{CheckState, Sandbox};

use crate::customer::JANE;
use crate::document::File;
use crate::run::shell_with;
use crate::terminal::on_a_terminal;

#[test]
fn individual_becomes_approved_in_one_session() {
    let sandbox = Sandbox::start().unwrap();
    let passport = File::new("passport.png", b"\x89PNG");
    let mut shell = shell_with(&sandbox);
    shell.env("FILE", passport.path()).stdin(Stdio::inherit());
    let mut session = on_a_terminal(shell);
    // What is typed is not echoed: the library switches that off.
    let mut run = |line: &str, expected: &[&str]| {
        session.exp_string("$ ").unwrap();
        session.send_line(line).unwrap();
        let shown = |part: &&str| session.exp_string(part).unwrap_or_else(|error| panic!("{line}: {error}"));
        expected.iter().map(shown).collect::<String>()
    };

    let create = format!("$SPHERE customer create '{}' --tax-type ssn --tax-country USA", JANE.join("' '"));
    run(&format!("echo 123456789 | {create} --tax-number-stdin"), &["kyc_profile_a: incomplete"]);
    let found = run(
        "ID=$($SPHERE customer list --json | sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/'); echo \"id: $ID.\"",
        &["id: ", "."],
    );
    let id = found.trim_end_matches('.');

    run("$SPHERE terms $ID", &[sandbox.base_url(), "/terms/", "Whoever has the link can use it."]);
    sandbox.customer(id).accept_terms();
    run("$SPHERE document upload $FILE --target $ID --type passport --country USA", &["stored\r\n"]);
    let early = "$SPHERE wait $ID --within 3; echo \"exit code $?.\"";
    run(early, &["undecided\r\n", "still required  liveness_report_document\r\n", "exit code 8."]);

    run("$SPHERE link $ID", &[sandbox.base_url(), "/check/", "Whoever has the link can use it."]);
    sandbox.customer(id).finish_face_check(CheckState::Passed);
    let last = "$SPHERE wait $ID; echo \"exit code $?.\"";
    run(last, &["approved\r\nkyc_profile_a: approved\r\n", "exit code 0."]);
    session.send_line("exit").unwrap();
    session.exp_eof().unwrap();
}
