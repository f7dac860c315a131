//! What a socket transport can be told: its options, and what they come to when it is built.
//!
//! ```
//! use sphere_net::builder::{TransportBuilder, TransportParts};
//!
//! /// One that opens its connections with these parts.
//! struct MyTransport(TransportParts);
//!
//! impl From<TransportParts> for MyTransport {
//!     fn from(parts: TransportParts) -> Self {
//!         Self(parts)
//!     }
//! }
//!
//! let transport = TransportBuilder::<MyTransport>::default().proxy("http://proxy.internal:3128").build()?;
//! assert_eq!(transport.0.proxy.unwrap().host(), "proxy.internal");
//! # Ok::<_, sphere_core::transport::TransportError>(())
//! ```

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use sphere_core::transport::TransportError;

use crate::lookups::Lookups;
use crate::pool::Limits;
use crate::proxy::{HttpProxy, InvalidProxyUrl};
use crate::tls::Trust;

/// What a transport is built from: the options, checked.
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportParts {
    /// How long and how many connections are kept, and how many are open.
    pub limits: Limits,
    /// The TLS configuration.
    pub tls: Arc<ClientConfig>,
    /// The proxy that every connection goes through.
    pub proxy: Option<HttpProxy>,
    /// How host names are looked up.
    pub lookups: Lookups,
}

/// Collects options for a transport `T` of `sphere-hyper` or `sphere-ureq`, which both can be told the same.
///
/// Time and size limits come with each request, from [`sphere_core::Config`].
#[must_use]
pub struct TransportBuilder<T> {
    limits: Limits,
    trust: Trust,
    proxy: Option<Result<HttpProxy, InvalidProxyUrl>>,
    lookups: Lookups,
    transport: PhantomData<fn() -> T>,
}

impl<T> Default for TransportBuilder<T> {
    fn default() -> Self {
        let (limits, trust, lookups) = (Limits::default(), Trust::default(), Lookups::system());
        Self { limits, trust, proxy: None, lookups, transport: PhantomData }
    }
}

impl<T> Clone for TransportBuilder<T> {
    fn clone(&self) -> Self {
        Self {
            limits: self.limits,
            trust: self.trust.clone(),
            proxy: self.proxy.clone(),
            lookups: self.lookups.clone(),
            transport: PhantomData,
        }
    }
}

impl<T> TransportBuilder<T> {
    /// How long a connection is kept that no call uses. Calls that must not be sent twice use only connections that
    /// were idle for at most [4 seconds](sphere_core::transport::ONCE_IDLE_TIMEOUT), and a server's
    /// `Keep-Alive: timeout` shortens both. Zero ends reuse. Default:
    /// [`DEFAULT_IDLE_TIMEOUT`](sphere_core::transport::DEFAULT_IDLE_TIMEOUT), 50 seconds.
    ///
    /// ```
    /// # fn set<T>(builder: sphere_net::builder::TransportBuilder<T>) {
    /// let builder = builder.idle_timeout(std::time::Duration::from_secs(20));
    /// # }
    /// ```
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.limits.idle_timeout = timeout;
        self
    }

    /// How many idle connections are kept at most, to all hosts together; zero ends reuse. By default as many as were
    /// in use at once recently. [`Self::max_connections_per_host`] limits how many are open at the same time.
    ///
    /// ```
    /// # fn set<T>(builder: sphere_net::builder::TransportBuilder<T>) {
    /// let builder = builder.max_idle_connections(100);
    /// # }
    /// ```
    pub fn max_idle_connections(mut self, connections: usize) -> Self {
        self.limits.max_idle = connections;
        self
    }

    /// How many connections to one host may be open at once, in use and idle together; zero is one. A call that comes
    /// when all are in use waits, within its time limit, and takes the first that becomes free: first come, first
    /// served. If none does in time, that is an error of kind
    /// [`Timeout`](sphere_core::transport::TransportErrorKind::Timeout), and the request was not sent. Default: no
    /// limit.
    ///
    /// ```
    /// # fn set<T>(builder: sphere_net::builder::TransportBuilder<T>) {
    /// let builder = builder.max_connections_per_host(20);
    /// # }
    /// ```
    pub fn max_connections_per_host(mut self, connections: usize) -> Self {
        self.limits.max_open = connections;
        self
    }

    /// Also trusts the certificate authorities in `pem`: a test authority, or one of your own network. May be called
    /// more than once. The bundled roots stay trusted.
    ///
    /// Bad PEM is reported by [`Self::build`].
    ///
    /// ```no_run
    /// # fn set<T>(builder: sphere_net::builder::TransportBuilder<T>) -> std::io::Result<()> {
    /// let builder = builder.extra_roots_pem(std::fs::read("/etc/our-company/ca.pem")?);
    /// # Ok(())
    /// # }
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
    /// # fn set<T>(builder: sphere_net::builder::TransportBuilder<T>) {
    /// let builder = builder.proxy("http://user:pass%20word@proxy.internal:3128");
    /// # }
    /// ```
    pub fn proxy(mut self, url: impl AsRef<str>) -> Self {
        self.proxy = Some(HttpProxy::new(url));
        self
    }

    /// Trusts what the operating system trusts, *instead of* the bundled roots. [`Self::extra_roots_pem`]
    /// still adds to it.
    ///
    /// The system's certificates are read once, by [`Self::build`]. That takes tens of milliseconds, and fails in a
    /// container that has none.
    ///
    /// ```
    /// # fn set<T>(builder: sphere_net::builder::TransportBuilder<T>) {
    /// let builder = builder.platform_roots();
    /// # }
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
    /// # fn set<T>(builder: sphere_net::builder::TransportBuilder<T>) {
    /// // One that your program has installed, or made.
    /// let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    /// let builder = builder.crypto_provider(provider);
    /// # }
    /// ```
    pub fn crypto_provider(mut self, provider: Arc<CryptoProvider>) -> Self {
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
    ///
    /// # fn set<T>(builder: sphere_net::builder::TransportBuilder<T>) -> Result<(), rustls::Error> {
    /// let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    /// let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
    ///     .with_protocol_versions(&[&rustls::version::TLS13])?
    ///     .with_root_certificates(roots)
    ///     .with_no_client_auth();
    /// let builder = builder.tls_config(Arc::new(config));
    /// # Ok(())
    /// # }
    /// ```
    pub fn tls_config(mut self, config: Arc<ClientConfig>) -> Self {
        self.trust.use_custom(config);
        self
    }

    /// Looks names up in this way instead of asking the operating system. For tests.
    #[doc(hidden)]
    pub fn lookups(mut self, lookups: Lookups) -> Self {
        self.lookups = lookups;
        self
    }
}

impl<T: From<TransportParts>> TransportBuilder<T> {
    /// Builds the transport. It opens no connection.
    ///
    /// # Errors
    ///
    /// Of kind [`Setup`](sphere_core::transport::TransportErrorKind::Setup), if a root certificate cannot be read,
    /// options exclude each other or the proxy's URL is bad: the cause names the method and what is wrong with its
    /// argument.
    pub fn build(self) -> Result<T, TransportError> {
        let (tls, proxy) = (self.trust.client_config()?, self.proxy.transpose()?);
        Ok(TransportParts { limits: self.limits, tls, proxy, lookups: self.lookups }.into())
    }
}

/// Shows no certificate and no credentials.
impl<T> fmt::Debug for TransportBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportBuilder")
            .field("limits", &self.limits)
            .field("trust", &self.trust)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}
