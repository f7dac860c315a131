//! The key that must not be found, and errors of every kind to look for it in.

use sphere_conformance::server::RefusingPort;
use sphere_core::{ApiKey, Config, ConfigBuilder, CustomerId, Error};
use sphere_sandbox::{Reply, Sandbox};

pub use sphere_operations::debug;
pub use sphere_operations::hidden::*;

use crate::{Backend, without_waits};

/// The key that must not be found.
pub const KEY: &str = "sk_live_canary_5a11b0a7f00d";

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
