//! What the peers share: a TLS configuration like that of the clients they stand beside.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use sphere_benches::work::Failure;

/// *ring* and the bundled roots, and one more if there is one.
///
/// # Errors
///
/// If the root is not a certificate.
pub fn tls(root_pem: Option<Vec<u8>>) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(pem) = root_pem {
        roots.add(CertificateDer::from_pem_slice(&pem)?)?;
    }
    let provider = rustls::crypto::ring::default_provider();
    Ok(ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
