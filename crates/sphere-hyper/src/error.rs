//! From the errors of hyper and rustls to a [`TransportError`].

use std::error::Error as StdError;
use std::io;

use sphere_core::transport::{BoxError, TransportError, TransportErrorKind};

/// A request that this transport cannot send at all.
pub(crate) fn unsendable(fault: impl Into<BoxError>) -> TransportError {
    TransportError::new(TransportErrorKind::Other, fault).not_sent()
}

/// A name that was not found, or an address that could not be connected to.
pub(crate) fn from_tcp(error: impl StdError + Send + Sync + 'static) -> TransportError {
    TransportError::new(kind_of_tcp(&error), error)
}

pub(crate) fn kind_of_tcp(error: &dyn StdError) -> TransportErrorKind {
    let timed_out = find_io(error).is_some_and(|io| io.kind() == io::ErrorKind::TimedOut);
    if timed_out { TransportErrorKind::Timeout } else { TransportErrorKind::Connect }
}

/// A TLS handshake that failed: the server is not to be trusted, or the connection was cut off.
pub(crate) fn from_handshake(error: io::Error) -> TransportError {
    let is_tls = error.get_ref().is_some_and(<dyn StdError + Send + Sync>::is::<rustls::Error>);
    let kind = if is_tls { TransportErrorKind::Tls } else { TransportErrorKind::Connect };
    TransportError::new(kind, error)
}

/// An exchange that failed after the request was handed to hyper. It may have been sent: hyper's
/// `is_incomplete_message` and `is_canceled` are no proof of the contrary.
pub(crate) fn from_exchange(error: hyper::Error) -> TransportError {
    let kind = if error.is_parse() {
        TransportErrorKind::Protocol
    } else if error.is_incomplete_message() || error.is_canceled() || error.is_closed() || is_io(&error) {
        TransportErrorKind::Interrupted
    } else if error.is_user() {
        TransportErrorKind::Other
    } else {
        // What remains is a body that breaks the rules of its framing.
        TransportErrorKind::Protocol
    };
    TransportError::new(kind, error)
}

/// Whether the socket failed, rather than what came over it. hyper reports bad chunks as I/O errors of its
/// own making, which have other kinds.
fn is_io(error: &hyper::Error) -> bool {
    find_io(error)
        .is_some_and(|io| !matches!(io.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData))
}

/// The first I/O error among an error's sources.
fn find_io(error: &dyn StdError) -> Option<&io::Error> {
    std::iter::successors(error.source(), |&error| error.source()).find_map(<dyn StdError>::downcast_ref)
}
