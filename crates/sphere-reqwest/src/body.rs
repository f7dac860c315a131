//! A request's body that reqwest cannot copy, and that notices when hyper begins to write the request.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use sphere_core::transport::BodyReader;

/// The body. Before hyper writes a request's head it asks the body whether it has an end yet, in HTTP/1.1
/// (`proto/h1/dispatch.rs`) and HTTP/2 (`proto/h2/client.rs`). No layer of reqwest's asks that.
pub(crate) struct SendBody {
    reader: BodyReader,
    begun: Begun,
}

/// Whether hyper has begun to write the request.
#[derive(Clone, Default)]
pub(crate) struct Begun(Arc<AtomicBool>);

impl Begun {
    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl SendBody {
    pub(crate) fn new(reader: BodyReader, begun: Begun) -> Self {
        Self { reader, begun }
    }
}

impl Body for SendBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.begun.set();
        Pin::new(&mut self.reader).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.begun.set();
        self.reader.is_end_stream()
    }

    /// Unknown if the body is empty: tower-http copies a body that is known to be empty, to follow a 307 with it.
    fn size_hint(&self) -> SizeHint {
        if self.reader.is_end_stream() { SizeHint::default() } else { Body::size_hint(&self.reader) }
    }
}
