//! The transport's options.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sphere_core::transport::TransportError;
use sphere_net::lookups::Lookups;
use sphere_net::pool::Limits;
use sphere_net::proxy::{HttpProxy, InvalidProxyUrl};
use sphere_net::tls::Trust;

use crate::HyperTransport;
use crate::connect::Connector;
use crate::exchange::Exchange;
use crate::network::Tcp;
use crate::pool::Pool;

/// Collects options for a [`HyperTransport`]. Made by [`HyperTransport::builder`].
pub struct HyperTransportBuilder {
    limits: Limits,
    trust: Trust,
    proxy: Option<Result<HttpProxy, InvalidProxyUrl>>,
    lookups: Lookups,
}

impl Default for HyperTransportBuilder {
    fn default() -> Self {
        Self { limits: Limits::default(), trust: Trust::default(), proxy: None, lookups: Lookups::system() }
    }
}

impl HyperTransportBuilder {
    /// How long a connection is kept that no call uses. Calls that must not be sent twice use only connections that
    /// were idle for at most [4 seconds](sphere_core::transport::ONCE_IDLE_TIMEOUT), and a server's
    /// `Keep-Alive: timeout` shortens both. Zero ends reuse. Default: [`DEFAULT_IDLE_TIMEOUT`](sphere_core::transport::DEFAULT_IDLE_TIMEOUT), 50 seconds.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.limits.idle_timeout = timeout;
        self
    }

    /// How many idle connections are kept at most, to all hosts together; zero ends reuse. By default as many as were
    /// in use at once recently.
    pub fn max_idle_connections(mut self, connections: usize) -> Self {
        self.limits.max_idle = connections;
        self
    }

    /// How many connections to one host may be open at once, in use and idle together; zero is one. A call that comes
    /// when all are in use waits, within its time limit, and takes the first that becomes free: first come, first
    /// served. If none does in time, that is an error of kind
    /// [`Timeout`](sphere_core::transport::TransportErrorKind::Timeout), and the request was not sent. Default: no limit.
    ///
    /// It holds over all runtimes together. To make room, an idle connection of another runtime may be closed; if that
    /// runtime does not run at the moment, the socket stays until it does or ends.
    ///
    /// ```
    /// # use sphere_hyper::HyperTransport;
    /// let transport = HyperTransport::builder().max_connections_per_host(20).build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn max_connections_per_host(mut self, connections: usize) -> Self {
        self.limits.max_open = connections;
        self
    }

    /// Trusts the authorities in `pem` as well: a test authority, or one of your own network. May be called
    /// more than once.
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
    /// # use sphere_hyper::HyperTransport;
    /// let transport = HyperTransport::builder().proxy("http://user:pass%20word@proxy.internal:3128").build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn proxy(mut self, url: impl AsRef<str>) -> Self {
        self.proxy = Some(HttpProxy::new(url));
        self
    }

    /// Trusts the platform's certificate store instead of the bundled Mozilla roots. Reading it takes tens
    /// of milliseconds, once.
    #[cfg(feature = "platform-roots")]
    #[cfg_attr(docsrs, doc(cfg(feature = "platform-roots")))]
    pub fn platform_roots(mut self) -> Self {
        self.trust.use_platform();
        self
    }

    /// **Custom part, tied to rustls 0.23**: encrypts with this provider instead of that of the features `ring` and
    /// `aws-lc-rs`, which may both be off then. Roots and all else stay as the options above say.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use sphere_hyper::HyperTransport;
    ///
    /// // One that your program has installed, or made.
    /// let provider = Arc::new(rustls::crypto::ring::default_provider());
    /// let transport = HyperTransport::builder().crypto_provider(provider).build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn crypto_provider(mut self, provider: Arc<rustls::crypto::CryptoProvider>) -> Self {
        self.trust.use_provider(provider);
        self
    }

    /// **Custom part, tied to rustls 0.23**: a TLS configuration of your own, for client certificates. It decides alone
    /// whom to trust, and excludes the roots and the provider above. It must not offer a protocol other than HTTP/1.1 in
    /// `alpn_protocols`.
    ///
    /// A new major version of rustls means a new major version of this method.
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

    /// Builds the transport.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] of kind `Setup` if a root certificate cannot be read, options exclude each other or
    /// the proxy's URL is bad; it names the option.
    pub fn build(self) -> Result<HyperTransport, TransportError> {
        let tls = self.trust.client_config()?;
        let connector = Connector::new(Tcp, tls, self.proxy.transpose()?, self.lookups);
        let pool = Pool::new(self.limits);
        Ok(HyperTransport { exchange: Arc::new(Exchange { pool, connector }) })
    }
}

impl fmt::Debug for HyperTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransportBuilder")
            .field("limits", &self.limits)
            .field("trust", &self.trust)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}
