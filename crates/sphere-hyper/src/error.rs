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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;
    use http_body_util::Empty;
    use hyper::client::conn::http1;
    use hyper_util::rt::TokioIo;

    use super::*;

    #[tokio::test]
    async fn dropped_connection_is_interrupted() {
        let (near, _far) = tokio::io::duplex(1000);
        let (mut sender, connection) = http1::handshake(TokioIo::new(near)).await.unwrap();
        let response = sender.send_request(Request::new(Empty::<Bytes>::new()));
        drop(connection);
        let error = response.await.unwrap_err();
        assert!(error.is_canceled(), "{error:?}");
        assert_eq!(from_exchange(error, None).kind(), Kind::Interrupted);
    }
}
