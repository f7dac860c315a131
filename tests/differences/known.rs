//! The differences that may be. ARCHITECTURE.md gives their reasons (question 29).

use sphere_core::transport::TransportErrorKind as Kind;

use crate::grammar::Exchange;
use crate::outcome::{Observed, Outcome};

/// Whether sphere-ureq may have had another outcome than sphere-hyper, and this one.
pub fn explains(exchange: &Exchange, ureq: &Observed) -> bool {
    // ureq refuses a `100 Continue` with header lines.
    let is_refused = matches!(ureq.outcome, Outcome::Error(Kind::Protocol, _, None));
    is_refused && has_100_with_headers(&exchange.bytes())
}

fn has_100_with_headers(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let after = text.split("HTTP/1.1 100").skip(1);
    after
        .filter_map(|after| after.split_once('\n'))
        .any(|(_, headers)| !headers.trim_start_matches('\r').starts_with('\n'))
}
