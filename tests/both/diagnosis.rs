//! What an error line says of each fault, as both backends write it. `guides/diagnosis.md` is written by this test, and
//! a line that lacks what a person must know fails it.
//!
//! `UPDATE_DOCS=1 cargo test -p sphere-tests --test both diagnosis` writes the page.

use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use sphere_conformance::server::{Authority, Identity, Reply, Script, Server};
use sphere_core::{ApiKey, Config, ConfigBuilder, CustomerId, Error, RetryPolicy};
use sphere_tests::{Backend, without_waits};

/// A fault, what causes it, and what to do.
struct Case {
    cause: &'static str,
    /// The errors of both backends.
    errors: [Error; 2],
    next: &'static str,
}

fn config(base_url: &str) -> ConfigBuilder {
    Config::builder(ApiKey::new("sk_test_1").unwrap()).base_url(base_url).retry(without_waits())
}

fn errors(config: ConfigBuilder, roots: Option<&str>) -> [Error; 2] {
    let customer = &CustomerId::new("customer_ada").unwrap();
    let backends = Backend::both(&config.build().unwrap(), roots);
    // Both at once, since some wait.
    thread::scope(|scope| {
        let calls = backends.map(|backend| scope.spawn(move || backend.link(customer).unwrap_err()));
        calls.map(|call| call.join().unwrap())
    })
}

/// A server that replies to each request like this.
fn responses(reply: impl Into<Reply>) -> [Error; 2] {
    let reply = reply.into();
    let server = Server::serve(move |_| reply.clone());
    errors(config(&server.url("")), None)
}

fn problem(status: u16, members: &str) -> [Error; 2] {
    let body =
        format!(r#"{{"status":{status},{members},"correlationId":"28c61e885c6e5eaa78c1a2183a9b883c"}}"#);
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/problem+json\r\n");
    responses(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_str())
}

fn html(status: u16) -> [Error; 2] {
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: text/html\r\n");
    responses(format!("{head}content-length: 15\r\n\r\n<html>hm</html>").as_str())
}

/// A server whose connections go like this, over TLS.
fn handshakes(script: &Script, connect_timeout: Duration, roots: Option<&str>) -> [Error; 2] {
    let server = Server::start(std::iter::repeat_n(script.clone(), 6));
    errors(config(&server.https_url("")).connect_timeout(connect_timeout), roots)
}

/// Far more than a handshake on this machine takes.
const ENOUGH: Duration = Duration::from_secs(15);

fn certificate(identity: &Identity, roots: Option<&str>) -> [Error; 2] {
    handshakes(&Script::new().tls(identity).handshake_refused(), ENOUGH, roots)
}

fn before_the_request() -> Vec<Case> {
    let authority = Authority::new();
    let roots = authority.pem();
    vec![
        Case {
            cause: "the port refuses: nothing listens there, or a firewall answers",
            errors: errors(config("http://127.0.0.1:1"), None),
            next: "check base URL and network; call again, nothing was sent",
        },
        Case {
            cause: "the host does not finish the TLS handshake in time",
            errors: handshakes(&Script::silence(), Duration::from_millis(300), Some(&roots)),
            next: "check network and firewall; call again, nothing was sent",
        },
        Case {
            cause: "the certificate is signed by nobody that is trusted",
            errors: certificate(&Identity::self_signed(), Some(&roots)),
            next: "check base URL, roots, and whether a proxy intercepts TLS",
        },
        Case {
            cause: "the certificate is for another host",
            errors: certificate(&authority.wrong_host(), Some(&roots)),
            next: "check base URL",
        },
        Case {
            cause: "the certificate has expired",
            errors: certificate(&authority.expired(), Some(&roots)),
            next: "check this machine's clock, then tell the host's owner",
        },
        Case {
            cause: "the port speaks plain HTTP",
            errors: handshakes(
                &Script::new().read(5).write("HTTP/1.1 400 X\r\n\r\n").drain(),
                ENOUGH,
                Some(&roots),
            ),
            next: "check scheme and port of the base URL",
        },
    ]
}

fn after_the_request() -> Vec<Case> {
    vec![
        Case {
            cause: "the connection is closed before a response",
            errors: responses(Reply::new("").close()),
            next: "find out whether it happened, then call again",
        },
        Case {
            cause: "the server never responds",
            errors: {
                let server = Server::serve(|_| Reply::new("").silence());
                errors(config(&server.url("")).timeout(Duration::from_secs(2)), None)
            },
            next: "find out whether it happened, then call again",
        },
        Case {
            cause: "what comes back is not HTTP",
            errors: responses("SSH-2.0-OpenSSH_9.7\r\n\r\n"),
            next: "check host and port of the base URL",
        },
        Case {
            cause: "the body of a 201 is cut off",
            errors: responses(Reply::new("HTTP/1.1 201 X\r\ncontent-length: 68\r\n\r\n{\"url\"").close()),
            next: "it was processed: do not repeat what must not happen twice",
        },
        Case {
            cause: "the response is larger than the limit",
            errors: responses("HTTP/1.1 200 X\r\ncontent-length: 99999999\r\n\r\n"),
            next: "check base URL: a gateway's page?",
        },
        Case {
            cause: "a redirect",
            errors: responses("HTTP/1.1 302 X\r\nlocation: /login\r\ncontent-length: 0\r\n\r\n"),
            next: "check base URL: redirects are never followed",
        },
        Case {
            cause: "a success that is not what the operation promises",
            errors: responses("HTTP/1.1 200 X\r\ncontent-length: 15\r\n\r\n<html>hm</html>"),
            next: "check base URL; quote `body()` to support",
        },
    ]
}

fn api_errors() -> Vec<Case> {
    vec![
        Case {
            cause: "400: the request is refused",
            errors: problem(400, r#""code":"address/invalid","detail":"Invalid request parameters""#),
            next: "fix what the line names",
        },
        Case {
            cause: "401: the key",
            errors: problem(401, r#""code":"unauthorized","detail":"Invalid or missing API key.""#),
            next: "check the API key",
        },
        Case {
            cause: "403: the key may not do this",
            errors: problem(403, r#""detail":"Forbidden resource""#),
            next: "check what the API key may do",
        },
        Case {
            cause: "404: no such customer for this key",
            errors: problem(404, r#""code":"resource/not-found","detail":"Resource not found""#),
            next: "check the id, and that key and host are of one environment",
        },
        Case {
            cause: "422: single members are refused",
            errors: problem(
                422,
                r#""code":"validation/failed","detail":"Validation failed","errors":[{"detail":"Invalid email format","pointer":"/email"}]"#,
            ),
            next: "read `field_errors()`",
        },
        Case {
            cause: "429 in SpherePay's own words",
            errors: problem(429, r#""detail":"Too many requests""#),
            next: "slow down: 100 writes a second are allowed",
        },
        Case {
            cause: "500: SpherePay failed",
            errors: problem(500, r#""detail":"Internal server error""#),
            next: "find out whether it happened; quote the correlation id",
        },
        Case {
            cause: "502: a gateway's page",
            errors: html(502),
            next: "find out whether it happened, then call again",
        },
        Case {
            cause: "404: a gateway's page",
            errors: html(404),
            next: "check host and path of the base URL",
        },
        Case {
            cause: "503 again and again, and the retry budget is spent",
            errors: {
                let reply = "HTTP/1.1 503 X\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n";
                let server = Server::serve(move |_| reply);
                errors(config(&server.url("")).retry(RetryPolicy::default().budget(0)), None)
            },
            next: "SpherePay is down: call again in minutes",
        },
    ]
}

/// The line, without what differs from run to run.
fn line(error: &Error) -> String {
    let mut line = error.to_string();
    if let Some((before, rest)) = line.split_once("certificate expired: ") {
        // The times.
        let (_, after) = rest.split_once(" (1 attempt").unwrap();
        line = format!("{before}certificate expired … (1 attempt{after}");
    }
    line = line.replace(" (os error 111)", "");
    if let Some((before, after)) = line.rsplit_once(" s, ").filter(|(before, _)| before.contains(" in ")) {
        // How long it took.
        let (before, _) = before.rsplit_once(" in ").unwrap();
        line = format!("{before}, {after}");
    }
    let Some((before, rest)) = line.split_once("127.0.0.1:") else { return line };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{before}api.example:443{rest}")
}

fn table(title: &str, cases: &[Case]) -> String {
    let mut text = format!(
        "## {title}\n\n| cause | the line | may it have been processed? | what to do |\n| --- | --- | --- | --- |\n"
    );
    for Case { cause, errors, next } in cases {
        let [hyper, ureq] = errors.each_ref().map(line);
        assert_eq!(hyper, ureq, "{cause}: the backends say the same");
        let processed = errors[0].may_have_been_processed();
        assert_eq!(hyper.contains("may have been processed"), processed, "{cause}: {hyper}");
        assert!(hyper.contains(" to api.example:443"), "{cause}: {hyper}");
        let processed = if processed { "**yes**" } else { "no" };
        let _ = writeln!(text, "| {cause} | `{hyper}` | {processed} | {next} |");
    }
    text + "\n"
}

#[test]
fn page_has_each_line_as_written() {
    let page = [
        "# Diagnosis\n\nWhat an error line says, for each fault. The lines are those that a test got from a server that behaved so; both \
         backends write the same. The host is a made-up one. [Handling errors][errors.md] says what to tell your user.\n\n"
            .to_owned(),
        table("Nothing was sent", &before_the_request()),
        table("No usable response", &after_the_request()),
        table("An error response", &api_errors()),
    ]
    .concat();
    let page = format!("{}\n\n[errors.md]: errors.md\n", page.trim_end());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/sphere-core/guides/diagnosis.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page, "UPDATE_DOCS=1 writes the page anew");
}
