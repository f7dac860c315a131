//! Each example, run as a program: against the sandbox it starts, against a TLS server whose authority it
//! is told of or not, into an error, and with a key that must not show.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};

use sphere_bounded::program::{self, run};
use sphere_bounded::{LIMIT, within};
use sphere_sandbox::Sandbox;

/// The two that ask for one link and tell the story if there is none.
const EXAMPLES: [&str; 2] = ["face_verification_link", "face_verification_link_blocking"];

/// Those that verify customers or representatives of their own.
const JOURNEYS: [&str; 7] = [
    "first_transfer",
    "first_transfer_blocking",
    "platform_managed",
    "representatives",
    "verify_individual",
    "verify_individual_blocking",
    "wait",
];

/// All of them.
const ALL: [&str; 16] = [
    "errors",
    "face_verification_link",
    "face_verification_link_blocking",
    "first_transfer",
    "first_transfer_blocking",
    "many_customers",
    "metrics",
    "own_operation",
    "own_transport",
    "platform_managed",
    "proxy",
    "representatives",
    "trace",
    "verify_individual",
    "verify_individual_blocking",
    "wait",
];

/// Cargo builds a package's examples before its tests, into the folder beside theirs.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let folder: PathBuf = test.parent().unwrap().parent().unwrap().join("examples");
    let mut command = program::command(folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
    command.env_remove("SPHEREPAY_API_KEY").env_remove("SPHEREPAY_BASE_URL");
    command
}

fn printed(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn missing_key_uses_a_sandbox() {
    for name in EXAMPLES {
        let output = run(&mut example(name));
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
fn error_tells_the_story_and_exits_1() {
    for name in EXAMPLES {
        let output = run(example(name).arg("customer_replies_422"));
        let (_, err) = printed(&output);
        assert_eq!(output.status.code(), Some(1));
        for part in [
            "generate_face_verification_link: 422 Unprocessable Entity, validation/failed: \"Validation failed\"",
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
        let output = run(example(name).arg("a/b"));
        assert_eq!(output.status.code(), Some(1));
        assert!(printed(&output).1.starts_with("customer id: '/' at position 2 is not allowed"));
        let output = run(example(name).env("SPHEREPAY_API_KEY", "canary\n"));
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(printed(&output).1, "SPHEREPAY_API_KEY has a line break at byte 7\n");
    }
}

#[test]
fn test_authority_is_trusted_only_if_named() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let authority = temporary("authority.pem", sandbox.authority_pem().unwrap().as_bytes());
    for name in EXAMPLES {
        let with_service = || {
            let mut command = example(name);
            command.env("SPHEREPAY_API_KEY", sandbox.api_key()).env("SPHEREPAY_BASE_URL", sandbox.base_url());
            command
        };
        let output = run(with_service().arg("--ca-file").arg(&authority));
        let (out, err) = printed(&output);
        assert!(output.status.success(), "{name}: {err}");
        assert!(out.starts_with("https://127.0.0.1:"), "{out}");

        let output = run(&mut with_service());
        let (out, err) = printed(&output);
        assert_eq!((output.status.code(), out.as_str()), (Some(1), ""));
        assert!(err.contains("TLS failed") && err.contains("may have been processed: no"), "{err}");
    }
}

#[test]
fn every_example_is_tried_here() {
    let manifest = include_str!("Cargo.toml");
    let sections = manifest.split("[[example]]").skip(1);
    let mut names: Vec<_> = sections.map(|section| section.split('"').nth(1).unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ALL);
}

#[test]
fn a_journey_takes_less_than_80_lines() {
    for name in JOURNEYS {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("{name}.rs"));
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|line| !line.is_empty() && !line.trim_start().starts_with("//"));
        // A whole verification and a record on the disk besides.
        let most = if name.starts_with("first_transfer") { 110 } else { 80 };
        assert!(lines.count() < most, "{name}");
    }
}

#[test]
fn no_example_shows_secrets() {
    const KEY: &str = "sk_live_canary_77";
    const CUSTOMER: &str = "customer_canary_88";
    let sandbox = Sandbox::builder().api_key(KEY).start().unwrap();
    for name in ALL {
        let mut command = example(name);
        command
            .env("RUST_LOG", "trace")
            .env("SPHEREPAY_API_KEY", KEY)
            .env("SPHEREPAY_BASE_URL", sandbox.base_url());
        if !JOURNEYS.contains(&name) {
            command.arg(CUSTOMER);
        }
        let (out, err) = printed(&run(&mut command));
        if JOURNEYS.contains(&name) {
            for personal in [
                "jane.smith",
                "ada.lovelace",
                "grace.hopper",
                "415555012",
                "123456789",
                "233 South Wacker",
                "1 Main Street",
                "passport.png",
                "liveness.pdf",
            ] {
                assert!(!out.contains(personal) && !err.contains(personal), "{name}: {out}{err}");
            }
        }
        assert!(!out.contains("canary_77") && !err.contains("canary_77"), "{name}: {out}{err}");
        // The link is what an example prints; a log has no business with it.
        assert!(!err.contains("canary_88") && !err.contains("/check/"), "{name}: {err}");
    }
}

#[test]
fn errors_example_judges_every_failure() {
    let output = run(&mut example("errors"));
    let (out, err) = printed(&output);
    assert!(output.status.success(), "{err}");
    let verdicts = sphere_sandbox::MAGIC_CUSTOMERS.len() + 1;
    for part in ["what it means:", "tell the customer:", "did it happen?"] {
        assert_eq!(out.matches(part).count(), verdicts, "{out}");
    }
    for (line, verdict) in [
        ("401 Unauthorized", "our API key is wrong"),
        ("404 Not Found", "does not know this customer"),
        ("422 Unprocessable Entity", "our data about this customer is wrong"),
        ("429 Too Many Requests", "slow down"),
        ("502 Bad Gateway", "SpherePay is in trouble"),
        ("could not connect", "cannot be reached"),
    ] {
        let told = out.split("\n\n").find(|told| told.contains(line)).unwrap();
        assert!(told.contains(verdict), "{told}");
        let happened = if line.starts_with("502") { "it may have" } else { "no" };
        assert!(told.trim_end().ends_with(happened), "{told}");
    }
}

#[test]
fn many_customers_get_their_links_though_one_fails() {
    let output = run(&mut example("many_customers"));
    let (out, _) = printed(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(out.lines().filter(|line| line.contains("/check/")).count(), 8, "{out}");
    assert!(out.contains("customer_unknown_9: generate_face_verification_link: 404 Not Found"), "{out}");
    assert!(out.ends_with("\n1 failed\n"), "{out}");

    let output = run(example("many_customers").args(["customer_1", "customer_2"]));
    assert!(output.status.success());
    assert!(printed(&output).0.ends_with("\n0 failed\n"));
}

#[test]
fn own_operation_is_sent_or_refused_unsent() {
    let output = run(&mut example("own_operation"));
    let (out, err) = printed(&output);
    assert!(output.status.success(), "{err}");
    assert_eq!(out.lines().last(), Some("120.00 EUR, due 2126-03-09"));

    let output = run(example("own_operation").arg("a/../b"));
    assert_eq!(output.status.code(), Some(1));
    let (_, err) = printed(&output);
    assert!(err.starts_with("get_invoice: ") && err.contains("attempts: 0"), "{err}");
}

#[test]
fn a_transport_of_ones_own_sees_every_attempt() {
    let output = run(&mut example("own_transport"));
    let (out, err) = printed(&output);
    assert!(output.status.success(), "{err}");
    assert_eq!(out.matches("generate_face_verification_link: 503 Service Unavailable after ").count(), 1);
    assert_eq!(out.matches("generate_face_verification_link: 201 Created after ").count(), 1);
}

#[test]
fn proxy_is_told_host_and_port() {
    let output = run(&mut example("proxy"));
    let (out, err) = printed(&output);
    assert!(output.status.success(), "{err}");
    let lines: Vec<_> = out.lines().collect();
    assert!(lines[0].starts_with("proxy: asked to CONNECT 127.0.0.1:"), "{out}");
    assert!(lines[1].starts_with("https://127.0.0.1:") && lines[1].contains("/check/"), "{out}");
    assert_eq!(out.matches("proxy: ").count(), 1, "{out}");
}

#[test]
fn named_proxy_is_used_and_password_hidden() {
    // It reads what it is told and refuses.
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = proxy.local_addr().unwrap();
    let serving = std::thread::spawn(move || {
        // A wrong login is not retried.
        let (client, _) = proxy.accept().unwrap();
        let told: Vec<_> =
            BufReader::new(&client).lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
        (&client).write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").unwrap();
        told
    });
    let output = run(example("proxy").arg("--proxy").arg(format!("http://u:canary@{address}")));
    let (out, err) = printed(&output);
    assert_eq!((output.status.code(), out.as_str()), (Some(1), ""));
    assert!(
        err.contains("the request cannot be sent: the proxy responded with status 407 (1 attempt to "),
        "{err}"
    );
    assert!(err.contains("may have been processed: no") && !err.contains("canary"), "{err}");
    let told = within(LIMIT, || serving.join().unwrap());
    assert!(told.contains(&"Proxy-Authorization: Basic dTpjYW5hcnk=".to_owned()), "{told:?}");

    let output = run(example("proxy").args(["--proxy", "http://u:canary@proxy.test"]));
    assert_eq!(output.status.code(), Some(1));
    let (_, err) = printed(&output);
    assert_eq!(err, "the request cannot be sent\n  because: proxy: the URL has no port\n");
}

#[test]
fn trace_has_attempts_and_retry_without_secrets() {
    let output = run(example("trace").arg("customer_canary_88").env("RUST_LOG", "trace"));
    let (out, err) = printed(&output);
    assert!(output.status.success(), "{err}");
    let told = |parts: &[&str]| err.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    let call = "call{otel.name=\"generate_face_verification_link\"";
    for parts in [
        [call, "attempt{otel.name=\"POST\"", "http.response.status_code=503", "error.type=\"503\"", "close"],
        [call, "WARN", "retrying", "retry.reason=\"503\"", "retry.delay_ms="],
        [call, "attempt{", "http.request.resend_count=1", "http.response.status_code=201", "close"],
        [call, "sphere.attempts=2", "INFO", "sphere_core", "close"],
    ] {
        assert!(told(&parts), "{parts:?} is not in:\n{err}");
    }
    assert!(out.contains("A link came, good until 2"), "{out}");
    for secret in ["sandbox_key", "canary_88", "/check/"] {
        assert!(!out.contains(secret) && !err.contains(secret), "{secret}: {out}{err}");
    }

    // By default the SDK's own lines and no others: two attempts, the retry, the call.
    let output = run(&mut example("trace"));
    let err = printed(&output).1;
    assert_eq!(err.lines().filter(|line| line.contains(" sphere_core: ")).count(), 4, "{err}");
    assert_eq!(err.lines().count(), 4, "{err}");
}

#[test]
fn metrics_count_the_retry_without_secrets() {
    let output = run(example("metrics").arg("customer_canary_88"));
    let (out, err) = printed(&output);
    assert!(output.status.success(), "{err}");
    for part in [
        "sphere_retries_total{operation=\"generate_face_verification_link\"} 1\n",
        "http_response_status_code=\"503\",error_type=\"503\"} 1\n",
        "http_response_status_code=\"201\",error_type=\"\"} 1\n",
        "server_address=\"127.0.0.1\"",
    ] {
        assert!(out.contains(part), "{part} is not in:\n{out}");
    }
    for secret in ["sandbox_key", "canary_88", "/check/"] {
        assert!(!out.contains(secret) && !err.contains(secret), "{secret}: {out}{err}");
    }
}

#[test]
fn a_customer_is_verified_from_nothing_to_approved() {
    for name in ["platform_managed", "verify_individual", "verify_individual_blocking"] {
        let output = run(&mut example(name));
        let (out, err) = printed(&output);
        assert!(output.status.success() && out.ends_with("kyc_profile_a: approved\n"), "{name}: {out}{err}");
    }
}

#[test]
fn first_transfer_goes_from_nothing_to_succeeded() {
    for name in ["first_transfer", "first_transfer_blocking"] {
        let output = run(&mut example(name));
        let (out, err) = printed(&output);
        let last = out.lines().last().unwrap_or_default();
        assert!(output.status.success() && last.starts_with("succeeded  payout_"), "{name}: {out}{err}");
    }
}

#[test]
fn representatives_are_sent_their_links_and_approved() {
    let output = run(&mut example("representatives"));
    let (out, err) = printed(&output);
    assert!(output.status.success() && out.ends_with("2 of 2 approved\n"), "{out}{err}");
    assert_eq!(out.matches("face link to send  http").count(), 2, "{out}");
}

#[test]
fn a_wait_goes_on_where_another_stopped() {
    let output = run(&mut example("wait"));
    let (out, err) = printed(&output);
    assert!(output.status.success(), "{out}{err}");
    let ends: Vec<_> = out.lines().filter_map(|line| line.strip_prefix("=> ")).collect();
    let expected = ["not decided yet", "something must be corrected", "the check is done: [Passed]"];
    assert!(ends.len() == 3 && ends.iter().zip(expected).all(|(end, start)| end.starts_with(start)), "{out}");
    assert!(out.contains("  to correct: liveness_report_document"), "{out}");
}

#[test]
fn a_step_left_out_is_named_as_required() {
    let [terms, document] = [("terms", "terms_of_service"), ("document", "identity_document")];
    let [face, report] = ["face", "report"].map(|step| (step, "liveness_report_document"));
    let passport = temporary("passport.png", b"\x89PNG");
    for (name, profile, steps, file) in [
        ("verify_individual", "kyc_profile_a", vec![terms, document, face], None),
        ("verify_individual_blocking", "kyc_profile_a", vec![terms, document, face], None),
        ("platform_managed", "kyc_profile_a", vec![document, report], None),
        ("platform_managed", "kyc_profile_a", vec![document, report], Some(&passport)),
        ("representatives", "ubo_kyc_profile_a", vec![document, face], None),
    ] {
        for (step, criterion) in steps {
            let mut command = example(name);
            if let Some(path) = file {
                command.arg("--file").arg(path);
            }
            let output = run(command.args(["--skip", step]));
            let (out, _) = printed(&output);
            assert_eq!(output.status.code(), Some(1), "{name} {step}: {out}");
            let expected = format!("{profile}: incomplete\n  still required: {criterion}\n");
            assert!(out.contains(&expected), "{name} {step}: {out}");
            // Nothing but that step is missing.
            let required = out.matches("still required").count();
            assert_eq!(required, out.matches(&expected).count(), "{name} {step}: {out}");
            assert!(!out.contains(": approved"), "{name} {step}: {out}");
        }
    }
}

#[test]
fn platform_managed_uploads_the_given_file() {
    let passport = temporary("given.png", &vec![7; 70_000]);
    let output = run(example("platform_managed").arg("--file").arg(&passport));
    let (out, err) = printed(&output);
    assert!(output.status.success(), "{out}{err}");
    assert!(out.contains("passport uploaded  (70000 bytes)"), "{out}");
    assert!(out.ends_with("kyc_profile_a: approved\n"), "{out}");

    std::fs::File::options().write(true).open(&passport).unwrap().set_len(15 * (1 << 20) + 1).unwrap();
    let output = run(example("platform_managed").arg("--file").arg(&passport));
    let (out, err) = printed(&output);
    assert_eq!((output.status.code(), err.as_str()), (Some(1), "the file has more than 15728640 bytes\n"));
    assert!(!out.contains("uploaded"), "{out}");
}

/// A file for an example, of this process alone.
fn temporary(name: &str, bytes: &[u8]) -> PathBuf {
    let name = format!("examples_run_{}_{name}", std::process::id());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}
