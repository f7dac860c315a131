//! A stream between hyper and the socket (or TLS), through which a [`ResponseGuard`] sees all bytes.
//!
//! It also keeps the first failure: hyper reports an error that comes while no request is in flight to nobody,
//! and gives the next request a vague one.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use sphere_net::failure::{Failure, Phase};
use sphere_net::response_guard::ResponseGuard;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The first failure of a connection, shared with the calls that use it.
#[derive(Clone, Default)]
pub(crate) struct FirstFailure(Arc<Mutex<Option<Failure>>>);

impl FirstFailure {
    pub(crate) fn take(&self) -> Option<Failure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps the failure if it is the first, and returns what hyper is told.
    fn keep(&self, failure: Failure) -> io::Error {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
        io::Error::from(io::ErrorKind::ConnectionAborted)
    }
}

pub(crate) struct Guarded<S> {
    stream: S,
    guard: ResponseGuard,
    failure: FirstFailure,
}

impl<S> Guarded<S> {
    pub(crate) fn new(stream: S, failure: FirstFailure) -> Self {
        Self { stream, guard: ResponseGuard::default(), failure }
    }

    fn broken(&self, error: io::Error, doing: &'static str) -> io::Error {
        self.failure.keep(Failure::from_io(error, Phase::InUse, doing))
    }

    fn written(&mut self, outcome: io::Result<usize>, bytes: &[u8]) -> io::Result<usize> {
        match outcome {
            Ok(count) => {
                self.guard.written(&bytes[..count.min(bytes.len())]);
                Ok(count)
            }
            Err(error) => Err(self.broken(error, "sending the request")),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.guard.check().map_err(|failure| this.failure.keep(failure))?;
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
        buffer.set_filled(before + good.map_err(|failure| this.failure.keep(failure))?);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        Poll::Ready(self.written(outcome, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
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

    /// TLS sends its records when it is flushed. hyper tells whoever reads a body only that there was an error.
    #[tokio::test]
    async fn first_failure_is_kept() {
        let failure = FirstFailure::default();
        let mut stream = Guarded::new(Unflushed, failure.clone());
        poll_fn(|context| Pin::new(&mut stream).poll_flush(context)).await.unwrap_err();
        let later = Failure::new(TransportErrorKind::Protocol, "later", "not the cause");
        drop(failure.keep(later));
        assert_eq!(failure.take().unwrap().kind(), TransportErrorKind::Interrupted);
    }
}
