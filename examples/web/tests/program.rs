//! The example as a program: what it prints, and what it does not.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use sphere_bounded::{LIMIT, program};
use sphere_sandbox::{Reply, Sandbox};

/// What no output may show.
const KEY: &str = "sk_live_canary_5a11b0a7";
const DETAILS: &str = "email=canary.jane%40canary.example&phone=%2B19998887766&country=USA&line1=77+Canary+Street\
    &city=Canaryville&state=&postal_code=C4N4RY&line2=&tax_type=ssn&tax_number=987654321";
const PERSONAL: [&str; 6] =
    ["canary.jane@canary.example", "+19998887766", "77 Canary Street", "Canaryville", "C4N4RY", "987654321"];

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

    /// Sends a request with a form and a cookie.
    fn ask(&self, request: &str, cookie: &str, form: &str) -> String {
        let (_, rest) = self.introduction.split_once("http://").unwrap();
        let (address, _) = rest.split_once(' ').unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let length = form.len();
        write!(
            stream,
            "{request} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncookie: {cookie}\r\n\
             content-length: {length}\r\n\r\n{form}"
        )
        .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    /// The cookie of a new session, with its attributes.
    fn cookie(&self) -> String {
        let reply = self.ask("GET /details", "", "");
        let cookie = reply.split("set-cookie: ").nth(1).unwrap_or_else(|| panic!("{reply}"));
        cookie.split("\r\n").next().unwrap().to_owned()
    }

    fn begin(&self) -> String {
        self.cookie().split(';').next().unwrap().to_owned()
    }

    /// Ends it. All that it has printed.
    fn end(self) -> String {
        self.introduction + &String::from_utf8(self.program.kill().stderr).unwrap()
    }
}

#[test]
fn without_a_key_it_starts_a_sandbox() {
    for (arguments, steps) in
        [(&[][..], "There are 5 steps."), (&["--platform-managed"], "There are 4 steps.")]
    {
        let running = Running::start(example().args(arguments));
        assert!(running.introduction.starts_with("SPHEREPAY_API_KEY is not set: asking a sandbox"));
        let reply = running.ask("GET /", "", "");
        assert!(reply.contains("<h1>Verify your identity</h1>") && reply.contains(steps), "{reply}");
        let cookie = running.begin();
        let reply = running.ask("POST /details", &cookie, DETAILS);
        assert!(reply.starts_with("HTTP/1.1 303 ") && reply.contains("location: /continue"), "{reply}");
    }
}

#[test]
fn cookie_is_secure_over_https() {
    let running = Running::start(example().args(["--public-url", "https://verify.example/"]));
    assert!(running.introduction.contains("Open https://verify.example in a browser"));
    assert!(running.cookie().ends_with("; Secure"));
    assert!(!Running::start(&mut example()).cookie().contains("Secure"));
}

#[test]
fn output_has_no_secret_and_no_personal_data() {
    let sandbox = Sandbox::builder().api_key(KEY).start().unwrap();
    let running =
        Running::start(example().env("SPHEREPAY_API_KEY", KEY).env("SPHEREPAY_BASE_URL", sandbox.base_url()));
    let cookie = running.begin();
    // A server that quotes what it was sent.
    let quoting = |status| {
        let detail = PERSONAL.join(" and ");
        let body = format!(
            r#"{{"status":{status},"detail":"{detail}","errors":[{{"detail":"{detail}","pointer":"/email"}}]}}"#
        );
        Reply::status(status).body("application/json", body)
    };
    for status in [422, 409] {
        sandbox.reply_next(quoting(status));
        let reply = running.ask("POST /details", &cookie, DETAILS);
        assert!(reply.contains("There is a problem"), "{reply}");
    }
    let reply = running.ask("POST /details", &cookie, DETAILS);
    assert!(reply.contains("location: /continue"), "{reply}");
    let reply = running.ask("POST /face", &cookie, "");
    let token =
        reply.split_once("/check/").unwrap_or_else(|| panic!("{reply}")).1.split_once("\r\n").unwrap().0;
    let detail = PERSONAL.join(" and ");
    let body = format!(
        r#"{{"status":422,"detail":"Wrong","correlationId":"1","errors":[{{"detail":"{detail}"}}]}}"#
    );
    let quoting_in_errors = Reply::status(422).body("application/json", body);
    for reply in [quoting_in_errors, Reply::forbidden(), Reply::conflict()] {
        sandbox.reply_next(reply);
        assert!(running.ask("POST /terms", &cookie, "").contains("quote this reference"));
    }
    let text = running.end();
    assert_eq!(text.matches("generate_terms_of_service_link: ").count(), 3, "{text}");
    assert_eq!(text.matches("create_customer: ").count(), 2, "{text}");
    let session = cookie.split_once('=').unwrap().1;
    for secret in [KEY, token, session, "customer_"].into_iter().chain(PERSONAL) {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn it_explains_its_options_and_takes_no_others() {
    let output = program::run(example().arg("--help"));
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for option in ["--port N", "--platform-managed", "--public-url URL"] {
        assert!(text.contains(option), "{option} not in {text}");
    }
    for arguments in [&["--colour"][..], &["extra"], &["--port", "70000"]] {
        assert!(!program::run(example().args(arguments)).status.success(), "{arguments:?}");
    }
}

#[test]
fn start_failure_is_one_line_without_key() {
    let output = program::run(example().env("SPHEREPAY_API_KEY", format!("{KEY}\n")));
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text, format!("SPHEREPAY_API_KEY has a line break at byte {}\n", KEY.len() + 1));
}
