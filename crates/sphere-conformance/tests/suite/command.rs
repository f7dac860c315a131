//! The command `sphere-conformance`: what it prints and writes, and its exit codes.

#![cfg(unix)]

use std::fs;
use std::process::Output;

use sphere_bounded::program;

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        program::run(program::command(env!("CARGO_BIN_EXE_sphere-conformance")).args(arguments));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// A subject that says hello when it is asked, and ends.
const ENDS: [&str; 3] =
    ["sh", "-c", r#"read hello; echo '{"hello":{"id":1,"version":1,"name":"short 1.0","clock":false}}'"#];

#[test]
fn broken_must_contract_is_exit_code_1() {
    let (code, out, err) = run(&[&["--"], &ENDS[..]].concat());
    assert_eq!((code, &*err), (Some(1), ""));
    assert!(
        out.starts_with("short 1.0\n\nBROKEN    request::method_is_sent_as_given (must, wire)\n"),
        "{out}"
    );
    assert!(out.contains("\n          the subject ended (exit status: 0)\n"), "{out}");
    assert!(out.contains("\nnot run   clock::sleep_waits: no clock was given\n"), "{out}");
    assert!(out.lines().last().unwrap().starts_with("FAILED: 0 kept, "), "{out}");
}

#[test]
fn json_and_badge_are_written() {
    let file = std::env::temp_dir().join(format!("sphere-conformance-{}.json", std::process::id()));
    let badge = file.to_str().unwrap();
    let (code, out, _) = run(&[&["--json", "--badge", badge, "--"], &ENDS[..]].concat());
    assert_eq!(code, Some(1));
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&json["subject"], &json["passed"]), (&"short 1.0".into(), &false.into()));
    let badge: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    fs::remove_file(file).unwrap();
    assert_eq!((&badge["schemaVersion"], &badge["color"]), (&1.into(), &"red".into()));
}

#[test]
fn suite_that_cannot_run_is_exit_code_2() {
    for (arguments, problem) in [
        (&["--", "/does/not/exist"][..], "cannot start /does/not/exist: "),
        (&[], "the program is missing: sphere-conformance -- PROGRAM [ARGUMENTS]..."),
        (&["--what", "--", "true"], "invalid option '--what'"),
    ] {
        let (code, out, err) = run(arguments);
        assert_eq!((code, &*out), (Some(2), ""));
        assert!(err.starts_with(&format!("sphere-conformance: {problem}")), "{err}");
    }
}

#[test]
fn help_and_version_are_printed() {
    let (code, out, _) = run(&["--help"]);
    assert!(code == Some(0) && out.contains("Usage: sphere-conformance [OPTIONS] -- PROGRAM"), "{out}");
    let (code, out, _) = run(&["-V"]);
    assert_eq!((code, out), (Some(0), format!("sphere-conformance {}\n", env!("CARGO_PKG_VERSION"))));
}
