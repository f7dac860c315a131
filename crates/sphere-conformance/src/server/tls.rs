//! Certificates made on the spot: one that is good, and one for each way to be bad.

use std::fmt;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::version::{TLS12, TLS13};

/// The name and the address that a good certificate is for.
const HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];

/// A certificate authority of a test's own.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// What a server shows to its clients: a certificate and its key.
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
    /// A new one, which nobody trusts yet.
    ///
    /// # Panics
    ///
    /// If the system has no randomness.
    pub fn new() -> Self {
        let mut params = params(&[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: good(CertifiedIssuer::self_signed(params, key())) }
    }

    /// Its certificate, for [`Setup::trusting`](crate::Setup::trusting).
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// A good certificate for `localhost` and `127.0.0.1`.
    pub fn good(&self) -> Identity {
        self.sign(&params(&HOSTS), &[&TLS13, &TLS12])
    }

    /// The same, at a server that speaks TLS 1.2 and nothing newer.
    pub fn good_with_tls_1_2(&self) -> Identity {
        self.sign(&params(&HOSTS), &[&TLS12])
    }

    /// A certificate for another host.
    pub fn wrong_host(&self) -> Identity {
        self.sign(&params(&["elsewhere.example"]), &[&TLS13, &TLS12])
    }

    /// A certificate that ended in 2001.
    pub fn expired(&self) -> Identity {
        let mut params = params(&HOSTS);
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
        self.sign(&params, &[&TLS13, &TLS12])
    }

    /// A certificate that begins in 2999.
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
    /// A certificate for the right host that nobody vouches for but itself.
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
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let builder = good(ServerConfig::builder_with_provider(provider).with_protocol_versions(versions));
        let builder = builder.with_no_client_auth();
        let mut config = good(builder.with_single_cert(vec![certificate.clone()], key));
        // For alerts after the handshake.
        config.enable_secret_extraction = true;
        Self { config: Arc::new(config) }
    }
}

fn params(hosts: &[&str]) -> CertificateParams {
    good(CertificateParams::new(hosts.iter().map(|&host| host.to_owned()).collect::<Vec<_>>()))
}

fn key() -> KeyPair {
    good(KeyPair::generate())
}

/// What cannot fail with the names and keys that this file uses.
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
