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
///
/// An empty one has nothing. The rest is boxed, since hyper keeps room for 32 requests with each connection.
pub(crate) struct SendBody(Option<Box<Filled>>);

struct Filled {
    reader: BodyReader,
    state: Arc<State>,
}

/// How far sending a body has come: shared between the body, which hyper has, and the call. An empty body has none.
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
        let filled = || Box::new(Filled { reader: body.reader(), state: Arc::default() });
        Self((!body.is_empty()).then(filled))
    }

    pub(crate) fn sending(&self) -> Sending {
        Sending(self.0.as_ref().map(|body| Arc::clone(&body.state)))
    }

    fn remaining(&self) -> u64 {
        self.0.as_ref().map_or(0, |body| body.reader.remaining())
    }
}

impl Body for SendBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(body) = &mut self.0 else { return Poll::Ready(None) };
        if body.state.has_stopped.load(Ordering::Relaxed) {
            // For ever: the connection is closed.
            return Poll::Pending;
        }
        let next = body.reader.next();
        if body.reader.remaining() == 0 {
            body.state.is_done.store(true, Ordering::Relaxed);
        }
        Poll::Ready(next.map(|chunk| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.remaining() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining())
    }
}
