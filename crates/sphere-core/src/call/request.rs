//! From an endpoint to an HTTP request: URL, headers, body.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, Request, Uri};

use super::CallOptions;
use crate::config::{self, Config};
use crate::endpoint::{Endpoint, Path};
use crate::transport::BoxError;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Builds the request of a call, the same for every attempt.
pub(super) fn build<E: Endpoint>(
    config: &Config,
    endpoint: &E,
    options: &CallOptions,
) -> Result<Request<Bytes>, BoxError> {
    if let Some(timeout) = options.timeout {
        config::check_timeout("timeout", timeout)?;
    }
    let body = endpoint.body()?;
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = E::METHOD;
    *request.uri_mut() = uri(config, endpoint)?;

    let headers = request.headers_mut();
    headers.reserve(6);
    headers.insert(header::AUTHORIZATION, config.api_key().authorization().clone());
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(header::USER_AGENT, config.user_agent().clone());
    if let Some(key) = &options.idempotency_key {
        headers.insert(IDEMPOTENCY_KEY, key.header().clone());
    }
    let length = body.as_ref().map_or(0, |body| body.bytes.len());
    // RFC 9110, section 8.6: a method that defines content for its request says its length even if that is
    // zero. hyper does not, and some gateways answer 411.
    if length > 0 || matches!(E::METHOD, Method::POST | Method::PUT | Method::PATCH) {
        // A number is written into memory of its own; the usual one is there already.
        let length = if length == 0 { HeaderValue::from_static("0") } else { HeaderValue::from(length) };
        headers.insert(header::CONTENT_LENGTH, length);
    }
    if let Some(body) = body {
        headers.insert(header::CONTENT_TYPE, body.content_type);
        *request.body_mut() = body.bytes;
    }
    Ok(request)
}

fn uri<E: Endpoint>(config: &Config, endpoint: &E) -> Result<Uri, BoxError> {
    let base = config.base_url();
    let mut path = Path::new(&base.path_prefix);
    endpoint.path(&mut path);
    let mut query = path.finish()?;
    endpoint.query(&mut query);

    let mut parts = http::uri::Parts::default();
    parts.scheme = Some(base.scheme.clone());
    parts.authority = Some(base.authority.clone());
    parts.path_and_query = Some(PathAndQuery::from_maybe_shared(Bytes::from(query.finish()))?);
    Ok(Uri::from_parts(parts)?)
}
