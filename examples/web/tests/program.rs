//! The example as a program: what it prints, and that its address responds.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use sphere_bounded::{LIMIT, program};
use sphere_sandbox::{Reply, Sandbox};

/// What no output may show.
const KEY: &str = "sk_live_canary_5a11b0a7";
const CUSTOMER: &str = "customer_canary_77";

fn example() -> Command {
    let mut command = program::command(env!("CARGO_BIN_EXE_sphere-example-web"));
    command.env_remove("SPHEREPAY_API_KEY").env_remove("SPHEREPAY_BASE_URL").env("RUST_LOG", "trace");
    command
}

/// A program that runs until the test is over.
struct Running {
    program: program::Running,
    introduction: String,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut program = program::Running::start(command);
        let introduction = program.first_lines(|_, line| line.contains("Ctrl-C")).join("\n");
        assert!(introduction.contains("Ctrl-C"), "it ended after {introduction:?}");
        Self { program, introduction }
    }

    fn ask(&self, request: &str) -> String {
        let (_, rest) = self.introduction.split_once("Open http://").unwrap();
        let (address, _) = rest.split_once(' ').unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    /// Ends it. All that it has printed.
    fn end(self) -> String {
        self.introduction + &String::from_utf8(self.program.kill().stderr).unwrap()
    }
}

#[test]
fn without_a_key_it_starts_a_sandbox() {
    let running = Running::start(&mut example());
    assert!(running.introduction.starts_with("SPHEREPAY_API_KEY is not set: asking a sandbox"));
    assert!(running.ask("GET /").contains("<h1>Confirm that it is you</h1>"));
    let reply = running.ask("POST /verify/customer_ada");
    assert!(reply.starts_with("HTTP/1.1 303 ") && reply.contains("/check/"), "{reply}");
}

#[test]
fn with_a_key_it_asks_the_host_it_is_told_and_prints_no_secret() {
    let sandbox = Sandbox::builder().api_key(KEY).start().unwrap();
    let running =
        Running::start(example().env("SPHEREPAY_API_KEY", KEY).env("SPHEREPAY_BASE_URL", sandbox.base_url()));
    let reply = running.ask(&format!("POST /verify/{CUSTOMER}"));
    let token = reply.split_once("/check/").unwrap_or_else(|| panic!("{reply}")).1;
    let token = token.split_once("\r\n").unwrap().0.to_owned();
    assert_eq!(token.len(), 32);
    for reply in [Reply::unprocessable(), Reply::forbidden(), Reply::conflict()] {
        sandbox.reply_next(reply);
        assert!(running.ask("POST /verify/customer_canary_77b").contains("quote this reference"));
    }
    let text = running.end();
    assert_eq!(text.matches("generate_face_verification_link: ").count(), 3, "{text}");
    for secret in [KEY, CUSTOMER, &token] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn it_explains_its_options_and_takes_no_others() {
    let output = program::run(example().arg("--help"));
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("--port N"));
    for arguments in [&["--colour"][..], &["extra"], &["--port", "70000"]] {
        assert!(!program::run(example().args(arguments)).status.success(), "{arguments:?}");
    }
}

#[test]
fn what_keeps_it_from_starting_is_told_in_one_line_without_the_key() {
    let output = program::run(example().env("SPHEREPAY_API_KEY", format!("{KEY}\n")));
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text, format!("SPHEREPAY_API_KEY has a line break at byte {}\n", KEY.len() + 1));
}
