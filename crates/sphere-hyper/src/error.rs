//! From the errors of hyper and of its connector to kinds. What the socket and TLS said is in
//! [`crate::guarded`]'s first failure and classified by [`sphere_net::failure`].

use std::error::Error as StdError;
use std::io;

use sphere_core::transport::{TransportError, TransportErrorKind as Kind};
use sphere_net::failure::{Failure, Phase, kind_of_io};

/// The kind of an error of hyper-util's TCP connector, which wraps the socket's.
pub(crate) fn kind_of_tcp(error: &(dyn StdError + 'static)) -> Kind {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    let io = causes.find_map(|error| error.downcast_ref::<io::Error>());
    io.map_or(Kind::Connect, |error| kind_of_io(error, Phase::Connecting))
}

/// An exchange that failed after the request was handed to hyper. It may have been sent: hyper's
/// `is_incomplete_message` and `is_canceled` do not prove the contrary.
pub(crate) fn from_exchange(error: hyper::Error, first: Option<Failure>) -> TransportError {
    if let Some(failure) = first {
        return failure.into();
    }
    let is_interrupted = error.is_incomplete_message() || error.is_canceled() || error.is_closed();
    TransportError::new(if is_interrupted { Kind::Interrupted } else { Kind::Protocol }, error)
}
