//! Where to send, with which key, and whom to trust: from options and environment to a client. Some of the comments
//! are the help, which is no Markdown.

#![allow(clippy::doc_markdown)]

use std::path::PathBuf;
use std::time::Duration;

use sphere_core::clock::SystemClock;
use sphere_core::config::{API_KEY_VARIABLE, BASE_URL_VARIABLE, DEFAULT_BASE_URL};
use sphere_core::{Config, ConfigBuilder, RetryPolicy, blocking};
use sphere_ureq::UreqTransport;

use crate::failure::{Failure, chain};
use crate::key::Key;

const USER_AGENT: &str = concat!("sphere-cli/", env!("CARGO_PKG_VERSION"));

/// Options of every command that calls SpherePay.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArguments {
    /// Read the API key from standard input instead of SPHEREPAY_API_KEY
    ///
    /// One line ending at its end is taken off. There is no option that takes the key itself: other users of
    /// the machine can read arguments, and shells keep them.
    #[arg(long)]
    api_key_stdin: bool,

    /// Send to this host [default: SPHEREPAY_BASE_URL, or production]
    ///
    /// https, or plain http to this machine.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// Also trust the certificate authorities in this file
    ///
    /// PEM, one or more. For a test server, or a proxy that opens TLS.
    #[arg(long, value_name = "PEM")]
    ca_file: Option<PathBuf>,

    /// Give up after this time, all attempts included [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "is not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "is not a length of time".to_owned())
}

/// A client, and what is needed to talk about it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: blocking::Client,
    pub(crate) key: Key,
    pub(crate) base_url: String,
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
        Ok(Connection {
            client: blocking::Client::new(config, self.transport()?, SystemClock::new()),
            key,
            base_url,
        })
    }

    fn with_key_from_stdin(&self) -> Result<(Key, ConfigBuilder), Failure> {
        let key = Key::from_stdin()
            .map_err(|fault| Failure::input(format!("--api-key-stdin: {fault}"), fault.advice()))?;
        let api_key = key.api_key().map_err(|error| {
            Failure::input(format!("--api-key-stdin: {error}"), "Pipe in the key and nothing else.")
        })?;
        let mut builder = Config::builder(api_key);
        // The variable, unless an option takes its place; `ConfigBuilder::from_env` wants the key there too.
        if let (None, Some(url)) = (&self.base_url, std::env::var_os(BASE_URL_VARIABLE)) {
            let url = url.into_string().map_err(|_| {
                Failure::input(format!("{BASE_URL_VARIABLE} is not Unicode"), "Set it to an https URL.")
            })?;
            builder = builder.base_url(url);
        }
        Ok((key, builder))
    }

    fn transport(&self) -> Result<UreqTransport, Failure> {
        let mut builder = UreqTransport::builder();
        if let Some(path) = &self.ca_file {
            let bad = |fault: String| {
                Failure::input(
                    format!("--ca-file {}: {fault}", path.display()),
                    "Give a file with one or more certificates in PEM.",
                )
            };
            let pem = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
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
        "timeout" => ("--timeout", "Give a number of seconds, at most a day's."),
        BASE_URL_VARIABLE => (BASE_URL_VARIABLE, "Set it to an https URL, or unset it for production."),
        API_KEY_VARIABLE => (
            API_KEY_VARIABLE,
            "Set it to your key, or pipe the key in with --api-key-stdin. `sphere sandbox` has a key to try.",
        ),
        other => (other, "See `sphere help`."),
    };
    Failure::input(format!("{name} {fault}"), advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_a_number_of_seconds() {
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2500)));
        assert_eq!(seconds("30"), Ok(Duration::from_secs(30)));
        for bad in ["", "soon", "-1", "NaN", "inf", "1e300"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
