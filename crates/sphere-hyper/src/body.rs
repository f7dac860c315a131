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
    is_large: bool,
    is_done: AtomicBool,
    has_stopped: AtomicBool,
}

/// What hyper and the system surely hold of a body until it is sent.
const BUFFERED_BYTES: u64 = 64 * 1024;

impl Sending {
    /// Stops sending.
    pub(crate) fn stop(&self) {
        if let Some(state) = &self.0 {
            state.has_stopped.store(true, Ordering::Relaxed);
        }
    }

    /// Whether hyper has not taken the whole body.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.0.as_ref().is_some_and(|state| !state.is_done.load(Ordering::Relaxed))
    }

    /// Whether a part of the body may not be written yet when its response is there.
    pub(crate) fn may_be_unwritten(&self) -> bool {
        self.is_unfinished() || self.0.as_ref().is_some_and(|state| state.is_large)
    }
}

impl SendBody {
    pub(crate) fn new(body: &RequestBody) -> Self {
        let filled = || {
            let state = State { is_large: body.len() > BUFFERED_BYTES, ..State::default() };
            Box::new(Filled { reader: body.reader(), state: Arc::new(state) })
        };
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
