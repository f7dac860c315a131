//! A request as `fetch` takes it.

use http::header;
use js_sys::Uint8Array;
use sphere_core::transport::{RequestBody, TransportError};
use web_sys::{AbortSignal, Headers, Request, RequestInit, RequestRedirect};

use crate::error::setup;

/// The request. An error means that nothing was sent. It has nothing of what the host says, which has the URL in it.
pub(crate) fn request(
    request: &http::Request<RequestBody>,
    signal: &AbortSignal,
) -> Result<Request, TransportError> {
    let headers = Headers::new().map_err(|_| setup("there are no `Headers` here"))?;
    for (name, value) in request.headers() {
        // The length is the host's to say, which knows the body.
        if name != header::CONTENT_LENGTH {
            let value: String = value.as_bytes().iter().map(|&byte| char::from(byte)).collect();
            headers
                .append(name.as_str(), &value)
                .map_err(|_| setup(format!("the host refuses the header `{name}`")))?;
        }
    }
    let init = RequestInit::new();
    init.set_method(request.method().as_str());
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(signal));
    if !request.body().is_empty() {
        init.set_body(&bytes(request.body())?.into());
    }
    Request::new_with_str_and_init(&request.uri().to_string(), &init)
        .map_err(|_| setup("the host refuses the request"))
}

/// The body, copied once: out of the module's memory, where `fetch` cannot read it.
fn bytes(body: &RequestBody) -> Result<Uint8Array, TransportError> {
    let length = u32::try_from(body.len()).map_err(|_| setup("the body is larger than 4 GiB"))?;
    let bytes = Uint8Array::new_with_length(length);
    let mut at = 0;
    for chunk in body.reader() {
        // No longer than the body, whose length fits.
        let end = at + u32::try_from(chunk.len()).unwrap_or(u32::MAX);
        bytes.subarray(at, end).copy_from(&chunk);
        at = end;
    }
    Ok(bytes)
}
