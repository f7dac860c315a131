//! Where to send, with which key, and whom to trust: from options and environment to a client.

use std::path::PathBuf;
use std::time::Duration;

use sphere_core::clock::SystemClock;
use sphere_core::config::{API_KEY_VARIABLE, BASE_URL_VARIABLE, DEFAULT_BASE_URL};
use sphere_core::{Config, ConfigBuilder, Error, RetryPolicy, blocking};
use sphere_ureq::UreqTransport;

use crate::failure::{Failure, chain};
use crate::hidden::Hidden;
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
    ca_file: Option<PathBuf>,

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
        let (key, builder) =
            if self.api_key_stdin { self.with_key_from_stdin()? } else { with_key_from_env()? };
        let mut builder = builder.retry(retry).user_agent(USER_AGENT);
        let mut base_url = std::env::var(BASE_URL_VARIABLE).unwrap_or_else(|_| DEFAULT_BASE_URL.to_owned());
        if let Some(url) = &self.base_url {
            base_url.clone_from(url);
            builder = builder.base_url(url);
        }
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(timeout);
        }
        let config = builder.build().map_err(|error| match error.field() {
            "base_url" if self.base_url.is_none() => bad_config(BASE_URL_VARIABLE, error.fault()),
            field => bad_config(field, error.fault()),
        })?;
        let transport = self.transport(config.timeout())?;
        Ok(Connection { client: blocking::Client::new(config, transport, SystemClock::new()), key, base_url })
    }

    fn with_key_from_stdin(&self) -> Result<(Key, ConfigBuilder), Failure> {
        let key = stdin::piped().map(Key::new).map_err(|fault| {
            Failure::input(format!("--api-key-stdin: {fault}"), "Pipe in the key and nothing else.")
        })?;
        let api_key = key.api_key().map_err(|error| {
            Failure::input(format!("--api-key-stdin: {error}"), "Pipe in the key and nothing else.")
        })?;
        let mut builder = Config::builder(api_key);
        // The variable, unless an option replaces it; `ConfigBuilder::from_env` wants the key there too.
        if let (None, Some(url)) = (&self.base_url, std::env::var_os(BASE_URL_VARIABLE)) {
            let url = url.into_string().map_err(|_| {
                Failure::input(format!("{BASE_URL_VARIABLE} is not Unicode"), "Set it to an https URL.")
            })?;
            builder = builder.base_url(url);
        }
        Ok((key, builder))
    }

    fn transport(&self, limit: Duration) -> Result<UreqTransport, Failure> {
        let mut builder = UreqTransport::builder();
        if let Some(path) = &self.ca_file {
            // Without the path: some give the certificates themselves.
            let bad = |fault: String| {
                Failure::input(
                    format!("--ca-file: {fault}"),
                    "Give a file with one or more certificates in PEM.",
                )
            };
            let pem = limited::read(path.clone(), MOST_CERTIFICATE_BYTES, limit)
                .map_err(|error| bad(error.to_string()))?;
            builder = builder.extra_roots_pem(pem);
            return builder.build().map_err(|error| bad(chain(&error)));
        }
        builder.build().map_err(|error| Failure::Other(chain(&error)))
    }
}

fn with_key_from_env() -> Result<(Key, ConfigBuilder), Failure> {
    let config = Config::from_env().map_err(|error| bad_config(error.field(), error.fault()))?;
    let key = std::env::var(API_KEY_VARIABLE).unwrap_or_default();
    Ok((Key::new(key), config.to_builder()))
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
