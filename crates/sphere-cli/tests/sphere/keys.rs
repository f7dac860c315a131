//! Where the key comes from.

use sphere_sandbox::Sandbox;

use crate::run::{ended, ended_with_input, run, sphere, sphere_with};

#[test]
fn the_key_may_come_from_standard_input() {
    let sandbox = Sandbox::builder().api_key("sk_from_stdin").start().unwrap();
    for input in ["sk_from_stdin", "sk_from_stdin\n", "sk_from_stdin\r\n"] {
        let mut command = sphere();
        command.env("SPHEREPAY_BASE_URL", sandbox.base_url()).args([
            "link",
            "customer_ada",
            "--api-key-stdin",
        ]);
        let out = ended_with_input(&mut command, input.as_bytes()).success();
        assert!(out.starts_with(sandbox.base_url()), "{out}");
    }
}

#[test]
fn missing_key_says_where_it_is_searched() {
    let told = ended(sphere().args(["link", "customer_ada"])).failure(2);
    assert!(told.starts_with("sphere: SPHEREPAY_API_KEY is not set\n"), "{told}");
    assert!(told.contains("--api-key-stdin") && told.contains("sphere sandbox"), "{told}");
}

#[test]
fn a_bad_key_is_told_without_showing_it() {
    let sandbox = Sandbox::start().unwrap();
    for (input, message) in [
        ("", "API key is empty"),
        ("\n", "API key is empty"),
        ("canary key\n", "API key has a space at byte 7"),
        ("canary\n\n", "API key has a line break at byte 7"),
        ("canary\tkey", "API key has a tab at byte 7"),
    ] {
        let mut command = sphere_with(&sandbox);
        command.args(["link", "customer_ada", "--api-key-stdin"]);
        let told = ended_with_input(&mut command, input.as_bytes()).failure(2);
        assert!(told.starts_with(&format!("sphere: --api-key-stdin: {message}\n")), "{told}");
        assert!(!told.contains("canary"), "{told}");
    }
    let told =
        ended(sphere_with(&sandbox).env("SPHEREPAY_API_KEY", "canary key").args(["link", "c"])).failure(2);
    assert!(told.starts_with("sphere: SPHEREPAY_API_KEY has a space at byte 7\n"), "{told}");
}

#[test]
fn key_argument_is_refused_without_repeating_it() {
    let sandbox = Sandbox::start().unwrap();
    for arguments in [
        &["--api-key", "sk_canary"][..],
        &["--api-key=sk_canary"],
        &["--key=sk_canary"],
        &["link", "customer_ada", "--api-key", "sk_canary"],
        &["link", "customer_ada", "--api-key=sk_canary"],
        &["link", "customer_ada", "--api-key-stdin=sk_canary"],
        &["link", "customer_ada", "--api-key-stdin", "sk_canary"],
        &["link", "customer_ada", "sk_canary"],
        &["link", "sk_canary"],
        &["terms", "SECRET_canary_sk_canary"],
        &["customer", "get", "secret_sk_canary"],
        &["customer", "update", "sk_canary", "--meta", "a=1"],
        &["otp", "send", "sk_canary", "email"],
        &["document", "upload", "f.pdf", "--target", "sk_canary", "--type", "liveness_report"],
        &["wait", "sk_canary"],
        &["representative", "list", "--customer", "sk_canary"],
        &["representative", "delete", "sk_canary", "--yes"],
        &["link", "--sk_canary"],
        &["link", "-sk_canary"],
        &["link", "customer_ada", "--timeout", "sk_canary"],
        &["link", "customer_ada", "--timeout=sk_canary"],
        &["check", "sk_canary"],
        &["check", "--sk-canary"],
        &["check", "--json=sk_canary"],
        &["sandbox", "--port", "sk_canary"],
        &["sandbox", "--tls=sk_canary"],
        &["completions", "sk_canary"],
        &["man", "sk_canary"],
        &["help", "sk_canary"],
        &["sk_canary"],
        &["SPHEREPAY_API_KEY=sk_canary", "link"],
    ] {
        let told = run(&sandbox, arguments).failure(2);
        assert!(!told.contains("sk_canary"), "{arguments:?}: {told}");
    }
    for arguments in [&["--api-key", "x"][..], &["link", "c", "--api-key=x"], &["check", "--token", "x"]] {
        let told = run(&sandbox, arguments).failure(2);
        assert!(told.contains("set SPHEREPAY_API_KEY, or pipe it in with --api-key-stdin"), "{told}");
    }
    assert!(sandbox.requests().is_empty());
}

#[test]
fn configured_key_is_no_argument() {
    let sandbox = Sandbox::builder().api_key("canary-0123456789").start().unwrap();
    let key = sandbox.api_key();
    let url = format!("{}/{key}", sandbox.base_url());
    for arguments in [
        &["link", key][..],
        &["wait", key],
        &["representative", "link", key],
        &["customer", "list", "--search", key],
        &["customer", "update", "customer_1", "--personal", "x=(canary-0123456789)"],
        &["check", "--base-url", &url],
    ] {
        let told = run(&sandbox, arguments).failure(2);
        assert!(told.starts_with("sphere: an argument holds the API key\n"), "{told}");
        assert!(!told.contains(key), "{told}");
        let mut command = sphere_with(&sandbox);
        command.env_remove("SPHEREPAY_API_KEY").args(arguments).arg("--api-key-stdin");
        assert_eq!(ended_with_input(&mut command, key.as_bytes()).failure(2), told);
    }
    assert!(sandbox.requests().is_empty());
}

#[test]
fn option_takes_the_place_of_a_variable() {
    let (sandbox, other) = (Sandbox::start().unwrap(), Sandbox::start().unwrap());
    for (variable, value, more) in [
        ("SPHEREPAY_BASE_URL", "", &[][..]),
        ("SPHEREPAY_BASE_URL", other.base_url(), &[]),
        ("SPHEREPAY_BASE_URL", "host", &["--api-key-stdin"]),
        ("SPHEREPAY_API_KEY", "", &["--api-key-stdin"]),
        ("SPHEREPAY_API_KEY", "sk_other", &["--api-key-stdin"]),
    ] {
        let mut command = sphere_with(&sandbox);
        command.env(variable, value).args(["link", "customer_ada", "--base-url", sandbox.base_url()]);
        ended_with_input(command.args(more), sandbox.api_key().as_bytes()).success();
    }
    assert!(other.requests().is_empty());
}
