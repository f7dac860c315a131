//! What a client is given once: where to send, with which key, and within which limits.

mod api_key;
mod builder;
mod error;
mod retry_policy;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

pub use api_key::{ApiKey, InvalidApiKey};
pub use builder::ConfigBuilder;
pub(crate) use builder::validate_timeout;
pub use error::ConfigError;
pub use retry_policy::RetryPolicy;

use crate::metrics::Metrics;
use crate::text::Hidden;
use crate::values::BaseUrl;

/// SpherePay's production host: the only server in the contract.
pub const DEFAULT_BASE_URL: &str = "https://api.spherepay.co";
/// Time for a whole call, all attempts and waits included: 30 seconds.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// Time to get a connection, lookup and TLS handshake included: 5 seconds.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest response body accepted: 1 MiB. The documented responses are below 1 KiB.
pub const DEFAULT_MAX_RESPONSE_BYTES: usize = 1024 * 1024;

/// The environment variable that [`Config::from_env`] reads the key from.
pub const API_KEY_VARIABLE: &str = "SPHEREPAY_API_KEY";
/// The environment variable that [`Config::from_env`] reads the base URL from, if it is set.
pub const BASE_URL_VARIABLE: &str = "SPHEREPAY_BASE_URL";

const OWN_USER_AGENT: &str = concat!("sphere-rust/", env!("CARGO_PKG_VERSION"));

/// A checked configuration. Make one with [`Config::new`], [`Config::builder`] or [`Config::from_env`]; it does
/// not change afterwards, and [`Config::to_builder`] starts another one from it.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::{ApiKey, Config};
///
/// let config = Config::builder(ApiKey::new("sk_live_1")?)
///     .base_url("https://api.spherepay.co")
///     .timeout(Duration::from_secs(10))
///     .user_agent("my-platform/2.1")
///     .build()?;
/// let patient = config.to_builder().timeout(Duration::from_secs(60)).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Config {
    api_key: ApiKey,
    base_url: BaseUrl,
    timeout: Duration,
    connect_timeout: Duration,
    max_response_bytes: usize,
    retry: RetryPolicy,
    user_agent: HeaderValue,
    metrics: Option<Arc<dyn Metrics>>,
}

impl Config {
    /// The defaults, with this key: production host, 30 seconds a call, 5 to connect, responses of at most
    /// 1 MiB, at most 3 attempts.
    pub fn new(api_key: ApiKey) -> Self {
        Self {
            api_key,
            base_url: BaseUrl::production(),
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            retry: RetryPolicy::default(),
            user_agent: HeaderValue::from_static(OWN_USER_AGENT),
            metrics: None,
        }
    }

    /// Starts from the defaults and lets each be changed.
    pub fn builder(api_key: ApiKey) -> ConfigBuilder {
        Self::new(api_key).to_builder()
    }

    /// Starts from this configuration and lets each option be changed.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use sphere_core::Config;
    ///
    /// let config = Config::from_env()?.to_builder().timeout(Duration::from_secs(10)).build()?;
    /// # Ok::<(), sphere_core::ConfigError>(())
    /// ```
    pub fn to_builder(&self) -> ConfigBuilder {
        ConfigBuilder::new(self.clone())
    }

    /// The defaults, with the key from `SPHEREPAY_API_KEY` and the base URL from `SPHEREPAY_BASE_URL`, if
    /// that is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the key is missing or either value is bad. It names the variable and what is
    /// wrong with it, never the value.
    pub fn from_env() -> Result<Self, ConfigError> {
        ConfigBuilder::from_variables(std::env::var_os)?.build()
    }

    pub(crate) fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    /// What an error line must not show: the key, and these texts of a request.
    pub(crate) fn hiding<'a>(&'a self, texts: &'a [&'a str]) -> Hidden<'a> {
        Hidden { key: self.api_key.traces(), texts }
    }

    pub(crate) fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Where requests go, without a slash at its end: `https://api.spherepay.co` unless it was set.
    pub fn base_url_text(&self) -> String {
        self.base_url.to_string()
    }

    /// Time for a whole call.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Time to get a connection.
    pub fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// The largest response body accepted, in bytes.
    pub fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }

    /// When and how often a call is retried.
    pub fn retry(&self) -> &RetryPolicy {
        &self.retry
    }

    pub(crate) fn metrics(&self) -> Option<&dyn Metrics> {
        self.metrics.as_deref()
    }

    pub(crate) fn user_agent(&self) -> &HeaderValue {
        &self.user_agent
    }
}

/// Shows everything but the key and the metrics.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("api_key", &self.api_key)
            .field("base_url", &self.base_url)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("retry", &self.retry)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
