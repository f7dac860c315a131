//! Looking for a secret in whatever spelling it may show.

use std::error::Error as StdError;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use sphere_core::Error;

use crate::debug;

/// Fails if the secret stands in the text: as it is, in hex, percent-encoded, as a list of bytes, or in base64.
#[track_caller]
pub fn assert_hidden(secret: &str, text: &str) {
    let lower = text.to_lowercase();
    let hex = secret.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let in_query = secret.to_lowercase().replace(' ', "%20").replace('@', "%40").replace('+', "%2b");
    let percent = format!("%{}", apart(&hex, "%"));
    let bytes = secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
    for spelling in [secret.to_lowercase(), in_query, hex.clone(), apart(&hex, " "), percent, bytes] {
        assert!(!lower.contains(&spelling), "the secret shows as {spelling:?} in:\n{text}");
    }
    for engine in [STANDARD, URL_SAFE] {
        for shift in 0..3 {
            // Base64 works on groups of three bytes: whatever stands before, one of the three alignments
            // shows. Ends that depend on the neighbours are cut off.
            let encoded = engine.encode([&vec![0; shift], secret.as_bytes()].concat());
            let core = &encoded[4..encoded.len() - 4];
            assert!(!text.contains(core), "the secret shows in base64 in:\n{text}");
        }
    }
}

/// As [`assert_hidden`], for each twelve bytes in a row of the secret, which is ASCII.
pub fn assert_every_part_hidden(secret: &str, text: &str) {
    for at in 0..=secret.len() - 12 {
        assert_hidden(&secret[at..at + 12], text);
    }
}

fn apart(hex: &str, separator: &str) -> String {
    hex.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair)).collect::<Vec<_>>().join(separator)
}

/// All that an error says of itself and its causes.
pub fn told(error: &(dyn StdError + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let _ = writeln!(text, "{error}\n{error:?}\n{error:#?}");
        next = error.source();
    }
    text
}

/// The same, and what the parts of a client's error show.
pub fn told_in_full(error: &Error) -> String {
    let transport = error.transport().map(|error| told(error)).unwrap_or_default();
    told(error) + &debug(&error.field_errors()) + &debug(&error.api()) + &transport
}
