//! One request out, one response back, within the request's limits of time and size.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use js_sys::futures::JsFuture;
use js_sys::{Array, Reflect, Uint8Array};
use sphere_core::transport::{
    BodyCollector, TransportError, TransportErrorKind as Kind, TransportRequest, TransportResponse,
};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{AbortController, ReadableStreamDefaultReader};

use crate::error::{failed, setup};
use crate::host::{IS_HERE, Timer, scope};
use crate::outgoing;

pub(crate) async fn run(request: TransportRequest) -> Result<TransportResponse, TransportError> {
    if !IS_HERE || !Reflect::has(&scope(), &"fetch".into()).unwrap_or(false) {
        return Err(setup("there is no `fetch` here: this transport needs a JavaScript host"));
    }
    if request.time_left().is_zero() {
        return Err(TransportError::timed_out().not_sent());
    }
    request.target()?;
    let controller = AbortController::new().map_err(|_| setup("there is no `AbortController` here"))?;
    let mut deadline = Timer::after(request.time_left());
    let limit = request.max_response_bytes();
    let request = outgoing::request(&request.into_http(), &controller.signal())?;
    // Whatever ends this future ends the exchange too.
    let mut guard = AbortOnDrop(Some(controller));

    // From here on the request may have been sent.
    let fetched = JsFuture::from(scope().fetch_with_request(&request));
    let fetched = deadline.limit(fetched).await.ok_or_else(TransportError::timed_out)?;
    let response: web_sys::Response = fetched.map_err(|error| failed(&error))?.unchecked_into();
    let (status, headers) = parse_head(&response)?;
    let reading = deadline.limit(read(&response, &headers, limit)).await;
    match reading.unwrap_or_else(|| Err(TransportError::timed_out())) {
        Ok(body) => {
            // Only an error status says that the rest of an upload is not wanted (RFC 9112, section 9.5).
            guard.0.take_if(|_| status.as_u16() < 400);
            let mut response = Response::new(body);
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response.into())
        }
        Err(error) => Err(error.with_head(status, &headers)),
    }
}

/// Aborts what is still going on, if anything is.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

fn parse_head(response: &web_sys::Response) -> Result<(StatusCode, HeaderMap), TransportError> {
    // A browser gives a response without status, headers and body (Fetch, "opaque-redirect filtered response").
    if response.type_() == web_sys::ResponseType::Opaqueredirect {
        return Err(TransportError::new(Kind::Setup, "a redirect, which this host hides"));
    }
    let bad = |what: &'static str| TransportError::new(Kind::Protocol, what);
    let status = StatusCode::from_u16(response.status()).map_err(|_| bad("the status is not valid"))?;
    let mut headers = HeaderMap::new();
    for entry in response.headers().entries() {
        let entry: Array = entry.map_err(|_| bad("the headers cannot be read"))?.unchecked_into();
        let text = |index| entry.get(index).as_string().unwrap_or_default();
        let name: HeaderName = text(0).parse().map_err(|_| bad("a header's name is not valid"))?;
        let value =
            HeaderValue::from_bytes(&to_bytes(&text(1))).map_err(|_| bad("a header's value is not valid"))?;
        headers.append(name, value);
    }
    Ok((status, headers))
}

/// A header's value as the host has it: each character is a byte (Fetch, "isomorphic decode"). A host that takes values
/// for UTF-8 has others too.
fn to_bytes(value: &str) -> Vec<u8> {
    let latin1: Option<Vec<u8>> = value.chars().map(|one| u8::try_from(one).ok()).collect();
    latin1.unwrap_or_else(|| value.as_bytes().to_owned())
}

/// Reads a body of at most `limit` bytes.
async fn read(
    response: &web_sys::Response,
    headers: &HeaderMap,
    limit: usize,
) -> Result<Bytes, TransportError> {
    let Some(stream) = response.body() else { return Ok(Bytes::new()) };
    let mut body = BodyCollector::new(limit);
    body.expect(declared_length(headers).unwrap_or(0))?;
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(|error| failed(&error))?;
        let member = |name: &str| Reflect::get(&part, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if member("done").is_truthy() {
            return Ok(body.finish());
        }
        let chunk: Uint8Array =
            member("value").dyn_into().map_err(|_| TransportError::other("the body is not of bytes"))?;
        // Before it is copied.
        body.expect(chunk.length().into())?;
        body.push(&chunk.to_vec())?;
    }
}

/// How long the response says that its body is. If it is compressed, that is not the length of what is read.
fn declared_length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok();
    length.filter(|_| !headers.contains_key(header::CONTENT_ENCODING))
}
