//! A request's body as hyper reads it: chunk by chunk, never joined.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use sphere_core::transport::{BodyReader, RequestBody};

/// The body, read from its beginning. hyper takes the next chunk when the connection has room for it.
pub(crate) struct SendBody {
    reader: BodyReader,
    sending: Sending,
}

/// How far sending a body has come: shared between the body, which hyper has, and the call. An empty body has none.
#[derive(Clone)]
pub(crate) struct Sending(Option<Arc<State>>);

#[derive(Default)]
struct State {
    is_done: AtomicBool,
    has_stopped: AtomicBool,
}

impl Sending {
    /// Stops sending, unless hyper has taken the whole body. Returns whether a part of it is left.
    pub(crate) fn stop(&self) -> bool {
        self.0.as_ref().is_some_and(|state| {
            state.has_stopped.store(true, Ordering::Relaxed);
            !state.is_done.load(Ordering::Relaxed)
        })
    }
}

impl SendBody {
    pub(crate) fn new(body: &RequestBody) -> Self {
        let state = if body.is_empty() { None } else { Some(Arc::default()) };
        Self { reader: body.reader(), sending: Sending(state) }
    }

    pub(crate) fn sending(&self) -> Sending {
        self.sending.clone()
    }
}

impl Body for SendBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.sending.0.as_ref().is_some_and(|state| state.has_stopped.load(Ordering::Relaxed)) {
            // For ever: the connection is closed.
            return Poll::Pending;
        }
        let next = self.reader.next();
        if let (0, Some(state)) = (self.reader.remaining(), &self.sending.0) {
            state.is_done.store(true, Ordering::Relaxed);
        }
        Poll::Ready(next.map(|chunk| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.reader.remaining() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.reader.remaining())
    }
}
