//! Where to send, with which key, and whom to trust: from options and environment to a client.

use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

use sphere_core::clock::SystemClock;
use sphere_core::config::{API_KEY_VARIABLE, BASE_URL_VARIABLE};
use sphere_core::transport::TransportError;
use sphere_core::{ApiKey, Config, Error, RetryPolicy, blocking};
use sphere_ureq::UreqTransport;

use crate::failure::{Failure, chain};
use crate::hidden::Hidden;
use crate::ids::REPLACE_KEY;
use crate::key::Key;
use crate::{length, limited, stdin};

const USER_AGENT: &str = concat!("sphere-cli/", env!("CARGO_PKG_VERSION"));

/// Options of every command that calls SpherePay.
#[derive(clap::Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArguments {
    /// Read the API key from standard input instead of SPHEREPAY_API_KEY
    ///
    /// One line ending at its end is removed. There is no option that takes the key itself: other users of
    /// the machine can read arguments, and shells keep them.
    #[arg(long)]
    pub(crate) api_key_stdin: bool,

    /// Send to this host [default: SPHEREPAY_BASE_URL, or production]
    ///
    /// https, or plain http to this machine.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// Also trust the certificate authorities in this file
    ///
    /// PEM, one or more. For a test server, or a proxy that decrypts TLS.
    #[arg(long, value_name = "PEM")]
    pub(crate) ca_file: Option<PathBuf>,

    /// Send through this HTTP proxy, such as `http://proxy.internal:3128`
    ///
    /// No proxy is used otherwise: variables such as HTTPS_PROXY are ignored. A user name and a password may
    /// be put before the host, `http://user:password@host:port`, where other users of the machine can read them.
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,

    /// Give up after this time, such as 45 or 2m, all attempts included [default: 30]
    ///
    /// A number without s, m, h or d at its end counts seconds.
    #[arg(long, value_name = "TIME", value_parser = length::parse)]
    pub(crate) timeout: Option<Duration>,
}

/// The most bytes of a file with certificates: a system's own has about 200 KiB.
const MOST_CERTIFICATE_BYTES: u64 = 4 * 1024 * 1024;

/// A client, and what is needed to talk about it.
pub(crate) struct Connection {
    pub(crate) client: blocking::Client,
    pub(crate) key: Key,
    pub(crate) base_url: String,
}

impl Connection {
    /// A call that failed. `private` are the texts of its request that must not show.
    pub(crate) fn failure(&self, error: Error, private: Vec<String>) -> Failure {
        Failure::Call { error: Box::new(error), hidden: Hidden::new(self.key.clone(), private) }
    }
}

impl ConnectionArguments {
    /// Opens nothing yet: all that can fail here is the input.
    pub(crate) fn connect(&self, retry: RetryPolicy) -> Result<Connection, Failure> {
        let (key, api_key) = self.key()?;
        if std::env::args_os().skip(1).any(|argument| key.is_in(&argument.to_string_lossy())) {
            return Err(Failure::input("an argument holds the API key", REPLACE_KEY));
        }
        let mut builder = Config::builder(api_key).retry(retry).user_agent(USER_AGENT);
        // A variable does not count beside the option that replaces it, and may be bad then.
        let variable = if self.base_url.is_none() { variable(BASE_URL_VARIABLE)? } else { None };
        if let Some(url) = self.base_url.as_ref().or(variable.as_ref()) {
            builder = builder.base_url(url);
        }
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(timeout);
        }
        let config = builder.build().map_err(|error| match error.field() {
            "base_url" if self.base_url.is_none() => bad_config(BASE_URL_VARIABLE, error.fault()),
            field => bad_config(field, error.fault()),
        })?;
        let (transport, base_url) = (self.transport(config.timeout())?, config.base_url_text());
        Ok(Connection { client: blocking::Client::new(config, transport, SystemClock::new()), key, base_url })
    }

    fn key(&self) -> Result<(Key, ApiKey), Failure> {
        if self.api_key_stdin {
            let bad = |fault: &dyn Display| {
                Failure::input(format!("--api-key-stdin: {fault}"), "Pipe in the key and nothing else.")
            };
            let key = stdin::piped().map(Key::new).map_err(|fault| bad(&fault))?;
            let api_key = key.api_key().map_err(|error| bad(&error))?;
            return Ok((key, api_key));
        }
        let text = variable(API_KEY_VARIABLE)?.ok_or_else(|| bad_config(API_KEY_VARIABLE, "is not set"))?;
        let key = Key::new(text);
        let api_key = key.api_key().map_err(|error| bad_config(API_KEY_VARIABLE, &error.fault()))?;
        Ok((key, api_key))
    }

    fn transport(&self, limit: Duration) -> Result<UreqTransport, Failure> {
        let mut builder = UreqTransport::builder();
        if let Some(url) = &self.proxy {
            builder = builder.proxy(url);
        }
        let Some(path) = &self.ca_file else {
            return builder.build().map_err(|error| bad_transport(&error, Failure::Other));
        };
        // Without the path: some give the certificates themselves.
        let bad = |fault: String| {
            Failure::input(format!("--ca-file: {fault}"), "Give a file with one or more certificates in PEM.")
        };
        let pem = limited::read(path.clone(), MOST_CERTIFICATE_BYTES, limit)
            .map_err(|error| bad(error.to_string()))?;
        builder.extra_roots_pem(pem).build().map_err(|error| bad_transport(&error, bad))
    }
}

/// `other` is for what is not about the proxy.
fn bad_transport(error: &TransportError, other: impl FnOnce(String) -> Failure) -> Failure {
    let fault = chain(error);
    match fault.split_once("proxy: ") {
        Some((_, fault)) => {
            Failure::input(format!("--proxy: {fault}"), "Give a URL such as http://host:3128.")
        }
        None => other(fault),
    }
}

fn variable(name: &'static str) -> Result<Option<String>, Failure> {
    let value = std::env::var_os(name).map(std::ffi::OsString::into_string).transpose();
    value.map_err(|_| bad_config(name, "is not Unicode"))
}

/// Names the option or variable that the person at the terminal knows.
fn bad_config(field: &str, fault: &str) -> Failure {
    let (name, advice) = match field {
        "base_url" => ("--base-url", "Give an https URL, or leave the option out for production."),
        "timeout" => ("--timeout", "Give a time of at most a day, such as 45 or 2m."),
        BASE_URL_VARIABLE => (BASE_URL_VARIABLE, "Set it to an https URL, or unset it for production."),
        API_KEY_VARIABLE => (
            API_KEY_VARIABLE,
            "Set it to your key, or pipe the key in with --api-key-stdin. `sphere sandbox` has a key to try.",
        ),
        other => (other, "See `sphere help`."),
    };
    Failure::input(format!("{name} {fault}"), advice)
}
