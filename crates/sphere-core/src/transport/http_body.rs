//! Bodies as hyper, tower services and reqwest have them: a request's is read chunk by chunk, never joined, and a
//! response's is collected.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::{BodyCollector, BodyReader, TransportError};

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

impl BodyCollector {
    /// Takes all bytes of a body, up to its end. Trailers are left out.
    ///
    /// # Errors
    ///
    /// What `failed` makes of the body's error, or [`TransportError::too_large`].
    ///
    /// ```
    /// use sphere_core::testing::block_on;
    /// use sphere_core::transport::{BodyCollector, RequestBody};
    ///
    /// let body = RequestBody::from_segments(["a".into(), "b".into()]).reader();
    /// assert_eq!(block_on(BodyCollector::new(2).collect(body, |never| match never {}))?, "ab");
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "http-body")))]
    pub async fn collect<B: Body<Data = Bytes>>(
        mut self,
        body: B,
        failed: impl FnOnce(B::Error) -> TransportError,
    ) -> Result<Bytes, TransportError> {
        self.expect(body.size_hint().lower())?;
        let mut body = pin!(body);
        while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
            match frame {
                // A frame without data has trailers.
                Ok(frame) => frame.into_data().map_or(Ok(()), |data| self.push(&data))?,
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(self.finish())
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
