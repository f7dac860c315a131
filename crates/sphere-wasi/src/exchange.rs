//! One request out, one response back, within the request's limits of time and size.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use sphere_core::transport::{
    BodyCollector, TransportError, TransportErrorKind as Kind, TransportRequest, TransportResponse,
};
use wasip2::http::types::{FutureIncomingResponse, IncomingBody, IncomingResponse};
use wasip2::io::streams::{InputStream, StreamError};

use crate::clock::after;
use crate::error::{from_code, host_text, setup};
use crate::outgoing::{self, Sending};
use crate::reactor::{self, Ready, ready};

/// How much is read at once, in bytes.
const CHUNK_BYTES: u64 = 64 * 1024;

/// How long to wait after a stream was ready twice and empty twice.
const PAUSE: Duration = Duration::from_millis(5);

pub(crate) async fn run(request: TransportRequest) -> Result<TransportResponse, TransportError> {
    if !cfg!(all(target_os = "wasi", target_env = "p2")) {
        return Err(setup("there is no wasi:http here: compile the program for wasm32-wasip2"));
    }
    if !reactor::is_running() {
        return Err(setup("no `sphere_wasi::block_on` runs this call"));
    }
    if request.time_left().is_zero() {
        return Err(TransportError::timed_out().not_sent());
    }
    let mut deadline = after(request.time_left());
    let limit = request.max_response_bytes();
    let method = request.http().method().clone();
    let Sending { response, body } = outgoing::begin(request)?;
    // From here on the request may have been sent.
    let mut writing = Some(Box::pin(body));
    let response = within(&mut deadline, while_writing(&mut writing, receive(&response))).await?;
    let (status, headers) = parse_head(&response)?;
    if refuses_the_rest(status, &headers) {
        writing = None;
    }
    let reading = async {
        let length = declared_length(&method, status, &headers);
        let mut collected = BodyCollector::new(limit);
        collected.expect(length.unwrap_or(0))?;
        let bytes = while_writing(&mut writing, read(response, collected)).await?;
        // Not every host reports a body that was cut off.
        if length.is_some_and(|length| length > bytes.len() as u64) {
            return Err(TransportError::new(Kind::Interrupted, "the body is shorter than its length"));
        }
        Ok(bytes)
    };
    match within(&mut deadline, reading).await {
        Ok(body) => {
            if let Some(rest) = writing {
                // The response is complete, whatever becomes of the rest.
                let rest = async {
                    rest.await;
                    Ok(())
                };
                let _ = within(&mut deadline, rest).await;
            }
            let mut response = Response::new(body);
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response.into())
        }
        Err(error) => Err(error.with_head(status, &headers)),
    }
}

/// What the future gives, while the request's body is written. If the writing fails, the response or its error says
/// more.
async fn while_writing<T>(
    writing: &mut Option<Pin<Box<impl Future<Output = ()>>>>,
    future: impl Future<Output = T>,
) -> T {
    let mut future = pin!(future);
    poll_fn(|context| {
        if writing.as_mut().is_some_and(|writing| writing.as_mut().poll(context).is_ready()) {
            *writing = None;
        }
        future.as_mut().poll(context)
    })
    .await
}

/// Whether this response says that the rest of the request is not wanted (RFC 9112, section 9.5).
fn refuses_the_rest(status: StatusCode, headers: &HeaderMap) -> bool {
    let closes = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"close");
    status.as_u16() >= 400 || headers.get(header::CONNECTION).is_some_and(closes)
}

async fn receive(response: &FutureIncomingResponse) -> Result<IncomingResponse, TransportError> {
    ready(response.subscribe()).await;
    match response.get() {
        Some(Ok(Ok(response))) => Ok(response),
        Some(Ok(Err(code))) => Err(from_code(&code)),
        Some(Err(())) | None => Err(TransportError::other("the host has no response")),
    }
}

fn parse_head(response: &IncomingResponse) -> Result<(StatusCode, HeaderMap), TransportError> {
    let bad = |what: &'static str| TransportError::new(Kind::Protocol, what);
    let status = StatusCode::from_u16(response.status()).map_err(|_| bad("the status is not valid"))?;
    let mut headers = HeaderMap::new();
    for (name, value) in response.headers().entries() {
        let name =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad("a header's name is not valid"))?;
        let value = HeaderValue::from_bytes(&value).map_err(|_| bad("a header's value is not valid"))?;
        headers.append(name, value);
    }
    Ok((status, headers))
}

/// How long the response says that its body is. `None` if it has none or does not say.
fn declared_length(method: &Method, status: StatusCode, headers: &HeaderMap) -> Option<u64> {
    let has_none = method == Method::HEAD || matches!(status.as_u16(), 100..=199 | 204 | 304);
    let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()?;
    (!has_none && !headers.contains_key(header::TRANSFER_ENCODING)).then_some(length)
}

/// Reads a body to its end.
async fn read(response: IncomingResponse, mut collected: BodyCollector) -> Result<Bytes, TransportError> {
    let gone = |()| TransportError::other("the host has no body");
    let body: IncomingBody = response.consume().map_err(gone)?;
    let stream: InputStream = body.stream().map_err(gone)?;
    let mut was_empty = false;
    loop {
        match stream.read(CHUNK_BYTES) {
            Ok(chunk) if chunk.is_empty() => {
                // jco calls some streams ready for ever, and there is nothing in them.
                if was_empty {
                    after(PAUSE).await;
                }
                was_empty = true;
                ready(stream.subscribe()).await;
            }
            Ok(chunk) => {
                was_empty = false;
                collected.push(&chunk)?;
            }
            Err(StreamError::Closed) => return Ok(collected.finish()),
            // Not asked for its code by `http-error-code`: jco 1.35 traps there.
            Err(StreamError::LastOperationFailed(error)) => {
                return Err(TransportError::new(Kind::Interrupted, host_text(&error.to_debug_string())));
            }
        }
    }
}

async fn within<T>(
    deadline: &mut Ready,
    future: impl Future<Output = Result<T, TransportError>>,
) -> Result<T, TransportError> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Pending => pin!(&mut *deadline).poll(context).map(|()| Err(TransportError::timed_out())),
        Poll::Ready(result) => Poll::Ready(result),
    })
    .await
}
