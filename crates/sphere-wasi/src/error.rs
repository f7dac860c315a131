//! From the host's error codes to kinds, and which of them prove that nothing was sent.

use sphere_core::transport::{BoxError, TransportError, TransportErrorKind as Kind};
use wasip2::http::types::ErrorCode;

/// The most that is kept of a host's own text, in characters.
const MAX_TEXT: usize = 200;

/// An error that the host reports about an exchange that it began.
///
/// The codes are those of RFC 9209, section 2.3. One proves that the request was not sent if its definition there
/// leaves no other way: the name was not found, the port refused, or the host's own rules forbade it. Of these, hosts
/// were seen to use `connection-refused` and `DNS-error` (jco 1.35 and wasmtime 48), and in no other case.
/// `connection-timeout` is none of these: jco gives it for a request that the server has read. Nor is
/// `destination-IP-unroutable`, which a system can report about a connection that was open.
pub(crate) fn from_code(code: &ErrorCode) -> TransportError {
    let (kind, is_unsent) = match code {
        ErrorCode::DnsTimeout => (Kind::Timeout, true),
        ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationIpProhibited
        | ErrorCode::ConnectionRefused => (Kind::Connect, true),
        ErrorCode::DestinationIpUnroutable
        | ErrorCode::DestinationUnavailable
        | ErrorCode::ConnectionLimitReached => (Kind::Connect, false),
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => (Kind::Timeout, false),
        ErrorCode::TlsProtocolError | ErrorCode::TlsCertificateError | ErrorCode::TlsAlertReceived(_) => {
            (Kind::Tls, false)
        }
        // Both jco and wasmtime report a connection that ends without a response as `HTTP-protocol-error`.
        ErrorCode::ConnectionTerminated
        | ErrorCode::HttpResponseIncomplete
        | ErrorCode::HttpProtocolError => (Kind::Interrupted, false),
        ErrorCode::HttpResponseHeaderSectionSize(_)
        | ErrorCode::HttpResponseHeaderSize(_)
        | ErrorCode::HttpResponseTrailerSectionSize(_)
        | ErrorCode::HttpResponseTrailerSize(_)
        | ErrorCode::HttpResponseTransferCoding(_)
        | ErrorCode::HttpResponseContentCoding(_)
        | ErrorCode::HttpUpgradeFailed => (Kind::Protocol, false),
        ErrorCode::HttpResponseBodySize(_) => (Kind::TooLarge, false),
        // "The request wasn't forwarded to the next hop."
        ErrorCode::HttpRequestDenied => (Kind::Setup, true),
        ErrorCode::HttpRequestLengthRequired
        | ErrorCode::HttpRequestBodySize(_)
        | ErrorCode::HttpRequestMethodInvalid
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestUriTooLong
        | ErrorCode::HttpRequestHeaderSectionSize(_)
        | ErrorCode::HttpRequestHeaderSize(_)
        | ErrorCode::HttpRequestTrailerSectionSize(_)
        | ErrorCode::HttpRequestTrailerSize(_)
        | ErrorCode::LoopDetected
        | ErrorCode::ConfigurationError => (Kind::Setup, false),
        ErrorCode::InternalError(_) => (Kind::Other, false),
    };
    let error = TransportError::new(kind, text(code));
    if is_unsent { error.not_sent() } else { error }
}

/// The host refuses to begin: "the `outgoing-request` is invalid or not allowed to be made" (`outgoing-handler.wit`).
pub(crate) fn refused(code: &ErrorCode) -> TransportError {
    setup(text(code))
}

/// The request cannot be sent as it is, and was not.
pub(crate) fn setup(fault: impl Into<BoxError>) -> TransportError {
    TransportError::new(Kind::Setup, fault).not_sent()
}

fn text(code: &ErrorCode) -> String {
    match code {
        ErrorCode::InternalError(Some(text)) => host_text(text),
        code => {
            let code = format!("{code:?}");
            format!("the host reports {}", code.trim_start_matches("ErrorCode::"))
        }
    }
}

/// A text that the host wrote, without what could break a line.
pub(crate) fn host_text(text: &str) -> String {
    let text: String = text.chars().take(MAX_TEXT).collect();
    format!("the host reports: {}", text.escape_debug())
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use sphere_core::transport::Delivery;
    use wasip2::http::types::{DnsErrorPayload, TlsAlertReceivedPayload};

    use super::*;

    #[test]
    fn only_failures_before_a_connection_prove_not_sent() {
        let dns = DnsErrorPayload { rcode: None, info_code: None };
        for code in [
            ErrorCode::DnsTimeout,
            ErrorCode::DnsError(dns),
            ErrorCode::DestinationNotFound,
            ErrorCode::DestinationIpProhibited,
            ErrorCode::ConnectionRefused,
            ErrorCode::HttpRequestDenied,
        ] {
            assert_eq!(from_code(&code).delivery(), Delivery::NotSent, "{code:?}");
        }
        let alert = TlsAlertReceivedPayload { alert_id: None, alert_message: None };
        for code in [
            ErrorCode::DestinationUnavailable,
            ErrorCode::DestinationIpUnroutable,
            ErrorCode::ConnectionTerminated,
            ErrorCode::ConnectionTimeout,
            ErrorCode::ConnectionReadTimeout,
            ErrorCode::ConnectionWriteTimeout,
            ErrorCode::ConnectionLimitReached,
            ErrorCode::TlsProtocolError,
            ErrorCode::TlsCertificateError,
            ErrorCode::TlsAlertReceived(alert),
            ErrorCode::HttpRequestBodySize(None),
            ErrorCode::HttpResponseIncomplete,
            ErrorCode::HttpResponseTimeout,
            ErrorCode::HttpProtocolError,
            ErrorCode::LoopDetected,
            ErrorCode::ConfigurationError,
            ErrorCode::InternalError(None),
        ] {
            assert_eq!(from_code(&code).delivery(), Delivery::Unknown, "{code:?}");
        }
    }

    #[test]
    fn host_text_stays_on_one_line() {
        let error = from_code(&ErrorCode::InternalError(Some("a\nb".repeat(1000))));
        let text = error.source().unwrap().to_string();
        assert!(text.starts_with("the host reports: a\\nba\\nb"), "{text}");
        assert!(text.len() < 2 * MAX_TEXT, "{}", text.len());
    }
}
