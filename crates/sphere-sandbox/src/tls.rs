//! Certificates generated at start: an authority, and one certificate that it signs for the names of this
//! machine. The authority's key is dropped at once, so it can never sign another.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::CryptoProvider,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime},
    time_provider::TimeProvider,
};

use crate::error::StartError;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The machine's clock. rustls' own provider panics if it is before 1970; with this one, handshakes fail.
#[derive(Debug)]
struct Clock;

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        SystemTime::now().duration_since(UNIX_EPOCH).ok().map(UnixTime::since_unix_epoch)
    }
}

pub(crate) struct Tls {
    pub(crate) authority_pem: String,
    pub(crate) config: Arc<ServerConfig>,
}

impl Tls {
    pub(crate) fn generate() -> Result<Self, StartError> {
        let key = KeyPair::generate().map_err(failed)?;
        let mut params = CertificateParams::new([]).map_err(failed)?;
        describe(&mut params, "SpherePay sandbox authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority_pem = params.self_signed(&key).map_err(failed)?.pem();
        let authority = Issuer::new(params, key);

        let key = KeyPair::generate().map_err(failed)?;
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut params = CertificateParams::new(names).map_err(failed)?;
        describe(&mut params, "SpherePay sandbox");
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &authority).map_err(failed)?;

        // The provider is explicit: with several in one process, the default panics.
        let mut config = ServerConfig::builder_with_details(provider()?, Arc::new(Clock))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )
            .map_err(failed)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { authority_pem, config: Arc::new(config) })
    }
}

/// Sets name and validity. It begins yesterday, for clocks that differ, and lasts a year: some verifiers refuse
/// certificates that are valid for much longer than two.
fn describe(params: &mut CertificateParams, name: &str) {
    let now = SystemTime::now();
    params.not_before = now.checked_sub(DAY).unwrap_or(now).into();
    params.not_after = now.checked_add(DAY * 365).unwrap_or(now).into();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
}

fn provider() -> Result<Arc<CryptoProvider>, StartError> {
    #[cfg(feature = "ring")]
    let provider = Ok(tokio_rustls::rustls::crypto::ring::default_provider());
    #[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
    let provider = Ok(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    let provider = Err(StartError::Certificate("https needs the feature `ring` or `aws-lc-rs`".into()));
    provider.map(Arc::new)
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StartError {
    StartError::Certificate(Box::new(error))
}
