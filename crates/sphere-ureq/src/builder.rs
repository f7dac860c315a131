//! [`UreqTransportBuilder`]: what can be chosen, and from the choices to a transport.

use std::fmt;
use std::time::Duration;

use sphere_core::transport::proxy::{HttpProxy, InvalidProxyUrl};
use sphere_core::transport::{DEFAULT_IDLE_TIMEOUT, TransportError};
use ureq::Agent;
use ureq::config::{AutoHeaderValue, Config};

use crate::UreqTransport;
use crate::dial::Dial;
use crate::exchange::MAX_HEAD;
use crate::names::{AskedLater, Names};
use crate::trust::Trust;

/// How many idle connections are kept unless told otherwise.
const DEFAULT_MAX_IDLE_CONNECTIONS: usize = 32;

/// One full TLS record. The SDK's requests fit in twice over.
const OUTPUT_BUFFER: usize = 16 * 1024;

/// Chooses what a [`UreqTransport`] is made of. Made by [`UreqTransport::builder`].
///
/// Time and size limits are not here: they come with each request, from [`sphere_core::Config`].
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
    idle_timeout: Duration,
    max_idle_connections: usize,
    pub(crate) trust: Trust,
    proxy: Option<Result<HttpProxy, InvalidProxyUrl>>,
}

impl UreqTransportBuilder {
    pub(crate) fn new() -> Self {
        Self {
            idle_timeout: DEFAULT_IDLE_TIMEOUT,
            max_idle_connections: DEFAULT_MAX_IDLE_CONNECTIONS,
            trust: Trust::default(),
            proxy: None,
        }
    }

    /// How long a connection may sit unused and still be used again: 4 seconds if not set
    /// ([`DEFAULT_IDLE_TIMEOUT`] says why). Zero means that no connection is used twice.
    ///
    /// ```
    /// # use sphere_ureq::UreqTransport;
    /// let transport = UreqTransport::builder().idle_timeout(std::time::Duration::from_secs(55)).build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// How many unused connections are kept at most, over all hosts together: 32 if not set. It does not
    /// limit how many are in use at the same time.
    ///
    /// ```
    /// # use sphere_ureq::UreqTransport;
    /// let transport = UreqTransport::builder().max_idle_connections(100).build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn max_idle_connections(mut self, connections: usize) -> Self {
        self.max_idle_connections = connections;
        self
    }

    /// Also trusts the certificates of an authority of your own: one or more, in PEM. May be called again
    /// for more. The bundled roots stay trusted.
    ///
    /// What is wrong with the PEM, if anything, is said by [`Self::build`].
    ///
    /// ```no_run
    /// # use sphere_ureq::UreqTransport;
    /// let authority = std::fs::read("/etc/our-company/ca.pem")?;
    /// let transport = UreqTransport::builder().extra_roots_pem(authority).build()?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn extra_roots_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.trust.extra_pem.push(pem.into());
        self
    }

    /// Sends every request through this HTTP proxy: `http://[user:password@]host:port`. It replaces one that
    /// was set before. If it is not set, no proxy is used; the environment is not asked.
    ///
    /// The proxy is asked for a tunnel (CONNECT; RFC 9110, section 9.3.6), whatever the request's scheme. Of an
    /// https call it learns host and port, and nothing of what passes through, the key least of all. Of a plain
    /// http one it could see everything, as anybody on the way can; and a loopback address is then that of the
    /// *proxy's* machine. User name and password ([`HttpProxy::new`] says how they are written) go to the proxy
    /// alone.
    ///
    /// Reaching the proxy and its answer are part of connecting: they happen within the connect timeout, and
    /// what fails there was not sent. A proxy that refuses is an error of kind
    /// [`Connect`](sphere_core::transport::TransportErrorKind::Connect), caused by "the proxy answered 407".
    /// Tunnels are kept for reuse as other connections are.
    ///
    /// What is wrong with the URL, if anything, is said by [`Self::build`], without showing it.
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
        self.trust.platform = true;
        self
    }

    /// Builds the transport. It opens no connection.
    ///
    /// # Errors
    ///
    /// Of kind [`Setup`](sphere_core::transport::TransportErrorKind::Setup), if there are no usable roots
    /// or the proxy's URL is bad: the cause names the method and what is wrong with what it was given.
    pub fn build(self) -> Result<UreqTransport, TransportError> {
        self.build_with(Names::of_the_system())
    }

    pub(crate) fn build_with(self, names: Names) -> Result<UreqTransport, TransportError> {
        let tls = self.trust.config()?;
        let config = self.config();
        let dial = Dial::new(names, tls, self.proxy.transpose()?);
        Ok(UreqTransport::ours(Agent::with_parts(config, dial, AskedLater)))
    }

    fn config(&self) -> Config {
        // A proxy of ours is `dial.rs`'s affair, and unknown to ureq.
        // Said once and not again for each request. To an agent that was handed in, `exchange.rs` says the same
        // with every request.
        Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .max_response_header_size(MAX_HEAD)
            .proxy(None)
            .user_agent(AutoHeaderValue::None)
            .input_buffer_size(MAX_HEAD)
            .output_buffer_size(OUTPUT_BUFFER)
            .max_idle_age(self.idle_timeout)
            .max_idle_connections(self.max_idle_connections)
            .max_idle_connections_per_host(self.max_idle_connections)
            .build()
    }
}

/// Shows the choices, of certificates only how many pieces of PEM were given.
impl fmt::Debug for UreqTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransportBuilder")
            .field("idle_timeout", &self.idle_timeout)
            .field("max_idle_connections", &self.max_idle_connections)
            .field("extra_roots_pem", &self.trust.extra_pem.len())
            .field("tls_config", &self.trust.ready.is_some())
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}
