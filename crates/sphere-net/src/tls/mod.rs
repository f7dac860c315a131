//! Whom to trust: the rustls configuration of both transports, its sessions, and the name that a certificate must
//! match.
//!
//! The crypto provider is always passed. `rustls::ClientConfig::builder()` asks for the one of the process,
//! and panics if there is none or if two crates of the program switched on two of them.

mod pem;
mod sessions;
mod time;

use std::fmt;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use sphere_core::transport::{BoxError, Target, TransportError, TransportErrorKind};

pub use sessions::MAX_TICKETS;
use sessions::Sessions;

/// HTTP/1.1, as TLS names it (RFC 7301).
const HTTP_1_1: &[u8] = b"http/1.1";

/// Which certificates are trusted: by default the bundled Mozilla roots.
///
/// ```
/// use sphere_net::tls::Trust;
///
/// let config = Trust::default().client_config()?;
/// assert_eq!(config.alpn_protocols, [b"http/1.1"]);
/// # Ok::<_, sphere_core::transport::TransportError>(())
/// ```
#[derive(Clone, Default)]
pub struct Trust {
    extra_pem: Vec<Vec<u8>>,
    uses_platform: bool,
    custom: Option<Arc<ClientConfig>>,
    provider: Option<Arc<CryptoProvider>>,
}

impl Trust {
    /// Also trusts the authorities in this PEM.
    pub fn add_pem(&mut self, pem: impl Into<Vec<u8>>) {
        self.extra_pem.push(pem.into());
    }

    /// Trusts the platform's certificate store instead of the bundled roots.
    #[cfg(feature = "platform-roots")]
    #[cfg_attr(docsrs, doc(cfg(feature = "platform-roots")))]
    pub fn use_platform(&mut self) {
        self.uses_platform = true;
    }

    /// Takes a custom configuration, which alone decides whom to trust.
    ///
    /// **Tied to rustls 0.23.**
    pub fn use_custom(&mut self, config: Arc<ClientConfig>) {
        self.custom = Some(config);
    }

    /// Encrypts with this provider instead of the one that the features choose.
    ///
    /// **Tied to rustls 0.23.**
    pub fn use_provider(&mut self, provider: Arc<CryptoProvider>) {
        self.provider = Some(provider);
    }

    /// The configuration to connect with: TLS 1.2 and 1.3, offering HTTP/1.1, with sessions of its own, of which up
    /// to [`MAX_TICKETS`] are kept for each server; or the custom one, as it is.
    ///
    /// # Errors
    ///
    /// Of kind [`Setup`](TransportErrorKind::Setup), naming the builder's method: a root certificate cannot be
    /// read, the platform has none, there is no crypto provider or one without cipher suites, or a custom
    /// configuration offers another protocol than HTTP/1.1 or stands beside other roots or a provider.
    pub fn client_config(&self) -> Result<Arc<ClientConfig>, TransportError> {
        if let Some(custom) = &self.custom {
            if self.uses_platform || !self.extra_pem.is_empty() {
                return Err(setup("tls_config: it decides alone whom to trust; no other roots can be added"));
            }
            if self.provider.is_some() {
                return Err(setup("tls_config: it has a crypto provider of its own; no other can be given"));
            }
            if custom.alpn_protocols.iter().any(|protocol| protocol != HTTP_1_1) {
                return Err(setup("tls_config: alpn_protocols offers another protocol than http/1.1"));
            }
            return Ok(Arc::clone(custom));
        }
        let provider = match &self.provider {
            Some(provider) => Arc::clone(provider),
            None => Arc::new(default_provider().ok_or_else(|| setup(NO_PROVIDER))?),
        };
        let builder = ClientConfig::builder_with_details(provider, Arc::new(time::SystemClock))
            .with_safe_default_protocol_versions()
            .map_err(|_| setup("crypto_provider: it has no cipher suite for TLS 1.2 or none for TLS 1.3"))?;
        let mut config = builder.with_root_certificates(self.roots()?).with_no_client_auth();
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        config.resumption = Resumption::store(Arc::new(Sessions::default()));
        Ok(Arc::new(config))
    }

    fn roots(&self) -> Result<RootCertStore, TransportError> {
        let mut roots = if self.uses_platform { platform()? } else { bundled() };
        for pem in &self.extra_pem {
            pem::add_roots(&mut roots, pem).map_err(|fault| setup(format!("extra_roots_pem: {fault}")))?;
        }
        Ok(roots)
    }
}

const NO_PROVIDER: &str = "crypto_provider: turn on the feature `ring` or `aws-lc-rs`, or give a provider";

/// With both features it is *ring*: a crate that turns the other one on changes nothing for its neighbours.
fn default_provider() -> Option<CryptoProvider> {
    #[cfg(feature = "ring")]
    let provider = Some(rustls::crypto::ring::default_provider());
    #[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
    let provider = Some(rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    let provider = None;
    provider
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("extra_pem", &self.extra_pem.len())
            .field("platform", &self.uses_platform)
            .field("custom", &self.custom.is_some())
            .field("provider", &self.provider.is_some())
            .finish()
    }
}

/// The name that a server's certificate must be valid for; `None` over plain http.
///
/// # Errors
///
/// Of kind [`Setup`](TransportErrorKind::Setup), and not sent: the host is neither a DNS name nor an IP address.
pub fn server_name(target: &Target) -> Result<Option<ServerName<'_>>, TransportError> {
    let name = || ServerName::try_from(target.host()).map_err(|_| setup("the URL has a malformed host"));
    target.is_https().then(name).transpose()
}

fn bundled() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// The roots of the operating system. Its stores often hold single certificates that rustls cannot read;
/// those are left out, and having none at all is an error. It does not say what the library says, which quotes files.
#[cfg(feature = "platform-roots")]
fn platform() -> Result<RootCertStore, TransportError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added > 0 {
        return Ok(roots);
    }
    Err(setup(format!(
        "platform_roots: the platform has no usable certificates ({} places could not be read); SSL_CERT_FILE and \
         SSL_CERT_DIR say where they are, if they are set",
        found.errors.len()
    )))
}

#[cfg(not(feature = "platform-roots"))]
fn platform() -> Result<RootCertStore, TransportError> {
    Err(setup("platform_roots: the feature `platform-roots` is off"))
}

fn setup(fault: impl Into<BoxError>) -> TransportError {
    TransportError::new(TransportErrorKind::Setup, fault).not_sent()
}

#[cfg(test)]
mod tests {
    use sphere_core::transport::{Delivery, RequestBody, TransportRequest};

    use super::*;

    fn fault(trust: &Trust) -> String {
        let error = trust.client_config().unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Setup);
        std::error::Error::source(&error).unwrap().to_string()
    }

    #[test]
    fn bundled_roots_are_trusted_by_default() {
        assert_eq!(Trust::default().roots().unwrap().len(), webpki_roots::TLS_SERVER_ROOTS.len());
    }

    #[test]
    fn given_provider_is_used() {
        let mut provider = default_provider().unwrap();
        provider.cipher_suites.truncate(1);
        let mut trust = Trust::default();
        trust.use_provider(Arc::new(provider.clone()));
        assert_eq!(trust.client_config().unwrap().crypto_provider().cipher_suites.len(), 1);
        provider.cipher_suites.clear();
        trust.use_provider(Arc::new(provider));
        assert!(fault(&trust).starts_with("crypto_provider: it has no cipher suite"));
        trust.use_custom(Trust::default().client_config().unwrap());
        assert!(fault(&trust).starts_with("tls_config: it has a crypto provider"));
    }

    #[test]
    fn a_custom_configuration_excludes_other_roots_and_protocols() {
        let custom = |protocol: &[u8]| {
            let mut config = (*Trust::default().client_config().unwrap()).clone();
            config.alpn_protocols = vec![protocol.to_vec()];
            let mut trust = Trust::default();
            trust.use_custom(Arc::new(config));
            trust
        };
        custom(b"http/1.1").client_config().unwrap();
        assert!(fault(&custom(b"h2")).starts_with("tls_config: alpn_protocols"));
        let mut both = custom(b"http/1.1");
        both.add_pem("");
        assert!(fault(&both).starts_with("tls_config: it decides alone"));
    }

    #[test]
    fn server_names_are_dns_names_or_addresses() {
        let name = |url: &str| {
            let http = http::Request::get(url).body(RequestBody::empty()).unwrap();
            let request = TransportRequest::new(http);
            server_name(request.target().unwrap()).map(|name| name.map(|name| name.to_str().into_owned()))
        };
        for good in ["api.test", "localhost", "127.0.0.1", "a_b.test"] {
            assert_eq!(name(&format!("https://{good}/")).unwrap().unwrap(), good);
        }
        assert_eq!(name("https://[::1]/").unwrap().unwrap(), "::1");
        for bad in ["a..b", "-", "999.999.999.999", "127.1"] {
            let error = name(&format!("https://{bad}/")).unwrap_err();
            assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Setup, Delivery::NotSent));
            assert_eq!(name(&format!("http://{bad}/")).unwrap(), None);
        }
    }
}
