//! The sandbox as a program.

use std::{
    env, fs,
    process::{Command, ExitStatus},
    sync::Mutex,
};

use sphere_bounded::program;

use crate::wire::{Response, connect, exchange, request};

fn sandbox() -> Command {
    program::command(env!("CARGO_BIN_EXE_sphere-sandbox"))
}

/// A program that runs until the test is over, and what it said about itself.
struct Running {
    _program: program::Running,
    introduction: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut program = program::Running::start(sandbox().args(arguments));
        let lines = program.first_lines(|_, line| line.contains("Ctrl-C"));
        let introduction = lines.join("\n") + "\n";
        assert!(introduction.contains("Ctrl-C"), "it ended after {introduction:?}");
        Self { _program: program, introduction }
    }

    fn value(&self, name: &str) -> &str {
        value(&self.introduction, name)
    }
}

fn value<'a>(introduction: &'a str, name: &str) -> &'a str {
    introduction.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap().trim()
}

/// A program that was to end by itself.
struct Ended {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

fn run(arguments: &[&str]) -> Ended {
    let output = program::run(sandbox().args(arguments));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Asks a running program for a link, with the key that it printed.
fn ask(introduction: &str) -> Response {
    let key = value(introduction, "API key");
    let link = request(
        "POST /v2/customer/customer_ada/face-verification-link",
        &format!("authorization: Bearer {key}\r\n"),
        b"",
    );
    exchange(&mut connect(value(introduction, "base URL")), &link)
}

#[test]
fn introduction_works_as_printed() {
    let running = Running::start(&[]);
    let (url, key) = (running.value("base URL"), running.value("API key"));
    let curl = running.value("curl");
    assert!(curl.contains(url) && curl.contains(key), "{curl}");
    let export = format!("\n  export SPHEREPAY_BASE_URL={url} SPHEREPAY_API_KEY={key}\n");
    assert!(running.introduction.contains(&export), "{}", running.introduction);
    for customer in sphere_sandbox::MAGIC_CUSTOMERS {
        let text = &running.introduction;
        assert!(text.contains(customer.id), "{text}");
        assert!(text.contains(customer.reply), "{text}");
    }
    for magic in sphere_sandbox::MAGIC_TAGS {
        let tag = format!("  +{}@ ", magic.tag);
        let line = running.introduction.lines().find(|line| line.starts_with(&tag));
        assert!(line.unwrap().ends_with(magic.effect), "{line:?}");
    }

    assert!(ask(&running.introduction).link().starts_with(url));
}

#[test]
fn each_api_request_is_one_line() {
    let mut program = program::Running::start(&mut sandbox());
    let introduction = Mutex::new(String::new());
    let lines = program.first_lines(move |_, line| {
        let mut introduction = introduction.lock().unwrap();
        introduction.push_str(line);
        introduction.push('\n');
        if line.contains("Ctrl-C") {
            ask(&introduction);
        }
        line.starts_with("201 ")
    });
    assert_eq!(lines.last().unwrap(), "201 POST /v2/customer/customer_ada/face-verification-link");
}

#[test]
fn platform_managed_is_an_option() {
    let running = Running::start(&["--platform-managed"]);
    assert_eq!(ask(&running.introduction).status, 422);
}

#[test]
fn link_lifetime_is_an_option() {
    // The program's clock cannot be moved, but a link can be over as soon as it is made.
    let running = Running::start(&["--link-lifetime", "0"]);
    let url = ask(&running.introduction).link();
    let path = url.strip_prefix(running.value("base URL")).unwrap();
    let page = exchange(&mut connect(running.value("base URL")), &request(&format!("GET {path}"), "", b""));
    assert_eq!(page.status, 410);
}

#[test]
fn authority_is_written_to_its_file() {
    let path = env::temp_dir().join(format!("sphere-sandbox-{}.pem", std::process::id()));
    let running = Running::start(&["--tls", "--authority-file", path.to_str().unwrap()]);
    let pem = fs::read_to_string(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    assert!(running.value("base URL").starts_with("https://"));
    let curl = running.value("curl");
    assert!(curl.contains(path.to_str().unwrap()), "{curl}");
}

#[test]
fn help_lists_every_option() {
    let output = run(&["--help"]);
    assert!(output.status.success());
    let text = output.stdout;
    for option in ["--platform-managed", "--port", "--tls", "--authority-file", "--link-lifetime"] {
        assert!(text.contains(option), "{text}");
    }
}

#[test]
fn bad_argument_exits_with_2_and_one_line() {
    for arguments in [
        &["--colour"][..],
        &["extra"],
        &["--port"],
        &["--port", "70000"],
        &["--port", "http"],
        &["--link-lifetime", "-1"],
        &["--tls=yes"],
        &["--authority-file", "ca.pem"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let complaint = output.stderr;
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert!(complaint.starts_with("sphere-sandbox: "), "{complaint}");
    }
}

#[test]
fn taken_port_exits_with_1_and_one_line() {
    let running = Running::start(&[]);
    let port = running.value("base URL").rsplit(':').next().unwrap();
    let output = run(&["--port", port]);
    assert_eq!(output.status.code(), Some(1));
    let complaint = output.stderr;
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(complaint.contains(port), "{complaint}");
}
