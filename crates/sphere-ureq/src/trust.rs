//! Whom to trust: from the builder's choice to a `rustls::ClientConfig`.
//!
//! The crypto provider is always passed. `rustls::ClientConfig::builder()` asks for the one of the process
//! and panics if there is none, or if two crates of the program switched on two of them.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use sphere_core::transport::{TransportError, TransportErrorKind as Kind};

use crate::error::Fault;

/// HTTP/1.1, as TLS names it (RFC 7301).
const HTTP_1_1: &[u8] = b"http/1.1";

/// Which certificates can vouch for a server.
#[derive(Clone, Default)]
pub(crate) struct Trust {
    pub(crate) extra_pem: Vec<Vec<u8>>,
    #[cfg(feature = "platform-roots")]
    pub(crate) platform: bool,
    /// A ready configuration, which decides everything by itself.
    pub(crate) ready: Option<Arc<ClientConfig>>,
}

impl Trust {
    pub(crate) fn config(&self) -> Result<Arc<ClientConfig>, TransportError> {
        if let Some(ready) = &self.ready {
            return self.check_ready(ready).map(|()| Arc::clone(ready));
        }
        let mut roots = self.base()?;
        for pem in &self.extra_pem {
            add_pem(&mut roots, pem)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| setup("TLS versions", error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        Ok(Arc::new(config))
    }

    #[cfg(not(feature = "platform-roots"))]
    #[allow(clippy::unnecessary_wraps, clippy::unused_self)] // The other one can fail.
    fn base(&self) -> Result<RootCertStore, TransportError> {
        Ok(bundled())
    }

    #[cfg(feature = "platform-roots")]
    fn base(&self) -> Result<RootCertStore, TransportError> {
        if self.platform { platform() } else { Ok(bundled()) }
    }

    fn check_ready(&self, ready: &ClientConfig) -> Result<(), TransportError> {
        #[cfg(feature = "platform-roots")]
        let platform = self.platform;
        #[cfg(not(feature = "platform-roots"))]
        let platform = false;
        if platform || !self.extra_pem.is_empty() {
            return Err(setup("tls_config", "it already decides whom to trust; no other roots can be added"));
        }
        if ready.alpn_protocols.iter().any(|protocol| protocol != HTTP_1_1) {
            return Err(setup("tls_config", "it offers another protocol than http/1.1 (alpn_protocols)"));
        }
        Ok(())
    }
}

fn bundled() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// The roots of the operating system. Single certificates that rustls cannot read are common in those stores
/// and are left out; none at all is an error.
#[cfg(feature = "platform-roots")]
fn platform() -> Result<RootCertStore, TransportError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (taken, _) = roots.add_parsable_certificates(found.certs);
    if taken > 0 {
        return Ok(roots);
    }
    Err(match found.errors.into_iter().next() {
        Some(error) => setup("platform_roots", error),
        None => setup("platform_roots", "the platform has no certificate"),
    })
}

fn add_pem(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), TransportError> {
    const WHAT: &str = "extra_roots_pem";
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| setup(WHAT, format!("not PEM: {error}")))?;
        roots.add(certificate).map_err(|error| setup(WHAT, error))?;
    }
    if roots.len() == before {
        return Err(setup(WHAT, "there is no certificate in it"));
    }
    Ok(())
}

fn setup(what: &'static str, fault: impl Into<sphere_core::transport::BoxError>) -> TransportError {
    Fault::new(Kind::Setup, what, fault).into_transport_error().not_sent()
}
