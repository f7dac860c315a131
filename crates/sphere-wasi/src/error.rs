//! From the host's error codes to kinds, and which of them prove that nothing was sent.

use sphere_core::transport::{TransportError, TransportErrorKind as Kind};
use wasip2::http::types::ErrorCode;

/// The most that is kept of a host's own text, in characters.
const MAX_TEXT: usize = 200;

/// An error that the host reports about an exchange that it began.
///
/// The codes are those of RFC 9209, section 2.3. A code proves that the request was not sent if its definition there
/// leaves no other way, and if hosts use it so. `connection-timeout` is not one of them: jco gives it for a request
/// that the server has read.
pub(crate) fn from_code(code: &ErrorCode) -> TransportError {
    let (kind, is_unsent) = match code {
        ErrorCode::DnsTimeout => (Kind::Timeout, true),
        ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationIpProhibited
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused => (Kind::Connect, true),
        ErrorCode::DestinationUnavailable | ErrorCode::ConnectionLimitReached => (Kind::Connect, false),
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => (Kind::Timeout, false),
        // A certificate is verified before the first byte of a request. An alert or a protocol error may come later.
        ErrorCode::TlsCertificateError => (Kind::Tls, true),
        ErrorCode::TlsProtocolError | ErrorCode::TlsAlertReceived(_) => (Kind::Tls, false),
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
pub(crate) fn setup(fault: impl Into<sphere_core::transport::BoxError>) -> TransportError {
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
