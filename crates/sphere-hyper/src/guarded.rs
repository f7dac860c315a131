//! A stream between hyper and the socket (or TLS), through which a [`ResponseGuard`] sees all bytes.
//!
//! It also notes what the calls must know ([`Seen`]): hyper drops errors that occur between requests, gives the next
//! request a vague one, and does not say whether a byte of a request was written.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use sphere_net::failure::{Failure, Phase};
use sphere_net::response_guard::{ResponseGuard, Rest};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::network::SecondLook;

/// What was seen of a connection, shared with the calls that use it.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Notes>);

#[derive(Default)]
struct Notes {
    failure: Mutex<Option<Failure>>,
    /// Whether a byte of the current request was written.
    has_left: AtomicBool,
    /// Whether its response refuses the rest of it.
    is_refused: AtomicBool,
}

impl Seen {
    /// Begins a request, when hyper has written the one before.
    pub(crate) fn begin_request(&self) {
        self.0.has_left.store(false, Ordering::Relaxed);
        self.0.is_refused.store(false, Ordering::Relaxed);
    }

    /// Whether a byte of the request was written.
    pub(crate) fn request_has_left(&self) -> bool {
        self.0.has_left.load(Ordering::Relaxed)
    }

    /// Whether the response refuses the rest of the request.
    pub(crate) fn rest_is_refused(&self) -> bool {
        self.0.is_refused.load(Ordering::Relaxed)
    }

    /// The first failure.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps the failure if it is the first, and returns what hyper is told.
    fn keep(&self, failure: Failure) -> io::Error {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
        io::Error::from(io::ErrorKind::ConnectionAborted)
    }
}

pub(crate) struct Guarded<S> {
    stream: S,
    guard: ResponseGuard,
    seen: Seen,
    second_look: SecondLook,
    /// Whether a byte was written.
    is_used: bool,
}

impl<S> Guarded<S> {
    pub(crate) fn new(stream: S, seen: Seen, second_look: SecondLook) -> Self {
        Self { stream, guard: ResponseGuard::default(), seen, second_look, is_used: false }
    }

    fn broken(&self, error: io::Error, doing: &'static str) -> io::Error {
        self.seen.keep(Failure::from_io(error, Phase::InUse, doing))
    }

    fn written(&mut self, outcome: io::Result<usize>, bytes: &[u8]) -> io::Result<usize> {
        match outcome {
            Ok(count) => {
                if count > 0 && !self.seen.0.has_left.swap(true, Ordering::Relaxed) {
                    self.guard.begin_request(&bytes[..count.min(bytes.len())]);
                }
                Ok(count)
            }
            Err(error) => Err(self.broken(error, "sending the request")),
        }
    }
}

impl<S: AsyncRead + Unpin> Guarded<S> {
    /// An error if the server has sent something on a connection that no request was sent on. It cannot be the response
    /// to anything.
    fn check_before_first_request(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.is_used {
            return Ok(());
        }
        self.is_used = true;
        self.second_look.request();
        let mut byte = [0];
        let mut buffer = ReadBuf::new(&mut byte);
        // Writing finds out about an end or a failure.
        let _ = Pin::new(&mut self.stream).poll_read(context, &mut buffer);
        self.guard.read(buffer.filled()).map(drop).map_err(|failure| self.seen.keep(failure))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.guard.check().map_err(|failure| this.seen.keep(failure))?;
        let before = buffer.filled().len();
        if let Err(error) = ready!(Pin::new(&mut this.stream).poll_read(context, buffer)) {
            let broken = this.broken(error, "reading the response");
            // tokio-rustls (0.26) reports a TLS error ahead of bytes that came before it, such as a whole head.
            // They are there at the next read, and the error again at the one after that.
            match Pin::new(&mut this.stream).poll_read(context, buffer) {
                Poll::Ready(Ok(())) if buffer.filled().len() > before => {}
                _ => return Poll::Ready(Err(broken)),
            }
        }
        let good = match &buffer.filled()[before..] {
            [] => this.guard.ended().map(|()| 0),
            bytes => this.guard.read(bytes),
        };
        buffer.set_filled(before + good.map_err(|failure| this.seen.keep(failure))?);
        if this.guard.rest() == Rest::Refused {
            this.seen.0.is_refused.store(true, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check_before_first_request(context)?;
        let outcome = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        Poll::Ready(self.written(outcome, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check_before_first_request(context)?;
        let outcome = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, slices));
        let first = slices.iter().find(|slice| !slice.is_empty());
        Poll::Ready(self.written(outcome, first.map_or(&[], |slice| slice)))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = ready!(Pin::new(&mut self.stream).poll_flush(context));
        Poll::Ready(outcome.map_err(|error| self.broken(error, "sending the request")))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use sphere_core::transport::TransportErrorKind;
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    /// Takes everything, and cannot send it.
    struct Unflushed;

    impl AsyncWrite for Unflushed {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    impl AsyncRead for Unflushed {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    fn guarded<S>(stream: S) -> (Guarded<S>, Seen) {
        let seen = Seen::default();
        (Guarded::new(stream, seen.clone(), SecondLook::default()), seen)
    }

    /// TLS sends its records when it is flushed. hyper tells whoever reads a body only that there was an error.
    #[tokio::test]
    async fn first_failure_is_kept() {
        let (mut stream, seen) = guarded(Unflushed);
        poll_fn(|context| Pin::new(&mut stream).poll_flush(context)).await.unwrap_err();
        let later = Failure::new(TransportErrorKind::Protocol, "later", "not the cause");
        drop(seen.keep(later));
        assert_eq!(seen.failure().unwrap().kind(), TransportErrorKind::Interrupted);
    }

    #[tokio::test]
    async fn bytes_before_the_first_request_are_refused() {
        let (near, mut far) = tokio::io::duplex(100);
        let (mut stream, seen) = guarded(near);
        far.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        stream.write_all(b"POST / HTTP/1.1\r\n").await.unwrap_err();
        assert_eq!(seen.failure().unwrap().kind(), TransportErrorKind::Protocol);
        assert!(!seen.request_has_left());
    }
}
