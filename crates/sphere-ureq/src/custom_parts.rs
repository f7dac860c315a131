//! Custom parts: a crypto provider, a TLS configuration or an agent of your own.
//!
//! These are the only places of this crate where a type of `rustls` or `ureq` is visible.

use std::sync::Arc;

use ureq::Agent;

use crate::{UreqTransport, UreqTransportBuilder};

/// # Custom parts
///
/// Tied to the versions of `rustls` (0.23) and `ureq` (3.5) that this crate uses: a new major version of
/// either means a new major version of these methods.
impl UreqTransportBuilder {
    /// Encrypts with this provider instead of that of the features `ring` and
    /// `aws-lc-rs`, which may both be off then. Roots and all else stay as the options above say.
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

    /// Takes a TLS configuration of your own, for instance with a client certificate. It then decides alone whom to
    /// trust, and excludes [`Self::extra_roots_pem`] and [`Self::crypto_provider`].
    ///
    /// It must not offer HTTP/2 in `alpn_protocols`. [`Self::build`] reports what is wrong with it.
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
}

/// # Custom parts
///
/// Tied to the version of `ureq` (3.5) that this crate uses: a new major version of it means a new major
/// version of this method.
impl UreqTransport {
    /// Sends through an agent of your own, for instance one with middleware or with a proxy that
    /// [`UreqTransportBuilder::proxy`] does not speak to (SOCKS, with `ureq/socks-proxy`).
    ///
    /// These hold for every request whatever the agent says: no redirect is followed, every status is a
    /// response, no `accept`, `accept-encoding` or `user-agent` is added, the request's limits of time and size
    /// apply, and a proxy that came from the environment is not used (one that was set by hand is).
    ///
    /// What you take on:
    ///
    /// - Every failure after the first check is [`Delivery::Unknown`](sphere_core::transport::Delivery): the
    ///   agent's connections are not ours, and its errors do not say whether the request had left. So less is
    ///   retried.
    /// - The [limits on responses](sphere_net#limits) are ureq's own.
    /// - TLS, its roots and its crypto provider are the agent's, and so are its panics if one is missing.
    ///   This crate switches on none of ureq's features: `https` needs `ureq/rustls` in your own manifest.
    /// - Lookup and connect may take the connect timeout *each*; the limit of the whole call still holds.
    /// - The agent keeps its own pool, by ureq's rules: idle connections as long as its `max_idle_age` says, 15 seconds
    ///   by default, for requests of every kind, and none closed before the next call. `Keep-Alive: timeout` is not
    ///   read, and a request that meets the server's close has an unknown outcome.
    /// - Middleware sees the key, and may change what is sent.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sphere_ureq::UreqTransport;
    ///
    /// let agent = ureq::Agent::config_builder()
    ///     .https_only(true)
    ///     .max_idle_age(Duration::from_secs(4))
    ///     .build()
    ///     .new_agent();
    /// let transport = UreqTransport::from_agent(agent);
    /// # Ok::<_, ureq::Error>(())
    /// ```
    pub fn from_agent(agent: Agent) -> Self {
        Self { agent, ours: None }
    }
}
