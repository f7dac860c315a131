//! Certificates to trust, from PEM (RFC 7468): each marker is taken at its word.
//!
//! The reader of rustls-pki-types skips a certificate whose BEGIN marker is not at the start of a line, as after a byte
//! order mark or a lost line break, and its errors quote the file, a private key included. Here each BEGIN marker
//! becomes a root or an error, and an error says which one it is and where, never what is there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::{memchr_iter, memmem};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

const DASHES: &[u8] = b"-----";

/// Adds all certificates of this PEM. Text around them is ignored.
pub(super) fn add_roots(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), String> {
    let begins: Vec<_> = memmem::find_iter(pem, b"-BEGIN ").collect();
    let first = *begins.first().ok_or("there is no certificate in it")?;
    if memmem::find(&pem[..first], b"-END ").is_some() {
        return Err("an END marker precedes the first BEGIN marker".to_owned());
    }
    let ends = begins.iter().skip(1).copied().chain([pem.len()]);
    for (number, (&begin, end)) in begins.iter().zip(ends).enumerate() {
        let (before, block) = (&pem[..=begin], &pem[begin + b"-BEGIN ".len()..end]);
        certificate(before, block)
            .and_then(|der| roots.add(der).map_err(|_| "it is not an X.509 certificate"))
            .map_err(|fault| {
                let line = memchr_iter(b'\n', before).count() + 1;
                format!("BEGIN marker {} (line {line}): {fault}", number + 1)
            })?;
    }
    Ok(())
}

/// The certificate whose BEGIN marker lies between these.
fn certificate(before: &[u8], block: &[u8]) -> Result<CertificateDer<'static>, &'static str> {
    let label = block.split(|&byte| byte == b'-').next().unwrap_or_default();
    if label.ends_with(b"PRIVATE KEY") {
        return Err("it is a private key, which does not belong here");
    }
    if label != b"CERTIFICATE" {
        return Err("it is not a certificate");
    }
    let body = block[label.len()..].strip_prefix(DASHES).filter(|_| before.ends_with(DASHES));
    let body = body.ok_or("it does not have five dashes on each side")?;
    let end = memmem::find(body, b"-----END CERTIFICATE-----").ok_or("it has no END marker")?;
    if memmem::find_iter(body, b"-END ").count() > 1 {
        return Err("it has more than one END marker");
    }
    let text: Vec<_> = body[..end].iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(&text).map(CertificateDer::from).map_err(|_| {
        if text.contains(&b'\\') {
            "it is not base64: it has backslashes, perhaps instead of line breaks"
        } else {
            "it is not base64"
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pem: impl AsRef<[u8]>) -> Result<usize, String> {
        let mut roots = RootCertStore::empty();
        add_roots(&mut roots, pem.as_ref()).map(|()| roots.len())
    }

    fn certificate_pem() -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        rcgen::CertificateParams::default().self_signed(&key).unwrap().pem()
    }

    #[test]
    fn certificates_need_no_line_breaks() {
        let pem = certificate_pem();
        assert_eq!(read(format!("\u{feff}{pem}text{}{pem}", pem.trim_end())), Ok(3));
        for separator in ["", " ", "\r", "\r\n", "\n\n"] {
            assert_eq!(read(pem.replace('\n', separator).repeat(2)), Ok(2), "{separator:?}");
        }
    }

    #[test]
    fn faults_name_the_marker_and_its_line() {
        let pem = certificate_pem();
        let lines = pem.lines().count();
        let second = |fault: &str| Err(format!("BEGIN marker 2 (line {}): {fault}", lines + 1));
        let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
        for (block, fault) in [
            (key, "it is a private key, which does not belong here"),
            (pem.replace("CERTIFICATE", "X509 CRL"), "it is not a certificate"),
            (
                pem.replace("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE---"),
                "it does not have five dashes on each side",
            ),
            (pem.replace("-----BEGIN", "----BEGIN"), "it does not have five dashes on each side"),
            (pem.replace("END", "SEND"), "it has no END marker"),
            (format!("{pem}{}", &pem[40..]), "it has more than one END marker"),
            (pem.replace("MII", "MI"), "it is not base64"),
            (
                pem.replace('\n', "\\n"),
                "it is not base64: it has backslashes, perhaps instead of line breaks",
            ),
            (pem.replace("MII", "AAA"), "it is not an X.509 certificate"),
        ] {
            assert_eq!(read(format!("{pem}{block}")), second(fault), "{block}");
        }
        assert_eq!(read("").unwrap_err(), "there is no certificate in it");
        assert_eq!(
            read(format!("{}{pem}", &pem[40..])).unwrap_err(),
            "an END marker precedes the first BEGIN marker"
        );
    }

    proptest! {
        #[test]
        fn every_marker_is_a_root_or_error(
            pieces in prop::collection::vec((0..5_usize, 0..4_usize), 1..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let certificate = certificate_pem();
            let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
            let texts = [&*certificate, certificate.trim_end(), &certificate[..200], &key, "\u{feff}some text"];
            let mut pem = Vec::new();
            for (text, separator) in pieces {
                pem.extend_from_slice(texts[text].as_bytes());
                pem.extend_from_slice(["", "\n", " ", "\\n"][separator].as_bytes());
            }
            pem.truncate(cut.index(pem.len() + 1).max(pem.len() / 2));
            let markers = memmem::find_iter(&pem, "-BEGIN ").count();
            match read(&pem) {
                Ok(roots) => prop_assert_eq!(roots, markers),
                Err(fault) => {
                    let names_a_marker = (1..=markers).any(|marker| fault.starts_with(&format!("BEGIN marker {marker} (")));
                    prop_assert!(names_a_marker || markers == 0 || fault.starts_with("an END marker"), "{}", fault);
                }
            }
        }
    }
}
