//! From a service's errors to kinds, by what hyper, a socket or TLS said among the causes.

use std::error::Error as StdError;
use std::io;
use std::iter::successors;

use sphere_core::transport::{BoxError, TransportError, TransportErrorKind as Kind};

/// Error for a connection that was not made, so that the request was provably not sent: of kind `Timeout`, `Tls`,
/// `Setup` if the process has no file descriptor left (sending again at once would not help), or else `Connect`.
///
/// TLS is recognised if it is rustls on tokio, whose failures are I/O errors of kind `InvalidData`. A certificate
/// that another TLS library refuses is of kind `Connect`.
///
/// # Example
///
/// ```
/// use std::io;
/// use sphere_core::transport::{Delivery, TransportErrorKind};
///
/// let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
/// let error = sphere_tower::not_connected(refused);
/// assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Connect, Delivery::NotSent));
/// ```
pub fn not_connected(error: impl Into<BoxError>) -> TransportError {
    let error = error.into();
    let io = innermost_io(&*error);
    let kind = match io.map(io::Error::kind) {
        Some(io::ErrorKind::TimedOut) => Kind::Timeout,
        Some(io::ErrorKind::InvalidData) => Kind::Tls,
        _ if io.and_then(io::Error::raw_os_error).is_some_and(|code| NO_DESCRIPTOR.contains(&code)) => {
            Kind::Setup
        }
        _ => Kind::Connect,
    };
    TransportError::new(kind, error).not_sent()
}

/// `ENFILE` and `EMFILE` of every Unix; `ERROR_TOO_MANY_OPEN_FILES` and `WSAEMFILE`.
const NO_DESCRIPTOR: [i32; 2] = if cfg!(windows) { [4, 10_024] } else { [23, 24] };

/// A failure of the service or of its response's body. A [`TransportError`] is passed on as it is.
pub(crate) fn from_service(error: impl Into<BoxError>) -> TransportError {
    match error.into().downcast::<TransportError>() {
        Ok(known) => *known,
        Err(error) => TransportError::new(kind(&*error), error),
    }
}

fn kind(error: &(dyn StdError + 'static)) -> Kind {
    let hyper = causes(error).find_map(<dyn StdError>::downcast_ref::<hyper::Error>);
    if let Some(hyper) = hyper {
        if hyper.is_parse() {
            return Kind::Protocol;
        }
        if hyper.is_timeout() {
            return Kind::Timeout;
        }
        if hyper.is_incomplete_message() || hyper.is_canceled() {
            return Kind::Interrupted;
        }
    }
    match innermost_io(error).map(io::Error::kind) {
        Some(io::ErrorKind::TimedOut) => Kind::Timeout,
        Some(io::ErrorKind::ConnectionRefused) => Kind::Connect,
        // Under hyper, chunks that are not valid. Outside of it no HTTP was spoken yet, so it is TLS.
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) if hyper.is_some() => Kind::Protocol,
        Some(io::ErrorKind::InvalidData) => Kind::Tls,
        Some(_) => Kind::Interrupted,
        None => Kind::Other,
    }
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    successors(Some(error), |&error| error.source())
}

/// The innermost I/O error: connectors wrap one in another, of kind `Other`.
fn innermost_io<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a io::Error> {
    let outer = causes(error).find_map(<dyn StdError>::downcast_ref::<io::Error>)?;
    // An I/O error's `source` skips the error that it was made of, which may be another I/O error.
    successors(Some(outer), |&io| io.get_ref()?.downcast_ref()).last()
}
