//! Sends any TLS alert after the handshake, which rustls itself offers for none but `close_notify`: takes the
//! connection's keys out of rustls and encrypts the alert with them.

use std::io;

use rustls::crypto::cipher::{OutboundChunks, OutboundPlainMessage};
use rustls::{
    ConnectionTrafficSecrets, ContentType, ProtocolVersion, ServerConnection, SupportedCipherSuite,
};

/// A record with a fatal alert of this description, as the next one that the server sends. TLS 1.3 only.
pub(super) fn record(connection: ServerConnection, description: u8) -> io::Result<Vec<u8>> {
    const FATAL: u8 = 2;

    let Some(SupportedCipherSuite::Tls13(suite)) = connection.negotiated_cipher_suite() else {
        return Err(io::Error::other("alerts need TLS 1.3"));
    };
    let (number, secrets) = connection.dangerous_extract_secrets().map_err(io::Error::other)?.tx;
    let (ConnectionTrafficSecrets::Aes128Gcm { key, iv }
    | ConnectionTrafficSecrets::Aes256Gcm { key, iv }
    | ConnectionTrafficSecrets::Chacha20Poly1305 { key, iv }) = secrets
    else {
        return Err(io::Error::other("an unknown cipher"));
    };
    let level_and_description = [FATAL, description];
    let alert = OutboundPlainMessage {
        typ: ContentType::Alert,
        version: ProtocolVersion::TLSv1_2,
        payload: OutboundChunks::Single(&level_and_description),
    };
    let record = suite.aead_alg.encrypter(key, iv).encrypt(alert, number).map_err(io::Error::other)?;
    Ok(record.encode())
}
