//! From hyper's errors to kinds. What the socket and TLS said is in [`crate::guarded::Seen`] and classified
//! by [`sphere_net::failure`].

use sphere_core::transport::{TransportError, TransportErrorKind as Kind};
use sphere_net::failure::Failure;

/// An exchange that failed after the request was handed to hyper. It may have been sent: hyper's
/// `is_incomplete_message` and `is_canceled` do not prove the contrary.
pub(crate) fn from_exchange(error: hyper::Error, first: Option<Failure>) -> TransportError {
    if let Some(failure) = first {
        return failure.into();
    }
    let is_interrupted = error.is_incomplete_message() || error.is_canceled() || error.is_closed();
    TransportError::new(if is_interrupted { Kind::Interrupted } else { Kind::Protocol }, error)
}
