//! Each example, run as a program: against the sandbox it starts, against a TLS server whose authority it
//! is told of or not, and into an error.

use std::path::PathBuf;
use std::process::{Command, Output};

use sphere_sandbox::Sandbox;

const EXAMPLES: [&str; 2] = ["face_verification_link", "face_verification_link_blocking"];

/// Cargo builds a package's examples before its tests, into the folder beside theirs.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let folder: PathBuf = test.parent().unwrap().parent().unwrap().join("examples");
    let mut command = Command::new(folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
    command.env_remove("SPHEREPAY_API_KEY").env_remove("SPHEREPAY_BASE_URL");
    command
}

fn printed(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn without_a_key_a_link_comes_from_a_sandbox() {
    for name in EXAMPLES {
        let output = example(name).output().unwrap();
        let (out, err) = printed(&output);
        assert!(output.status.success(), "{name}: {err}");
        let lines: Vec<_> = out.lines().collect();
        assert!(
            lines[0].starts_with("SPHEREPAY_API_KEY is not set: asking a sandbox at http://127.0.0.1:"),
            "{out}"
        );
        assert!(lines[1].starts_with("http://127.0.0.1:") && lines[1].contains("/check/"), "{out}");
        assert!(lines[2].starts_with("Send the customer there within 14 minutes"), "{out}");
    }
}

#[test]
fn an_error_tells_the_whole_story_and_exits_with_1() {
    for name in EXAMPLES {
        let output = example(name).arg("customer_answers_422").output().unwrap();
        let (_, err) = printed(&output);
        assert_eq!(output.status.code(), Some(1));
        for part in [
            "generate_face_verification_link: 422 Unprocessable Entity, validation/failed: Validation failed",
            "  /email: Invalid email format",
            "  attempts: 1",
            "  may have been processed: no",
            "  quote to support: ",
            "  Correct what is named above.",
        ] {
            assert!(err.contains(part), "{name} lacks {part:?}:\n{err}");
        }
    }
}

#[test]
fn bad_input_is_named_and_exits_with_1() {
    for name in EXAMPLES {
        let output = example(name).arg("a/b").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(printed(&output).1.starts_with("customer id: '/' at position 2 is not allowed"));
        let output = example(name).env("SPHEREPAY_API_KEY", "canary\n").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(printed(&output).1, "SPHEREPAY_API_KEY has a line break at byte 7\n");
    }
}

#[test]
fn a_test_authority_is_trusted_if_named_and_refused_if_not() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let authority = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("examples_run_authority.pem");
    std::fs::write(&authority, sandbox.authority_pem().unwrap()).unwrap();
    for name in EXAMPLES {
        let with_service = || {
            let mut command = example(name);
            command.env("SPHEREPAY_API_KEY", sandbox.api_key()).env("SPHEREPAY_BASE_URL", sandbox.base_url());
            command
        };
        let output = with_service().arg("--ca-file").arg(&authority).output().unwrap();
        let (out, err) = printed(&output);
        assert!(output.status.success(), "{name}: {err}");
        assert!(out.starts_with("https://127.0.0.1:"), "{out}");

        let output = with_service().output().unwrap();
        let (out, err) = printed(&output);
        assert_eq!((output.status.code(), out.as_str()), (Some(1), ""));
        assert!(err.contains("TLS failed") && err.contains("may have been processed: no"), "{err}");
    }
}
