//! A request's body as hyper reads it: chunk by chunk, never joined.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use sphere_core::transport::{BodyReader, RequestBody};

/// The body, read from its beginning. hyper takes the next chunk when the connection has room for it.
pub(crate) struct SendBody(BodyReader);

impl SendBody {
    pub(crate) fn new(body: &RequestBody) -> Self {
        Self(body.reader())
    }
}

impl Body for SendBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.next().map(|chunk| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.remaining() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.remaining())
    }
}
