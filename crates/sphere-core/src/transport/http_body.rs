//! A request's body as tower services and reqwest read it: chunk by chunk, never joined.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::BodyReader;

/// The reader gives its next chunk when it is polled, so progress is seen when a connection has room for more.
///
/// ```
/// use http_body::Body;
/// use sphere_core::transport::RequestBody;
///
/// let reader = RequestBody::from_segments(["head, ".into(), "file".into()]).reader();
/// assert_eq!(Body::size_hint(&reader).exact(), Some(10));
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "http-body")))]
impl Body for BodyReader {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.next().map(|chunk| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.remaining() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::RequestBody;

    #[test]
    fn chunks_are_frames_and_the_length_is_exact() {
        let mut reader = RequestBody::from_segments(["abc".into(), "de".into()]).reader();
        let mut context = Context::from_waker(std::task::Waker::noop());
        for (chunk, left) in [("abc", 2), ("de", 0)] {
            let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut reader).poll_frame(&mut context) else {
                panic!("no frame")
            };
            assert_eq!(frame.into_data().unwrap(), chunk);
            assert_eq!(Body::size_hint(&reader).exact(), Some(left));
            assert_eq!(reader.is_end_stream(), left == 0);
        }
        assert!(matches!(Pin::new(&mut reader).poll_frame(&mut context), Poll::Ready(None)));
    }
}
