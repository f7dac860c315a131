//! From what went wrong to a [`TransportError`]: its kind, its delivery, its cause.
//!
//! Our own layers (look-up, TCP, TLS) know what they were doing when they failed and say so in a [`Fault`],
//! which travels through ureq inside `ureq::Error::Other`. What ureq says by itself is classed by
//! [`kind_of`].

use std::error::Error as StdError;
use std::{fmt, io};

use sphere_core::transport::{BoxError, TransportError, TransportErrorKind as Kind};

/// A failure whose kind is known where it happens.
#[derive(Debug)]
pub(crate) struct Fault {
    kind: Kind,
    doing: &'static str,
    source: BoxError,
}

impl Fault {
    pub(crate) fn new(kind: Kind, doing: &'static str, source: impl Into<BoxError>) -> Self {
        Self { kind, doing, source: source.into() }
    }

    /// The same, as a part of doing something else.
    pub(crate) fn within(self, doing: &'static str) -> Self {
        Self { kind: self.kind, doing, source: Box::new(self) }
    }

    /// As an error of the whole transport, outside ureq.
    pub(crate) fn into_transport_error(self) -> TransportError {
        TransportError::new(self.kind, self)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.doing, self.source)
    }
}

impl StdError for Fault {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

impl From<Fault> for ureq::Error {
    fn from(fault: Fault) -> Self {
        Self::Other(Box::new(fault))
    }
}

/// Turns ureq's error into ours. `left` says whether the request may have left.
pub(crate) fn from_ureq(error: ureq::Error, left: bool) -> TransportError {
    let kind = kind_of(&error, left);
    let source: BoxError = match error {
        ureq::Error::Other(source) => match source.downcast::<TransportError>() {
            // Already in our terms, and made before anything was sent.
            Ok(error) if !left => return *error,
            Ok(error) => error,
            Err(source) => source,
        },
        ureq::Error::Io(source) => Box::new(source),
        error => Box::new(error),
    };
    let error = TransportError::new(kind, source);
    if left { error } else { error.not_sent() }
}

fn kind_of(error: &ureq::Error, left: bool) -> Kind {
    use ureq::Error as U;
    match error {
        U::Other(source) => source.downcast_ref().map_or(Kind::Other, |fault: &Fault| fault.kind),
        U::Timeout(_) => Kind::Timeout,
        U::Io(error) => kind_of_io(error),
        U::LargeResponseHeader(..) => Kind::Protocol,
        // Before anything left, it is the request that ureq finds fault with.
        U::Protocol(_) => {
            if left {
                Kind::Protocol
            } else {
                Kind::Other
            }
        }
        // The connection ended within a chunk's size or its line end: what came is left undecoded.
        U::BodyStalled => Kind::Interrupted,
        // Only an agent that was handed in says these; our own layers speak in faults.
        U::HostNotFound | U::ConnectionFailed | U::ConnectProxyFailed(_) => Kind::Connect,
        U::Tls(_) => Kind::Tls,
        U::TlsRequired | U::RequireHttpsOnly(_) | U::InvalidProxyUrl => Kind::Setup,
        _ => Kind::Other,
    }
}

fn kind_of_io(error: &io::Error) -> Kind {
    use io::ErrorKind as K;
    if let Some(error) = rustls_error(error) {
        return kind_of_tls(error);
    }
    match error.kind() {
        K::UnexpectedEof
        | K::ConnectionReset
        | K::ConnectionAborted
        | K::BrokenPipe
        | K::NotConnected
        | K::WriteZero => Kind::Interrupted,
        K::TimedOut | K::WouldBlock => Kind::Timeout,
        K::ConnectionRefused
        | K::HostUnreachable
        | K::NetworkUnreachable
        | K::NetworkDown
        | K::AddrNotAvailable => Kind::Connect,
        _ => Kind::Other,
    }
}

/// The TLS error inside an I/O error, which is how rustls hands it out.
pub(crate) fn rustls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// Whether a TLS error will be the same next time. It will, unless the server only says that it is in
/// trouble itself: those alerts are a cut-off connection with better manners.
pub(crate) fn kind_of_tls(error: &rustls::Error) -> Kind {
    use rustls::AlertDescription as Alert;
    match error {
        rustls::Error::AlertReceived(Alert::InternalError | Alert::UserCanceled | Alert::CloseNotify) => {
            Kind::Connect
        }
        _ => Kind::Tls,
    }
}
