//! What an I/O or TLS error means: the one table for both transports.
//!
//! | failure | while [connecting](Phase::Connecting) | while the connection is [in use](Phase::InUse) |
//! | --- | --- | --- |
//! | time ran out | `Timeout` | `Timeout` |
//! | the connection was refused, reset or closed | `Connect` | `Interrupted` |
//! | [no file descriptor](is_out_of_descriptors) is left | `Setup` | |
//! | the system's clock is before 1970 | `Setup` | |
//! | TLS alert `internal_error`, `user_canceled` or `close_notify` | `Connect` | `Interrupted` |
//! | TLS alert about our certificate, or `access_denied` | `Tls` | `Tls` |
//! | any other TLS alert or TLS error | `Tls` | `Interrupted` |
//!
//! While connecting, nothing of a request has been sent: [`Delivery::NotSent`]. Once the connection is in use
//! it is [`Delivery::Unknown`], unless the transport can prove that no byte of the request was written.
//!
//! The reasons: during the handshake a server that reports trouble of its own may be well a moment later, so
//! those alerts are treated like a dropped connection. Every other error in a handshake will be the same next
//! time. After the handshake the server is trusted, and an error is a broken connection; except that with
//! TLS 1.3 a server judges the client's certificate only then.
//!
//! No file descriptor is a fault of this process or machine. Retrying asks for one more, and says nothing about the
//! service: so it is not retried, and takes nothing from the retry budget.
//!
//! [`Delivery::NotSent`]: sphere_core::transport::Delivery::NotSent
//! [`Delivery::Unknown`]: sphere_core::transport::Delivery::Unknown

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use rustls::AlertDescription as Alert;
use sphere_core::transport::{BoxError, TransportError, TransportErrorKind as Kind};

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Lookup, TCP, a proxy's tunnel or the TLS handshake.
    Connecting,
    /// The request is being sent or its response read.
    InUse,
}

/// The kind of an I/O error. A TLS error is found inside it, which is where rustls puts it.
///
/// ```
/// use std::io;
/// use sphere_core::transport::TransportErrorKind;
/// use sphere_net::failure::{Phase, kind_of_io};
///
/// let reset = io::Error::from(io::ErrorKind::ConnectionReset);
/// assert_eq!(kind_of_io(&reset, Phase::Connecting), TransportErrorKind::Connect);
/// assert_eq!(kind_of_io(&reset, Phase::InUse), TransportErrorKind::Interrupted);
/// ```
pub fn kind_of_io(error: &io::Error, phase: Phase) -> Kind {
    if let Some(error) = error.get_ref().and_then(|error| error.downcast_ref()) {
        return kind_of_tls(error, phase);
    }
    match (phase, error.kind()) {
        (_, io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => Kind::Timeout,
        (Phase::Connecting, _) if is_out_of_descriptors(error) => Kind::Setup,
        (Phase::Connecting, _) => Kind::Connect,
        (Phase::InUse, _) => Kind::Interrupted,
    }
}

/// Whether the cause is that the process, or the whole system, has no file descriptor left.
///
/// ```
/// use sphere_net::failure::is_out_of_descriptors;
///
/// assert!(!is_out_of_descriptors(&std::io::Error::from(std::io::ErrorKind::ConnectionRefused)));
/// ```
pub fn is_out_of_descriptors(error: &(dyn StdError + 'static)) -> bool {
    // `ENFILE` and `EMFILE` of every Unix; `ERROR_TOO_MANY_OPEN_FILES` and `WSAEMFILE`.
    let codes: [i32; 2] = if cfg!(windows) { [4, 10_024] } else { [23, 24] };
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.any(|cause| {
        // Callers of one lookup share its error.
        let shared = cause.downcast_ref::<Arc<io::Error>>().map(|error| &**error);
        let code = cause.downcast_ref().or(shared).and_then(io::Error::raw_os_error);
        code.is_some_and(|code| codes.contains(&code))
    })
}

/// The kind of a TLS error.
pub fn kind_of_tls(error: &rustls::Error, phase: Phase) -> Kind {
    if *error == rustls::Error::FailedToGetCurrentTime {
        return Kind::Setup;
    }
    let rustls::Error::AlertReceived(alert) = error else {
        return if phase == Phase::Connecting { Kind::Tls } else { Kind::Interrupted };
    };
    let server_is_in_trouble =
        matches!(alert, Alert::InternalError | Alert::UserCanceled | Alert::CloseNotify);
    let client_is_refused = matches!(
        alert,
        Alert::CertificateRequired
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
    );
    match phase {
        Phase::Connecting if server_is_in_trouble => Kind::Connect,
        Phase::InUse if !client_is_refused => Kind::Interrupted,
        _ => Kind::Tls,
    }
}

/// A failure whose kind is known where it happens, and what the transport was doing then.
///
/// It is handed through a library as the source of an [`io::Error`] or of the library's own error, and becomes
/// the source of a [`TransportError`].
///
/// ```
/// use sphere_core::transport::TransportErrorKind;
/// use sphere_net::failure::Failure;
///
/// let failure = Failure::new(TransportErrorKind::Connect, "looking up the host", "it has no address");
/// assert_eq!(failure.to_string(), "looking up the host: it has no address");
/// ```
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    doing: &'static str,
    source: BoxError,
}

impl Failure {
    /// A failure of this kind. The texts go into error lines: they must hold no secret.
    pub fn new(kind: Kind, doing: &'static str, source: impl Into<BoxError>) -> Self {
        Self { kind, doing, source: source.into() }
    }

    /// A failure caused by this I/O error; [`kind_of_io`] gives its kind.
    pub fn from_io(error: io::Error, phase: Phase, doing: &'static str) -> Self {
        let (kind, tls) = (kind_of_io(&error, phase), error.get_ref().and_then(|error| error.downcast_ref()));
        if tls == Some(&rustls::Error::FailedToGetCurrentTime) {
            return Self::new(kind, doing, "the system's clock is before 1970");
        }
        Self::new(kind, doing, error)
    }

    /// There was no connection within the time for one.
    pub fn no_connection(limit: Duration) -> Self {
        let milliseconds = (limit.as_secs_f64() * 1000.0).round();
        Self::new(Kind::Timeout, "connecting", format!("it took more than {milliseconds} ms"))
    }

    /// The same failure as a part of doing something else.
    #[must_use]
    pub fn within(self, doing: &'static str) -> Self {
        Self { kind: self.kind, doing, source: Box::new(self) }
    }

    /// What failed.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

/// With unknown delivery. Whoever can prove that nothing was sent adds
/// [`TransportError::not_sent`].
impl From<Failure> for TransportError {
    fn from(failure: Failure) -> Self {
        Self::new(failure.kind, failure)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.doing, self.source)
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(error: impl Fn() -> io::Error) -> [Kind; 2] {
        [Phase::Connecting, Phase::InUse].map(|phase| kind_of_io(&error(), phase))
    }

    #[test]
    fn io_errors_depend_on_the_phase() {
        use io::ErrorKind as K;
        for kind in [K::TimedOut, K::WouldBlock] {
            assert_eq!(kinds(|| kind.into()), [Kind::Timeout, Kind::Timeout]);
        }
        for kind in [K::ConnectionRefused, K::ConnectionReset, K::UnexpectedEof, K::BrokenPipe, K::Other] {
            assert_eq!(kinds(|| kind.into()), [Kind::Connect, Kind::Interrupted]);
        }
    }

    #[test]
    fn no_descriptor_left_is_never_retried() {
        for code in if cfg!(windows) { [4, 10_024] } else { [23, 24] } {
            let error = || io::Error::from_raw_os_error(code);
            assert_eq!(kinds(error)[0], Kind::Setup);
            assert!(is_out_of_descriptors(&Failure::from_io(error(), Phase::Connecting, "x").within("y")));
        }
    }

    #[test]
    fn clock_before_1970_is_named() {
        let error = io::Error::new(io::ErrorKind::InvalidData, rustls::Error::FailedToGetCurrentTime);
        let failure = Failure::from_io(error, Phase::Connecting, "the TLS handshake");
        assert_eq!(failure.kind(), Kind::Setup);
        assert_eq!(failure.to_string(), "the TLS handshake: the system's clock is before 1970");
    }

    #[test]
    fn every_tls_alert_has_its_kinds() {
        let trouble = [0, 80, 90];
        let certificate = [42, 43, 44, 45, 46, 48, 49, 116];
        for code in 0..=u8::MAX {
            let error = rustls::Error::AlertReceived(Alert::from(code));
            let expected = if trouble.contains(&code) {
                [Kind::Connect, Kind::Interrupted]
            } else if certificate.contains(&code) {
                [Kind::Tls, Kind::Tls]
            } else {
                [Kind::Tls, Kind::Interrupted]
            };
            let kinds = kinds(|| io::Error::new(io::ErrorKind::InvalidData, error.clone()));
            assert_eq!(kinds, expected, "alert {code}");
        }
    }

    #[test]
    fn tls_errors_are_permanent_in_the_handshake_only() {
        let error = || io::Error::new(io::ErrorKind::InvalidData, rustls::Error::DecryptError);
        assert_eq!(kinds(error), [Kind::Tls, Kind::Interrupted]);
    }
}
