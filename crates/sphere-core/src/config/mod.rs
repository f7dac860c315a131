//! What a client is told once: where to send, with which key, and within which limits.

mod api_key;
mod base_url;

use std::fmt;
use std::time::Duration;

use http::HeaderValue;

pub use api_key::{ApiKey, InvalidApiKey};
pub(crate) use base_url::BaseUrl;

use crate::retry::RetryPolicy;

/// SpherePay's production host: the only server in the contract.
pub const DEFAULT_BASE_URL: &str = "https://api.spherepay.co";
/// Time for a whole call, all attempts and waits included: 30 seconds.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// Time to get a connection, name look-up and TLS handshake included: 5 seconds.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest answer accepted: 1 MiB. The documented answers are below 1 KiB.
pub const DEFAULT_MAX_RESPONSE_BYTES: usize = 1024 * 1024;

/// The environment variable that [`Config::from_env`] reads the key from.
pub const API_KEY_VARIABLE: &str = "SPHEREPAY_API_KEY";
/// The environment variable that [`Config::from_env`] reads the base URL from, if it is set.
pub const BASE_URL_VARIABLE: &str = "SPHEREPAY_BASE_URL";

const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
const LARGEST_RESPONSE_BYTES: usize = 1024 * 1024 * 1024;
const LONGEST_USER_AGENT: usize = 256;
const OWN_USER_AGENT: &str = concat!("sphere-rust/", env!("CARGO_PKG_VERSION"));

/// A checked configuration. Make one with [`Config::new`], [`Config::builder`] or [`Config::from_env`].
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
}

impl Config {
    /// The defaults, with this key: production host, 30 seconds a call, 5 to connect, answers of at most
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
        }
    }

    /// Starts from the defaults and lets each be changed.
    pub fn builder(api_key: ApiKey) -> ConfigBuilder {
        ConfigBuilder {
            config: Self::new(api_key),
            base_url: None,
            user_agent: None,
            dangerously_allow_plain_http: false,
        }
    }

    /// The defaults, with the key from `SPHEREPAY_API_KEY` and the base URL from `SPHEREPAY_BASE_URL`, if
    /// that is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the key is missing or either value is bad. It names the variable and what is
    /// wrong with it, never the value.
    pub fn from_env() -> Result<Self, ConfigError> {
        ConfigBuilder::from_env()?.build()
    }

    pub(crate) fn api_key(&self) -> &ApiKey {
        &self.api_key
    }

    pub(crate) fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Time for a whole call.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Time to get a connection.
    pub fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// The largest answer accepted, in bytes.
    pub fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }

    /// When and how often a call is tried again.
    pub fn retry(&self) -> &RetryPolicy {
        &self.retry
    }

    pub(crate) fn user_agent(&self) -> &HeaderValue {
        &self.user_agent
    }
}

/// Shows everything but the key.
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
            .finish()
    }
}

/// Collects options; [`ConfigBuilder::build`] checks them all.
#[derive(Clone)]
pub struct ConfigBuilder {
    config: Config,
    base_url: Option<GivenBaseUrl>,
    user_agent: Option<String>,
    dangerously_allow_plain_http: bool,
}

/// A base URL not yet checked, and the name under which it was given.
#[derive(Clone)]
struct GivenBaseUrl {
    text: String,
    field: &'static str,
}

impl ConfigBuilder {
    /// The same as [`Config::from_env`], with the chance to change more.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the key is missing or bad, or a variable is not Unicode.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(std::env::var_os)
    }

    fn from_variables(
        lookup: impl Fn(&'static str) -> Option<std::ffi::OsString>,
    ) -> Result<Self, ConfigError> {
        let read = |name| {
            lookup(name)
                .map(|value| value.into_string().map_err(|_| ConfigError::new(name, "is not Unicode")))
                .transpose()
        };
        let key = read(API_KEY_VARIABLE)?.ok_or_else(|| ConfigError::new(API_KEY_VARIABLE, "is not set"))?;
        let key = ApiKey::new(key).map_err(|error| ConfigError::new(API_KEY_VARIABLE, error.fault()))?;
        let mut builder = Config::builder(key);
        builder.base_url =
            read(BASE_URL_VARIABLE)?.map(|text| GivenBaseUrl { text, field: BASE_URL_VARIABLE });
        Ok(builder)
    }

    /// Where to send: an `https` URL of a host, perhaps with a port and a path prefix, which is kept.
    /// Plain `http` is accepted for a loopback host only. Default: [`DEFAULT_BASE_URL`].
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(GivenBaseUrl { text: base_url.into(), field: "base_url" });
        self
    }

    /// Time for a whole call, all attempts and waits included: more than zero, at most 24 hours.
    /// Default: [`DEFAULT_TIMEOUT`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.config.timeout = timeout;
        self
    }

    /// Time to get a connection, name look-up and TLS handshake included: more than zero, at most 24 hours.
    /// Default: [`DEFAULT_CONNECT_TIMEOUT`].
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.config.connect_timeout = timeout;
        self
    }

    /// The largest answer accepted, in bytes: 1 to 1 GiB. Default: [`DEFAULT_MAX_RESPONSE_BYTES`].
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.config.max_response_bytes = bytes;
        self
    }

    /// When and how often a call is tried again. Default: [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.config.retry = policy;
        self
    }

    /// Your product's name and version, such as `my-platform/2.1`. It is put before the SDK's own in the
    /// `User-Agent` header (RFC 9110, section 10.1.5).
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// Lets the base URL be plain `http` to any host: the key and the customer's link then cross the network
    /// for all to read. For a test network only.
    pub fn dangerously_allow_plain_http(mut self) -> Self {
        self.dangerously_allow_plain_http = true;
        self
    }

    /// Checks every value.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first bad value. It names the option and what is wrong with it.
    pub fn build(self) -> Result<Config, ConfigError> {
        let mut config = self.config;
        if let Some(GivenBaseUrl { text, field }) = self.base_url {
            config.base_url = BaseUrl::parse(&text, self.dangerously_allow_plain_http)
                .map_err(|fault| ConfigError::new(field, fault))?;
        }
        check_timeout("timeout", config.timeout)?;
        check_timeout("connect_timeout", config.connect_timeout)?;
        if !(1..=LARGEST_RESPONSE_BYTES).contains(&config.max_response_bytes) {
            return Err(ConfigError::new("max_response_bytes", "must be from 1 byte to 1 GiB"));
        }
        config.retry.check()?;
        if let Some(product) = self.user_agent {
            config.user_agent = user_agent_header(&product)?;
        }
        Ok(config)
    }
}

/// Shows everything but the key and the unchecked base URL, which may hold a password.
impl fmt::Debug for ConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigBuilder").field("config", &self.config).finish_non_exhaustive()
    }
}

pub(crate) fn check_timeout(field: &'static str, timeout: Duration) -> Result<(), ConfigError> {
    if timeout.is_zero() {
        return Err(ConfigError::new(field, "must be longer than zero"));
    }
    if timeout > LONGEST_TIMEOUT {
        return Err(ConfigError::new(field, "must be at most 24 hours"));
    }
    Ok(())
}

fn user_agent_header(product: &str) -> Result<HeaderValue, ConfigError> {
    let fault = |fault| ConfigError::new("user_agent", fault);
    if product.trim().is_empty() || product.trim() != product {
        return Err(fault("is empty, or begins or ends with white space"));
    }
    if product.len() > LONGEST_USER_AGENT {
        return Err(fault("is longer than 256 bytes"));
    }
    if !product.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(fault("has a character that is neither visible ASCII nor a space"));
    }
    HeaderValue::try_from(format!("{product} {OWN_USER_AGENT}"))
        .map_err(|_| fault("is not a valid header value"))
}

/// A bad configuration value: which one, and what is wrong with it. Never the value itself.
///
/// # Example
///
/// ```
/// use sphere_core::{ApiKey, Config};
///
/// let error = Config::builder(ApiKey::new("k")?)
///     .base_url("https://user:password@host")
///     .build()
///     .unwrap_err();
/// assert_eq!(error.field(), "base_url");
/// assert_eq!(error.to_string(), "base_url has a user name or password before its host");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {fault}")]
pub struct ConfigError {
    field: &'static str,
    fault: String,
}

impl ConfigError {
    pub(crate) fn new(field: &'static str, fault: impl fmt::Display) -> Self {
        Self { field, fault: fault.to_string() }
    }

    /// The option or environment variable that is wrong.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// What is wrong with it.
    pub fn fault(&self) -> &str {
        &self.fault
    }
}

#[cfg(test)]
mod tests;
