//! Looking for a secret: the key, wherever it might show, and errors of every kind to look for it in.

use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use sphere_conformance::server::RefusingPort;
use sphere_core::{ApiKey, Config, ConfigBuilder, CustomerId, Error};
use sphere_sandbox::{Reply, Sandbox};

use crate::{Backend, without_waits};

/// The key that must not be found.
pub const KEY: &str = "sk_live_canary_5a11b0a7f00d";

/// Fails if the secret stands in the text: as it is, in hex, percent-encoded, as a list of bytes, or in base64.
///
/// # Panics
///
/// If it does.
pub fn assert_hidden(secret: &str, text: &str) {
    let lower = text.to_lowercase();
    let hex: String = secret.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let percent = format!("%{}", apart(&hex, "%"));
    for spelling in [secret.to_lowercase(), hex.clone(), apart(&hex, " "), percent, byte_list(secret)] {
        assert!(!lower.contains(&spelling), "the secret shows as {spelling:?} in:\n{text}");
    }
    for engine in [STANDARD, URL_SAFE] {
        for shift in 0..3 {
            // Base64 works on groups of three bytes: whatever stands before, one of the three alignments
            // shows. Ends that depend on the neighbours are cut off.
            let encoded = engine.encode([&vec![0; shift], secret.as_bytes()].concat());
            let core = &encoded[4..encoded.len() - 4];
            assert!(!text.contains(core), "the secret shows in base64 in:\n{text}");
        }
    }
}

/// As [`assert_hidden`], for each twelve bytes in a row of the secret, which is ASCII.
///
/// # Panics
///
/// If one of these parts is in the text.
pub fn assert_every_part_hidden(secret: &str, text: &str) {
    for at in 0..=secret.len() - 12 {
        assert_hidden(&secret[at..at + 12], text);
    }
}

/// `Debug` in both forms.
pub fn debug(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}\n")
}

/// All that an error says of itself and its causes.
pub fn told(error: &(dyn StdError + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let _ = writeln!(text, "{error}\n{error:?}\n{error:#?}");
        next = error.source();
    }
    text
}

fn apart(hex: &str, separator: &str) -> String {
    hex.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair)).collect::<Vec<_>>().join(separator)
}

/// As `{:?}` shows a byte slice.
fn byte_list(secret: &str) -> String {
    secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ")
}

/// A configuration with that key.
///
/// # Panics
///
/// If the sandbox's URL is bad.
pub fn builder(sandbox: &Sandbox) -> ConfigBuilder {
    Config::builder(ApiKey::new(KEY).unwrap()).base_url(sandbox.base_url()).retry(without_waits())
}

/// For whom to ask.
///
/// # Panics
///
/// Never: the id is good.
pub fn customer() -> CustomerId {
    CustomerId::new("customer_ada").unwrap()
}

/// Errors of every kind, from both backends, with a server that quotes the key wherever it can, and
/// gives these answers besides.
///
/// # Panics
///
/// If a call succeeds.
pub fn errors(answers_with_odd_headers: &[Reply]) -> Vec<Error> {
    let sandbox = Sandbox::builder().api_key(KEY).start().unwrap();
    let secure = Sandbox::builder().api_key(KEY).tls().start().unwrap();
    let echo = |status: u16| {
        let body = format!(
            r#"{{"title":"{KEY}","status":{status},"detail":"bad key {KEY}","code":"{KEY}","correlationId":"{KEY}",
                "errors":[{{"detail":"{KEY}","pointer":"/{KEY}","header":"Bearer {KEY}"}}],"{KEY}":"{KEY}"}}"#
        );
        Reply::status(status).header("x-echo", &format!("Bearer {KEY}")).body("application/json", body)
    };
    let answers = [
        echo(201),
        echo(302),
        echo(403),
        echo(422),
        echo(429),
        echo(500),
        Reply::status(502).body("text/html", format!("<html>{KEY}</html>")),
        Reply::status(201)
            .body("application/json", format!(r#"{{"url":"ftp://{KEY}","expiresAt":"{KEY}"}}"#)),
    ];
    let mut errors = Vec::new();
    for backend in Backend::both(&builder(&sandbox).build().unwrap(), None) {
        for reply in answers.iter().chain(answers_with_odd_headers) {
            sandbox.reply_every(reply.clone());
            errors.push(backend.link(&customer()).unwrap_err());
        }
    }
    let refusing = RefusingPort::new();
    for base_url in [format!("http://{}", refusing.address()), secure.base_url().to_owned()] {
        for backend in Backend::both(&builder(&sandbox).base_url(base_url).build().unwrap(), None) {
            errors.push(backend.link(&customer()).unwrap_err());
        }
    }
    let tiny = builder(&sandbox).max_response_bytes(3).build().unwrap();
    errors.extend(Backend::both(&tiny, None).map(|backend| backend.link(&customer()).unwrap_err()));
    errors
}
