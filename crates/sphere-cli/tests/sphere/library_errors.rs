//! Libraries quote their input in their errors. This is the list of what ours say instead, and its test.
//!
//! | where | library | what it quotes | what is told |
//! | --- | --- | --- | --- |
//! | sphere-net `tls/pem.rs`: `extra_roots_pem`, `--ca-file` | rustls-pki-types, base64 | the file, as decimal bytes | which BEGIN marker, which line |
//! | sphere-net `tls/mod.rs`: `platform_roots` ¹ | rustls-native-certs | paths, and files as above | how many could not be read |
//! | sphere-net `proxy/`, sphere-core `config/` | http, url | the URL, with its password | what is wrong, from readers of our own |
//! | sphere-core `json/`, `endpoint/response.rs` | `serde_json` | values of the body | the member, or line and column |
//! | sphere-ureq `error.rs` ² | ureq | the URL, with the customer's id | a text of ours |
//! | sphere-reqwest `exchange.rs` ² | reqwest | the URL | the error without it |
//! | sphere-fetch `error.rs` ² | the host | the URL | the text without it |
//! | sphere-links-redis `failure.rs`, `address.rs` ² | the server; none for the URL | commands, responses, the URL | a code or a category |
//! | sphere-cli `usage.rs` | clap | arguments | names of options |
//! | sphere-cli `connection.rs`, `document.rs` | std | nothing; the path is an argument | the system's fault without the path |
//!
//! ¹ Tested in `tests/both/platform_roots.rs`, ² in the crate.
//! sphere-tower passes on what the caller's service says.

use std::error::Error;
use std::fmt::Debug;

use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::{ApiKey, Config, CustomerId};
use sphere_sandbox::Sandbox;
use sphere_tests::capture::{Capture, logged};
use sphere_tests::secret::{assert_every_part_hidden, debug, told};
use sphere_tests::transports::{AnyTransport, Options};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::document::File;
use crate::run::{ended_with_input, sphere_with};

const CANARY: &str = "MC4CAQAwBQYDK2VwBCIEIJ5a11b0a7f00dCanaryQzXwV9kLmN3tRs";

/// PEM with the canary as a private key or as a broken certificate, whole and damaged.
fn pems(certificate: &str) -> Vec<String> {
    let key = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n{}\n-----END PRIVATE KEY-----\n",
        &CANARY[..32],
        &CANARY[32..]
    );
    let broken = key.replace("PRIVATE KEY", "CERTIFICATE");
    let whole =
        [format!("{key}{certificate}"), format!("{certificate}{key}"), format!("{certificate}{broken}")];
    let damage = |pem: String| {
        let in_lines = ["", " ", "\\n", "\r"].map(|instead| pem.replace('\n', instead));
        let cut = [
            pem.replace("-----END", "-----"),
            pem.replace("-----\n", "\n"),
            pem.replace("-----BEGIN", "-----"),
        ];
        in_lines.into_iter().chain(cut).chain([
            format!("\u{feff}{pem}"),
            pem[..pem.len() - 60].to_owned(),
            pem,
        ])
    };
    whole.into_iter().flat_map(damage).collect()
}

/// The canary where a URL, a key, an id or a number is expected.
fn texts() -> Vec<String> {
    let around = [
        "{}",
        "{}\n",
        "\t{}é\u{7f}",
        "http://u:{}@host:1/x",
        "https://u:{}@h",
        "https://h/?k={}",
        "https://h/#{}",
        "http://{}.example",
        "{}://h",
        "https://h:{}",
        "https://[{}",
    ];
    around.map(|text| text.replace("{}", CANARY)).into()
}

/// What an error tells, or a value shows.
fn outcome<T: Debug, E: Error + 'static>(result: Result<T, E>) -> String {
    result.map_or_else(|error| told(&error), |value| debug(&value))
}

/// What transports, configurations and responses show that were given the canary.
fn shown_by_the_library(pems: Vec<String>) -> String {
    let mut shown = String::new();
    let options = pems.into_iter().map(|pem| Options { pem: Some(pem), ..Options::default() });
    let proxies = texts().into_iter().map(|url| Options { proxy: Some(url), ..Options::default() });
    for (builder, transport) in options.chain(proxies).flat_map(|options| AnyTransport::try_both(&options)) {
        shown += &(builder + &outcome(transport));
    }
    let id = CustomerId::new("customer_1").unwrap();
    for text in texts() {
        let config = || Config::builder(ApiKey::new("sk_1").unwrap());
        shown += &outcome(ApiKey::new(&text));
        shown += &outcome(CustomerId::new(&text).map(drop));
        shown += &outcome(config().base_url(&text).build().map(drop));
        shown += &outcome(config().user_agent(&text).build().map(drop));
        for body in
            ["{}", r#"{"url":{}}"#, r#"{"url":"{}","#, r#"{"url":"{}","expiresAt":"{}"}"#, r#"["{}"]"#]
        {
            let reply = Reply::status(200).body("application/json", body.replace("{}", &text));
            let client = FakeTransport::always(reply).blocking_client();
            shown += &outcome(client.generate_face_verification_link(&id).send());
            shown += &outcome(client.get_customer(&id).send());
        }
    }
    shown
}

#[test]
fn no_error_quotes_what_a_library_read() {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_writer(|| Capture)
        .init();
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let shown = shown_by_the_library(pems(sandbox.authority_pem().unwrap()));
    assert!(shown.contains("BEGIN marker 2 (line "), "{shown}");
    assert_every_part_hidden(CANARY, &shown);
    assert!(logged().contains("get_customer"), "the capture works");
    assert_every_part_hidden(CANARY, &logged());
}

/// Runs the command, which must fail and not show the canary.
fn assert_hides(sandbox: &Sandbox, arguments: &[&str], input: &str, variable: Option<(&str, &str)>) {
    let mut command = sphere_with(sandbox);
    command.args(arguments).envs(variable);
    let ended = ended_with_input(&mut command, input.as_bytes());
    assert_ne!(ended.code, Some(0), "{arguments:?}");
    assert_every_part_hidden(CANARY, &(ended.out + &ended.err));
}

#[test]
fn no_failure_of_the_command_quotes_its_input() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let told = |arguments: &[&str]| assert_hides(&sandbox, arguments, "", None);
    for pem in pems(sandbox.authority_pem().unwrap()) {
        let file = File::new("ca.pem", pem.as_bytes());
        told(&["link", "c", "--ca-file", file.path(), "--timeout", "0.000001"]);
        told(&["link", "c", "--json", "--ca-file", file.path(), "--timeout", "0.000001"]);
        told(&["link", "c", "--json", "--ca-file", &pem]);
    }
    for text in texts() {
        for option in ["--ca-file", "--base-url", "--timeout", "--api-key", "--qr"] {
            told(&["link", "c", option, &text]);
            told(&["link", "c", "--json", &format!("{option}={text}")]);
        }
        told(&["link", "--json", &text]);
        told(&[&text]);
        told(&["sandbox", "--port", &text]);
        told(&["sandbox", "--tls", "--authority-file", &format!("/nowhere/{text}")]);
        told(&["customer", "list", "--limit", &text]);
        told(&["wait", "c", "--within", &text]);
        told(&["otp", "send", "c", &text]);
        told(&["customer", "create", "--email", &text, "--phone", &text, "--country", &text]);
        told(&["customer", "create", "--e-mail", &text, "--personal", &text]);
        told(&["customer", "create", "--meta", &format!("x=[{text:?}]")]);
        told(&["document", "upload", "--json", &text, "--target", "c", "--type", "x"]);
        assert_hides(&sandbox, &["link", "c", "--json", "--api-key-stdin"], &text, None);
        for variable in ["SPHEREPAY_BASE_URL", "SPHEREPAY_API_KEY"] {
            assert_hides(&sandbox, &["link", "c", "--json"], "", Some((variable, &text)));
        }
    }
}
