//! Whom to trust: a rustls configuration with its crypto provider named, never taken from the process.
//!
//! If some dependency enables two providers, rustls' own default constructor panics; naming one cannot.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use sphere_core::transport::{BoxError, TransportError, TransportErrorKind};

/// The authorities to trust.
#[derive(Default)]
pub(crate) struct Roots {
    pub(crate) extra_pem: Vec<Vec<u8>>,
    #[cfg(feature = "platform-roots")]
    pub(crate) platform: bool,
}

impl Roots {
    fn are_default(&self) -> bool {
        #[cfg(feature = "platform-roots")]
        if self.platform {
            return false;
        }
        self.extra_pem.is_empty()
    }
}

/// HTTP/1.1, as TLS names it (RFC 7301).
const HTTP_1_1: &[u8] = b"http/1.1";

/// The configuration to connect with: the ready one, or one that trusts these roots.
pub(crate) fn config(
    roots: &Roots,
    ready: Option<Arc<ClientConfig>>,
) -> Result<Arc<ClientConfig>, TransportError> {
    let Some(ready) = ready else { return trusting(roots).map(Arc::new) };
    if !roots.are_default() {
        return Err(setup("tls_config: it decides alone whom to trust; no other roots can be added"));
    }
    if ready.alpn_protocols.iter().any(|protocol| protocol != HTTP_1_1) {
        return Err(setup("tls_config: alpn_protocols offers another protocol than http/1.1"));
    }
    Ok(ready)
}

fn trusting(roots: &Roots) -> Result<ClientConfig, TransportError> {
    let mut store = base_store(roots)?;
    for pem in &roots.extra_pem {
        add_pem(&mut store, pem).map_err(|fault| setup(format!("extra_roots_pem: {fault}")))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| setup(error.to_string()))?;
    let mut config = builder.with_root_certificates(store).with_no_client_auth();
    config.alpn_protocols = vec![HTTP_1_1.to_vec()];
    Ok(config)
}

#[cfg(not(feature = "platform-roots"))]
#[allow(clippy::unnecessary_wraps)] // The other half can fail.
fn base_store(_: &Roots) -> Result<RootCertStore, TransportError> {
    Ok(bundled())
}

#[cfg(feature = "platform-roots")]
fn base_store(roots: &Roots) -> Result<RootCertStore, TransportError> {
    if !roots.platform {
        return Ok(bundled());
    }
    let found = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    let (added, _) = store.add_parsable_certificates(found.certs);
    if added == 0 {
        let cause = found.errors.first().map_or_else(String::new, |error| format!(" ({error})"));
        return Err(setup(format!("platform_roots: the platform has no usable certificates{cause}")));
    }
    Ok(store)
}

fn bundled() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

fn add_pem(store: &mut RootCertStore, pem: &[u8]) -> Result<(), String> {
    let mut count = 0;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        store.add(certificate).map_err(|error| error.to_string())?;
        count += 1;
    }
    if count == 0 { Err("has no certificate".to_owned()) } else { Ok(()) }
}

fn setup(fault: impl Into<BoxError>) -> TransportError {
    TransportError::new(TransportErrorKind::Setup, fault).not_sent()
}
