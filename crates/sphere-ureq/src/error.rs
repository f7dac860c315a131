//! From ureq's errors to a [`TransportError`]: its kind, its delivery, its cause.
//!
//! Our own layers know what they were doing when they failed. They say so in a [`Failure`], which travels
//! through ureq inside `ureq::Error::Other`.

use sphere_core::transport::{BoxError, TransportError, TransportErrorKind as Kind};
use sphere_net::failure::{Failure, Phase, kind_of_io};

/// A failure as ureq passes it on.
pub(crate) fn other(error: impl Into<BoxError>) -> ureq::Error {
    ureq::Error::Other(error.into())
}

/// Turns ureq's error into ours. `has_left`: a byte of the request has left.
pub(crate) fn from_ureq(error: ureq::Error, has_left: bool) -> TransportError {
    let kind = kind_of(&error, has_left);
    let source: BoxError = match error {
        _ if kind == Kind::Timeout && has_left => return TransportError::timed_out(),
        ureq::Error::Other(source) => match source.downcast::<TransportError>() {
            // Made while connecting.
            Ok(error) => return *error,
            Err(source) => source,
        },
        ureq::Error::Io(source) => Box::new(source),
        error if quotes_nothing(&error) => Box::new(error),
        _ => "ureq failed; its message is left out, since it may quote what was sent".into(),
    };
    let error = TransportError::new(kind, source);
    if has_left { error } else { error.not_sent() }
}

/// Others quote a URL, which has the customer's id in it, or come with features of ureq and quote cookies or files.
fn quotes_nothing(error: &ureq::Error) -> bool {
    use ureq::Error as U;
    matches!(
        error,
        U::Protocol(_)
            | U::Timeout(_)
            | U::HostNotFound
            | U::InvalidProxyUrl
            | U::ConnectionFailed
            | U::BodyExceedsLimit(_)
            | U::Tls(_)
            | U::LargeResponseHeader(..)
            | U::ConnectProxyFailed(_)
            | U::TlsRequired
            | U::BodyStalled
    )
}

fn kind_of(error: &ureq::Error, has_left: bool) -> Kind {
    use ureq::Error as U;
    match error {
        U::Other(source) => source.downcast_ref().map_or(Kind::Other, Failure::kind),
        U::Timeout(_) => Kind::Timeout,
        U::Io(error) => kind_of_io(error, if has_left { Phase::InUse } else { Phase::Connecting }),
        // Before anything left, it is the request that ureq rejects.
        U::Protocol(_) if !has_left => Kind::Setup,
        U::Protocol(_) | U::LargeResponseHeader(..) => Kind::Protocol,
        // The connection ended within a chunk's line.
        U::BodyStalled => Kind::Interrupted,
        U::BadUri(_) | U::Http(_) => Kind::Setup,
        _ => Kind::Other,
    }
}
