//! The transport's options.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sphere_core::transport::TransportError;
use sphere_net::lookups::Lookups;
use sphere_net::pool::Limits;
use sphere_net::proxy::{HttpProxy, InvalidProxyUrl};
use sphere_net::tls::Trust;
use ureq::Agent;
use ureq::config::{AutoHeaderValue, Config};

use crate::UreqTransport;
use crate::connection::OUTPUT_BUFFER;
use crate::dial::{Dial, NoAddresses, Supply};
use crate::exchange::INPUT_BUFFER;
use crate::pool::Pool;

/// Collects options for a [`UreqTransport`]. Made by [`UreqTransport::builder`].
///
/// Time and size limits come with each request, from [`sphere_core::Config`].
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_ureq::UreqTransport;
///
/// let transport = UreqTransport::builder()
///     .idle_timeout(Duration::from_secs(2))
///     .max_idle_connections(4)
///     .build()?;
/// # Ok::<_, sphere_core::transport::TransportError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct UreqTransportBuilder {
    limits: Limits,
    trust: Trust,
    proxy: Option<Result<HttpProxy, InvalidProxyUrl>>,
    lookups: Lookups,
}

impl UreqTransportBuilder {
    pub(crate) fn new() -> Self {
        Self { limits: Limits::default(), trust: Trust::default(), proxy: None, lookups: Lookups::system() }
    }

    /// How long a connection is kept that no call uses: 50 seconds by default ([`DEFAULT_IDLE_TIMEOUT`](sphere_core::transport::DEFAULT_IDLE_TIMEOUT)). Calls that
    /// must not be sent twice use only connections that were idle for at most
    /// [4 seconds](sphere_core::transport::ONCE_IDLE_TIMEOUT), and a server's `Keep-Alive: timeout` shortens both.
    /// Zero turns reuse off.
    ///
    /// ```
    /// # use sphere_ureq::UreqTransport;
    /// let transport = UreqTransport::builder().idle_timeout(std::time::Duration::from_secs(20)).build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.limits.idle_timeout = timeout;
        self
    }

    /// How many idle connections are kept at most, over all hosts together. By default as many as were in use at
    /// once recently. [`Self::max_connections_per_host`] limits how many are open at the same time. Zero turns reuse off.
    ///
    /// ```
    /// # use sphere_ureq::UreqTransport;
    /// let transport = UreqTransport::builder().max_idle_connections(100).build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn max_idle_connections(mut self, connections: usize) -> Self {
        self.limits.max_idle = connections;
        self
    }

    /// How many connections to one host may be open at once, in use and idle together; zero is one. A call that comes
    /// when all are in use waits, within its time limit, and takes the first that becomes free: first come, first
    /// served. If none does in time, that is an error of kind
    /// [`Timeout`](sphere_core::transport::TransportErrorKind::Timeout), and the request was not sent. Default: no limit.
    ///
    /// ```
    /// # use sphere_ureq::UreqTransport;
    /// let transport = UreqTransport::builder().max_connections_per_host(20).build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn max_connections_per_host(mut self, connections: usize) -> Self {
        self.limits.max_open = connections;
        self
    }

    /// Also trusts the certificate authorities in `pem`, for instance one of your own network. May be called
    /// more than once. The bundled roots stay trusted.
    ///
    /// Bad PEM is reported by [`Self::build`].
    ///
    /// ```no_run
    /// # use sphere_ureq::UreqTransport;
    /// let authority = std::fs::read("/etc/our-company/ca.pem")?;
    /// let transport = UreqTransport::builder().extra_roots_pem(authority).build()?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn extra_roots_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.trust.add_pem(pem);
        self
    }

    /// Sends every request through this HTTP proxy: `http://[user:password@]host:port`. It replaces one that
    /// was set before. If none is set, no proxy is used; environment variables are ignored.
    ///
    /// The proxy is asked for a tunnel (CONNECT; RFC 9110, section 9.3.6), whatever the request's scheme. Of an
    /// https call it learns host and port only: everything inside the tunnel, the key included, is encrypted.
    /// A plain http call it can read, as anyone on the way can; and a loopback address then means the *proxy's*
    /// machine. User name and password ([`HttpProxy::new`] says how to write them) are sent to the proxy alone.
    ///
    /// Reaching the proxy and reading its response are part of connecting: they happen within the connect
    /// timeout, and if one fails, the request was not sent. A proxy that refuses is an error of kind
    /// [`Setup`](sphere_core::transport::TransportErrorKind::Setup), with the cause "the proxy responded with status
    /// 407". It is not retried, so that a wrong login is tried once. A 408, a 429 or a 5xx of the proxy is of kind
    /// [`Connect`](sphere_core::transport::TransportErrorKind::Connect), and is.
    /// Tunnels are kept for reuse as other connections are.
    ///
    /// A bad URL is reported by [`Self::build`], without showing it.
    ///
    /// ```
    /// # use sphere_ureq::UreqTransport;
    /// let transport = UreqTransport::builder().proxy("http://user:pass%20word@proxy.internal:3128").build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn proxy(mut self, url: impl AsRef<str>) -> Self {
        self.proxy = Some(HttpProxy::new(url));
        self
    }

    /// Trusts what the operating system trusts, *instead of* the bundled roots. [`Self::extra_roots_pem`]
    /// still adds to it.
    ///
    /// The system's certificates are read once, by [`Self::build`]. Reading them takes far longer than the
    /// bundled ones do, and a container without any makes it fail.
    ///
    /// ```no_run
    /// # use sphere_ureq::UreqTransport;
    /// let transport = UreqTransport::builder().platform_roots().build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    #[cfg(feature = "platform-roots")]
    #[cfg_attr(docsrs, doc(cfg(feature = "platform-roots")))]
    pub fn platform_roots(mut self) -> Self {
        self.trust.use_platform();
        self
    }

    /// **Custom part, tied to rustls 0.23**: encrypts with this provider instead of that of the features `ring` and
    /// `aws-lc-rs`, which may both be off then. Roots and all else stay as the options above say.
    ///
    /// A new major version of rustls means a new major version of this method.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use sphere_ureq::UreqTransport;
    ///
    /// // One that your program has installed, or made.
    /// let provider = Arc::new(rustls::crypto::ring::default_provider());
    /// let transport = UreqTransport::builder().crypto_provider(provider).build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn crypto_provider(mut self, provider: Arc<rustls::crypto::CryptoProvider>) -> Self {
        self.trust.use_provider(provider);
        self
    }

    /// **Custom part, tied to rustls 0.23**: a TLS configuration of your own, for instance with a client certificate.
    /// It decides alone whom to trust, and excludes the roots and the provider above. It must not offer a
    /// protocol other than HTTP/1.1 in `alpn_protocols`.
    ///
    /// A new major version of rustls means a new major version of this method.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use rustls::{ClientConfig, RootCertStore, crypto::ring};
    /// use sphere_ureq::UreqTransport;
    ///
    /// let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    /// let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
    ///     .with_protocol_versions(&[&rustls::version::TLS13])?
    ///     .with_root_certificates(roots)
    ///     .with_no_client_auth();
    /// let transport = UreqTransport::builder().tls_config(Arc::new(config)).build()?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn tls_config(mut self, config: Arc<rustls::ClientConfig>) -> Self {
        self.trust.use_custom(config);
        self
    }

    /// Looks names up in this way instead of asking the operating system. For tests.
    #[doc(hidden)]
    pub fn lookups(mut self, lookups: Lookups) -> Self {
        self.lookups = lookups;
        self
    }

    /// Builds the transport. It opens no connection.
    ///
    /// # Errors
    ///
    /// Of kind [`Setup`](sphere_core::transport::TransportErrorKind::Setup), if there are no usable roots
    /// or the proxy's URL is bad: the cause names the method and what is wrong with its argument.
    pub fn build(self) -> Result<UreqTransport, TransportError> {
        let tls = self.trust.client_config()?;
        let pool = Pool::new(self.limits);
        let dial = Arc::new(Dial { lookups: self.lookups, tls, proxy: self.proxy.transpose()?, pool });
        let agent = Agent::with_parts(config(), Supply(Arc::clone(&dial)), NoAddresses);
        Ok(UreqTransport { agent, dial })
    }
}

fn config() -> Config {
    // No proxy, since `dial.rs` opens the tunnel.
    Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .accept(AutoHeaderValue::None)
        .accept_encoding(AutoHeaderValue::None)
        .max_response_header_size(INPUT_BUFFER)
        .proxy(None)
        .user_agent(AutoHeaderValue::None)
        .input_buffer_size(INPUT_BUFFER)
        .output_buffer_size(OUTPUT_BUFFER)
        .max_idle_connections(0)
        .build()
}

/// Shows no certificate and no credentials.
impl fmt::Debug for UreqTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransportBuilder")
            .field("limits", &self.limits)
            .field("trust", &self.trust)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use sphere_net::response_guard::MAX_HEAD_BYTES;

    use super::*;

    #[test]
    fn the_agent_adds_and_follows_nothing() {
        let config = config();
        assert_eq!(config.max_idle_connections(), 0);
        assert!(config.proxy().is_none() && !config.http_status_as_error());
        assert_eq!(config.max_redirects(), 0);
        // The guard must be the one that limits a head.
        assert!(config.input_buffer_size() > MAX_HEAD_BYTES);
        assert!(config.max_response_header_size() >= config.input_buffer_size());
    }
}
