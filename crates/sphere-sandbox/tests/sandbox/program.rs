//! The sandbox as a program.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Output, Stdio},
};

use crate::wire::{connect, exchange, request};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sphere-sandbox"));
    command.stdin(Stdio::null());
    command
}

/// A program that runs until the test is over, and what it said about itself.
struct Running {
    child: Child,
    introduction: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program()
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut running = Self {
            child,
            introduction: String::new(),
        };
        for line in lines.map_while(Result::ok) {
            running.introduction += &line;
            running.introduction.push('\n');
            if line.contains("Ctrl-C") {
                return running;
            }
        }
        panic!("it ended after {:?}", running.introduction);
    }

    fn value(&self, name: &str) -> &str {
        let mut lines = self.introduction.lines();
        lines
            .find_map(|line| line.trim().strip_prefix(name))
            .unwrap()
            .trim()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

#[test]
fn it_says_how_to_use_it_and_means_it() {
    let running = Running::start(&["--link-lifetime", "60"]);
    let (url, key) = (running.value("base URL"), running.value("API key"));
    let curl = running.value("curl");
    assert!(curl.contains(url) && curl.contains(key), "{curl}");
    for customer in sphere_sandbox::MAGIC_CUSTOMERS {
        let text = &running.introduction;
        assert!(text.contains(customer.id), "{text}");
        assert!(text.contains(customer.answer), "{text}");
    }

    let reply = exchange(
        &mut connect(url),
        &request(
            "POST /v2/customer/customer_ada/face-verification-link",
            &format!("authorization: Bearer {key}\r\n"),
            b"",
        ),
    );
    assert!(reply.link().starts_with(url));
}

#[test]
fn it_writes_the_authority_that_a_client_must_trust() {
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
fn it_explains_its_options() {
    let output = run(&["--help"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for option in ["--port", "--tls", "--authority-file", "--link-lifetime"] {
        assert!(text.contains(option), "{text}");
    }
}

#[test]
fn an_argument_it_does_not_understand_is_one_line_and_status_2() {
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
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert!(complaint.starts_with("sphere-sandbox: "), "{complaint}");
    }
}

#[test]
fn a_taken_port_is_one_line_and_status_1() {
    let running = Running::start(&[]);
    let port = running.value("base URL").rsplit(':').next().unwrap();
    let output = run(&["--port", port]);
    assert_eq!(output.status.code(), Some(1));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(complaint.contains(port), "{complaint}");
}
