//! From options to a checked [`Config`].

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::{API_KEY_VARIABLE, ApiKey, BASE_URL_VARIABLE, Config, ConfigError, OWN_USER_AGENT, RetryPolicy};
// Named in the docs.
#[allow(unused_imports)]
use super::{DEFAULT_BASE_URL, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_TIMEOUT};
use crate::metrics::Metrics;
use crate::values::BaseUrl;

const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
const LARGEST_RESPONSE_BYTES: usize = 1024 * 1024 * 1024;
const LONGEST_USER_AGENT: usize = 256;

/// Collects options for a [`Config`]; [`ConfigBuilder::build`] checks them all.
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
    pub(super) fn new(config: Config) -> Self {
        Self { config, base_url: None, user_agent: None, dangerously_allow_plain_http: false }
    }

    pub(super) fn from_variables(
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
    /// Default: [`DEFAULT_TIMEOUT`]. An operation with a timeout of its own, such as an upload, keeps that.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.config.timeout = timeout;
        self
    }

    /// Time to get a connection, lookup and TLS handshake included: more than zero, at most 24 hours.
    /// Default: [`DEFAULT_CONNECT_TIMEOUT`].
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.config.connect_timeout = timeout;
        self
    }

    /// The largest response body accepted, in bytes: 1 to 1 GiB. Default: [`DEFAULT_MAX_RESPONSE_BYTES`].
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.config.max_response_bytes = bytes;
        self
    }

    /// When and how often a call is retried. Default: [`RetryPolicy::default`].
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

    /// Metrics: told of the end of each attempt and each call. Default: none.
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.config.metrics = Some(Arc::new(metrics));
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
        validate_timeout("timeout", config.timeout)?;
        validate_timeout("connect_timeout", config.connect_timeout)?;
        if !(1..=LARGEST_RESPONSE_BYTES).contains(&config.max_response_bytes) {
            return Err(ConfigError::new("max_response_bytes", "must be from 1 byte to 1 GiB"));
        }
        config.retry.validate()?;
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

pub(crate) fn validate_timeout(field: &'static str, timeout: Duration) -> Result<(), ConfigError> {
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
