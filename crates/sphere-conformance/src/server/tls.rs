//! Certificates made at run time: a valid one, and one for each fault.

use std::fmt;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};

/// The name and the address in a valid certificate.
const HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];

/// A certificate authority for one test.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A server's certificate and key.
#[derive(Clone)]
pub struct Identity {
    pub(super) config: Arc<ServerConfig>,
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl Authority {
    /// A new authority, which no client trusts yet.
    ///
    /// # Panics
    ///
    /// If the system has no random numbers.
    pub fn new() -> Self {
        let mut params = params(&[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // OpenSSL takes a certificate whose issuer has the name of its subject for self-signed.
        params.distinguished_name.push(DnType::CommonName, "sphere-conformance authority");
        Self { issuer: good(CertifiedIssuer::self_signed(params, key())) }
    }

    /// Its certificate, for [`Setup::trusting`](crate::Setup::trusting).
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// A valid certificate for `localhost` and `127.0.0.1`.
    pub fn good(&self) -> Identity {
        self.sign(&params(&HOSTS), &[&TLS13, &TLS12])
    }

    /// The same, at a server that supports nothing newer than TLS 1.2.
    pub fn good_with_tls_1_2(&self) -> Identity {
        self.sign(&params(&HOSTS), &[&TLS12])
    }

    /// A valid certificate, at a server that requires one of the client too (TLS 1.3).
    pub fn requiring_client_certificate(&self) -> Identity {
        let mut roots = rustls::RootCertStore::empty();
        good(roots.add(self.issuer.der().clone()));
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider());
        let verifier = good(verifier.build());
        let key = key();
        let certificate = good(params(&HOSTS).signed_by(&key, &self.issuer));
        let builder = good(ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[&TLS13]));
        let builder = builder.with_client_cert_verifier(verifier);
        Identity {
            config: Arc::new(good(builder.with_single_cert(vec![certificate.der().clone()], private(&key)))),
        }
    }

    /// A certificate for another host.
    pub fn wrong_host(&self) -> Identity {
        self.sign(&params(&["elsewhere.example"]), &[&TLS13, &TLS12])
    }

    /// A certificate that expired in 2001.
    pub fn expired(&self) -> Identity {
        let mut params = params(&HOSTS);
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
        self.sign(&params, &[&TLS13, &TLS12])
    }

    /// A certificate that is valid from 2999.
    pub fn not_yet_valid(&self) -> Identity {
        let mut params = params(&HOSTS);
        params.not_before = date_time_ymd(2999, 1, 1);
        params.not_after = date_time_ymd(3000, 1, 1);
        self.sign(&params, &[&TLS13, &TLS12])
    }

    fn sign(
        &self,
        params: &CertificateParams,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> Identity {
        let key = key();
        let certificate = good(params.signed_by(&key, &self.issuer));
        Identity::new(certificate.der(), &key, versions)
    }
}

impl Identity {
    /// A certificate for the right host, signed with its own key.
    pub fn self_signed() -> Self {
        let key = key();
        let certificate = good(params(&HOSTS).self_signed(&key));
        Self::new(certificate.der(), &key, &[&TLS13, &TLS12])
    }

    fn new(
        certificate: &CertificateDer<'static>,
        key: &KeyPair,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> Self {
        let builder = good(ServerConfig::builder_with_provider(provider()).with_protocol_versions(versions));
        let builder = builder.with_no_client_auth();
        let mut config = good(builder.with_single_cert(vec![certificate.clone()], private(key)));
        // For alerts after the handshake.
        config.enable_secret_extraction = true;
        Self { config: Arc::new(config) }
    }
}

/// That of the features, or the one that the process has installed.
fn provider() -> Arc<CryptoProvider> {
    #[cfg(feature = "ring")]
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    #[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    let provider = Arc::clone(
        CryptoProvider::get_default().expect("the process has a provider, or this crate one of its features"),
    );
    provider
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.serialize_der()).into()
}

fn params(hosts: &[&str]) -> CertificateParams {
    good(CertificateParams::new(hosts.iter().map(|&host| host.to_owned()).collect::<Vec<_>>()))
}

fn key() -> KeyPair {
    good(KeyPair::generate())
}

/// The value; making it cannot fail with the names and keys of this file.
fn good<T, E: fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("making a certificate: {error}"))
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}
