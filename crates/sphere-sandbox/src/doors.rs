//! Who is let in: a request for a name of this host, framed in one way.
//!
//! A page of another site can make a browser ask for that site's name and lead the name to 127.0.0.1 ("DNS rebinding").
//! The start page would then be that site's to read.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderValue, header, uri::Authority};
use tokio::io::{AsyncRead, ReadBuf};

use crate::api::Problem;

/// Refuses a request for another host.
pub(crate) async fn check_host(request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    // RFC 9112, section 3.2.
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return Problem::WITHOUT_HOST.response() };
    let host = Authority::try_from(host.as_bytes());
    // Of a target with a host of its own, that one counts (RFC 9112, section 3.2.2).
    let named = host.iter().map(Authority::host).chain(request.uri().host());
    if host.is_err() || !named.into_iter().all(is_own) {
        return Problem::OTHER_HOST.response();
    }
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = next.run(request).await;
    if is_chunked {
        // `OneFraming` has not followed the chunks, so it cannot judge what comes after them.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The names in the certificate too.
fn is_own(host: &str) -> bool {
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| own.eq_ignore_ascii_case(host))
}

/// What a client sends, in which a head with both `Content-Length` and `Transfer-Encoding` becomes one that hyper
/// refuses with 400: hyper itself would leave out the length, and a proxy in front may not (RFC 9112, section 6.1).
pub(crate) struct OneFraming<S> {
    stream: S,
    state: State,
    /// The start of the line: as much of it as matters.
    line: Vec<u8>,
    has_length: Option<u64>,
    has_encoding: bool,
}

enum State {
    /// Before the end of the request line.
    Start,
    /// In a head.
    Head,
    /// So many bytes of a body are left.
    Body(u64),
    /// After the head of a chunked request, which is the last one of its connection.
    Chunks,
}

/// Longer than the names and any length.
const LONGEST_LINE: usize = 64;

impl<S> OneFraming<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, state: State::Start, line: Vec::new(), has_length: None, has_encoding: false }
    }

    fn check(&mut self, byte: &mut u8) {
        match self.state {
            State::Chunks => {}
            State::Body(1) => self.state = State::Start,
            State::Body(left) => self.state = State::Body(left.saturating_sub(1)),
            State::Start | State::Head if *byte == b'\n' => self.end_line(),
            State::Start | State::Head => {
                if *byte == b':' && self.is_second_framing() {
                    // No name may have it.
                    *byte = 0;
                }
                if self.line.len() < LONGEST_LINE {
                    self.line.push(*byte);
                }
            }
        }
    }

    /// Whether the line so far names a framing, and the head has another one.
    fn is_second_framing(&self) -> bool {
        self.line.eq_ignore_ascii_case(b"content-length") && self.has_encoding
            || self.line.eq_ignore_ascii_case(b"transfer-encoding") && self.has_length.is_some()
    }

    fn end_line(&mut self) {
        let line = String::from_utf8_lossy(&self.line).trim().to_ascii_lowercase();
        self.line.clear();
        match (&self.state, line.split_once(':')) {
            // Empty lines before a request are skipped (RFC 9112, section 2.2).
            (State::Start, _) if line.is_empty() => {}
            (State::Start, _) => self.state = State::Head,
            (_, Some(("content-length", value))) => self.has_length = value.trim().parse().ok(),
            (_, Some(("transfer-encoding", _))) => self.has_encoding = true,
            (_, None) if line.is_empty() => {
                self.state = match (self.has_encoding, self.has_length.take()) {
                    (true, _) => State::Chunks,
                    (false, None | Some(0)) => State::Start,
                    (false, Some(length)) => State::Body(length),
                };
            }
            _ => {}
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for OneFraming<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        buffer.filled_mut().iter_mut().skip(before).for_each(|byte| this.check(byte));
        Poll::Ready(Ok(()))
    }
}
