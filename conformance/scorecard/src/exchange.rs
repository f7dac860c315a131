//! What each client's file gives: a function that sends one request with the client, and maps what comes of it.

use std::future::Future;
use std::io::Read;
use std::sync::LazyLock;

use bytes::Bytes;
use http::Response;
use sphere_core::transport::{
    TransportError, TransportErrorKind as Kind, TransportRequest, TransportResponse, blocking,
};
use tokio::runtime::Runtime;

/// The result of sending one request.
pub type Outcome = Result<Response<Bytes>, TransportError>;

/// Sends one request with a client.
pub type Exchange = Box<dyn Fn(TransportRequest) -> Outcome + Send + Sync>;

/// An exchange as the suite takes it.
pub struct Adapter(pub Exchange);

impl blocking::Transport for Adapter {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        (self.0)(request).map(TransportResponse::from)
    }
}

/// The request's body as one piece, as most clients want it.
pub fn body_of(request: &TransportRequest) -> Bytes {
    request.http().body().segments().concat().into()
}

/// Runs a future of an async client. Each request has a thread of its own, which waits here.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
    RUNTIME.block_on(future)
}

/// Reads a body up to a limit. The error is of kind `TooLarge` if there is more, otherwise of the reader.
pub fn read_up_to(
    limit: usize,
    reader: impl Read,
    failed: impl Fn(std::io::Error) -> TransportError,
) -> Result<Bytes, TransportError> {
    let mut body = Vec::new();
    reader.take((limit as u64).saturating_add(1)).read_to_end(&mut body).map_err(failed)?;
    if body.len() > limit { Err(too_large()) } else { Ok(body.into()) }
}

/// The error if a body exceeds the limit of its request.
pub fn too_large() -> TransportError {
    TransportError::new(Kind::TooLarge, "the body exceeds the limit")
}

/// What most blocking clients report of a connection: an I/O error, which does not say when it happened.
pub fn kind_of_io(error: &std::io::Error) -> Kind {
    use std::io::ErrorKind as Io;
    match error.kind() {
        Io::ConnectionRefused => Kind::Connect,
        Io::TimedOut | Io::WouldBlock => Kind::Timeout,
        Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::UnexpectedEof => Kind::Interrupted,
        _ => Kind::Other,
    }
}
