//! From ureq's errors to a [`TransportError`]: its kind, its delivery, its cause.
//!
//! Our own layers know what they were doing when they failed. They say so in a [`Failure`], which travels
//! through ureq inside `ureq::Error::Other`.

use std::io;

use sphere_core::transport::{BoxError, TransportError, TransportErrorKind as Kind};
use sphere_net::failure::{Failure, Phase, kind_of_io};

/// Whether a byte of the request has left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    No,
    Yes,
    /// The connection is not ours, and nobody watched it.
    Unknown,
}

/// A failure as ureq passes it on.
pub(crate) fn other(error: impl Into<BoxError>) -> ureq::Error {
    ureq::Error::Other(error.into())
}

/// Turns ureq's error into ours.
pub(crate) fn from_ureq(error: ureq::Error, sent: Sent) -> TransportError {
    let kind = kind_of(&error, sent);
    let source: BoxError = match error {
        _ if kind == Kind::Timeout && sent == Sent::Yes => Box::new(Failure::no_response()),
        ureq::Error::Other(source) => match source.downcast::<TransportError>() {
            // Made while connecting.
            Ok(error) => return *error,
            Err(source) => source,
        },
        ureq::Error::Io(source) => Box::new(source),
        ureq::Error::RequireHttpsOnly(_) => "the agent sends https only".into(),
        error if quotes_nothing(&error) => Box::new(error),
        _ => "ureq failed; its message is left out, since it may quote what was sent".into(),
    };
    let error = TransportError::new(kind, source);
    if sent == Sent::No { error.not_sent() } else { error }
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

fn kind_of(error: &ureq::Error, sent: Sent) -> Kind {
    use ureq::Error as U;
    match error {
        U::Other(source) => source.downcast_ref().map_or(Kind::Other, Failure::kind),
        U::Timeout(_) => Kind::Timeout,
        U::Io(error) => kind_of_io_error(error, sent),
        // Before anything left, it is the request that ureq rejects.
        U::Protocol(_) if sent == Sent::No => Kind::Setup,
        U::Protocol(_) | U::LargeResponseHeader(..) => Kind::Protocol,
        // The connection ended within a chunk's line.
        U::BodyStalled => Kind::Interrupted,
        // Only a custom agent says these; our own layers have failures.
        U::HostNotFound | U::ConnectionFailed | U::ConnectProxyFailed(_) => Kind::Connect,
        U::Tls(_) => Kind::Tls,
        U::TlsRequired | U::RequireHttpsOnly(_) | U::InvalidProxyUrl | U::BadUri(_) | U::Http(_) => {
            Kind::Setup
        }
        _ => Kind::Other,
    }
}

/// The kind of an I/O error. With a custom agent only the error itself tells the phase: a TLS error or a refused
/// connection hardly ever comes after the handshake.
fn kind_of_io_error(error: &io::Error, sent: Sent) -> Kind {
    let is_from_connecting =
        error.get_ref().is_some_and(|cause| cause.downcast_ref::<rustls::Error>().is_some())
            || error.kind() == io::ErrorKind::ConnectionRefused;
    let phase = match sent {
        Sent::No => Phase::Connecting,
        Sent::Unknown if is_from_connecting => Phase::Connecting,
        Sent::Yes | Sent::Unknown => Phase::InUse,
    };
    kind_of_io(error, phase)
}
