//! The whole journey in one terminal session: from nothing to approved.

use sphere_sandbox::{CheckState, Sandbox};

use crate::customer::JANE;
use crate::document::File;
use crate::run::{ended_with_input, run, sphere_with};

#[test]
fn individual_becomes_approved() {
    let sandbox = Sandbox::start().unwrap();
    let tax = ["--tax-number-stdin", "--tax-type", "ssn", "--tax-country", "USA"];
    let create = [&["customer", "create"][..], &JANE, &tax].concat();
    let shown = ended_with_input(sphere_with(&sandbox).args(create), b"123456789\n").success();
    let id = shown.lines().find_map(|line| line.strip_prefix("id ")).unwrap().trim().to_owned();

    let terms = run(&sandbox, &["terms", &id]).success();
    assert!(terms.starts_with(sandbox.base_url()), "{terms}");
    sandbox.customer(&id).accept_terms();

    let passport = File::new("passport.png", b"\x89PNG");
    let upload =
        ["document", "upload", passport.path(), "--target", &id, "--type", "passport", "--country", "USA"];
    assert_eq!(run(&sandbox, &upload).success(), "stored\n");

    let early = run(&sandbox, &["wait", &id, "--within", "10s"]);
    assert_eq!(early.code, Some(8));
    assert!(early.out.starts_with("undecided\nkyc_profile_a: incomplete\n"), "{}", early.out);
    assert!(early.out.contains("  still required  liveness_report_document\n"), "{}", early.out);

    let link = run(&sandbox, &["link", &id]).success();
    assert!(link.starts_with(sandbox.base_url()), "{link}");
    sandbox.customer(&id).finish_face_check(CheckState::Passed);

    let waited = run(&sandbox, &["wait", &id]).success();
    assert!(waited.starts_with("approved\nkyc_profile_a: approved\n"), "{waited}");
}
