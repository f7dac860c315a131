//! A request as the host takes it, and its body on the way.

use std::future::Future;
use std::io::Read as _;
use std::time::Duration;

use http::{Method as HttpMethod, header};
use sphere_core::transport::{BodyReader, TransportError, TransportRequest};
use wasip2::http::outgoing_handler::handle;
use wasip2::http::types::{
    Fields, FutureIncomingResponse, Method, OutgoingBody, OutgoingRequest, RequestOptions, Scheme,
};
use wasip2::io::streams::StreamError;

use crate::clock::nanoseconds;
use crate::error::{refused, setup};
use crate::reactor::ready;

/// How much is written at once, in bytes.
const CHUNK_BYTES: usize = 64 * 1024;

/// A request that the host has taken.
pub(crate) struct Sending<F> {
    pub(crate) response: FutureIncomingResponse,
    /// Writes the body. Nobody else does.
    pub(crate) body: F,
}

/// Gives the request to the host. An error means that it was not sent.
pub(crate) fn begin(
    request: TransportRequest,
) -> Result<Sending<impl Future<Output = ()> + Send>, TransportError> {
    let (options, target) = (options(&request), request.target()?.clone());
    let (head, body) = request.into_http().into_parts();
    let fields = Fields::new();
    for (name, value) in &head.headers {
        fields
            .append(name.as_str(), value.as_bytes())
            .map_err(|error| setup(format!("the host refuses the header `{name}`: {error:?}")))?;
    }
    // Otherwise wasmtime sends an empty body in chunks.
    let has_no_body = matches!(head.method, HttpMethod::GET | HttpMethod::HEAD);
    if body.is_empty() && !head.headers.contains_key(header::CONTENT_LENGTH) && !has_no_body {
        fields
            .append(header::CONTENT_LENGTH.as_str(), b"0")
            .map_err(|error| setup(format!("the host refuses `content-length`: {error:?}")))?;
    }
    let request = OutgoingRequest::new(fields);
    request.set_method(&method(&head.method)).map_err(|()| setup("the host refuses the method"))?;
    let scheme = if target.is_https() { Scheme::Https } else { Scheme::Http };
    request.set_scheme(Some(&scheme)).map_err(|()| setup("the host refuses the URL's scheme"))?;
    request
        .set_authority(Some(target.authority().as_str()))
        .map_err(|()| setup("the host refuses the URL's authority"))?;
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    request.set_path_with_query(Some(path)).map_err(|()| setup("the host refuses the URL's path"))?;
    let outgoing = request.body().map_err(|()| setup("the host has no body for the request"))?;
    let response = handle(request, Some(options)).map_err(|code| refused(&code))?;
    Ok(Sending { response, body: write(outgoing, body.reader()) })
}

/// The host's own limits, a little above the call's, which then comes first: they end what a dropped call leaves
/// behind. `connect-timeout` is no shorter, since jco counts the time to respond as well.
fn options(request: &TransportRequest) -> RequestOptions {
    let options = RequestOptions::new();
    let limit = Some(nanoseconds(request.time_left().saturating_add(Duration::from_secs(1))));
    // A host may support none of them.
    let _ = options.set_connect_timeout(limit);
    let _ = options.set_first_byte_timeout(limit);
    let _ = options.set_between_bytes_timeout(limit);
    options
}

fn method(method: &HttpMethod) -> Method {
    match method.as_str() {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "CONNECT" => Method::Connect,
        "OPTIONS" => Method::Options,
        "TRACE" => Method::Trace,
        "PATCH" => Method::Patch,
        other => Method::Other(other.to_owned()),
    }
}

/// Writes the body and finishes it. Unless it was finished, the host takes the request as broken off.
async fn write(outgoing: OutgoingBody, body: BodyReader) {
    if write_all(&outgoing, body).await.is_ok() {
        // An error is the response's too.
        let _ = OutgoingBody::finish(outgoing, None);
    }
}

async fn write_all(outgoing: &OutgoingBody, mut body: BodyReader) -> Result<(), StreamError> {
    let Ok(stream) = outgoing.write() else { return Err(StreamError::Closed) };
    let mut chunk = Vec::new();
    while body.remaining() > 0 {
        let room = match stream.check_write()? {
            0 => {
                ready(stream.subscribe()).await;
                continue;
            }
            room => usize::try_from(room).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES),
        };
        // Taken only now that there is room for it: what is taken counts as sent.
        chunk.resize(room, 0);
        let Ok(length) = body.read(&mut chunk) else { break };
        stream.write(&chunk[..length])?;
    }
    Ok(())
}
