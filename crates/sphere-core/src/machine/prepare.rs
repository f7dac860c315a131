//! From an operation's request to an HTTP request: URL, headers, body and limits, built once for all attempts.

use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, Request, Uri};

use super::Options;
use crate::config::{self, Config, RetryPolicy};
use crate::endpoint::{ApiRequest, InvalidRequest, Operation};
use crate::transport::{RequestBody, TransportRequest};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A request that is ready to be sent, as often as it takes.
pub(super) struct Prepared {
    pub(super) name: &'static str,
    pub(super) timeout: Duration,
    max_response_bytes: usize,
    http: Request<RequestBody>,
}

impl Prepared {
    pub(super) fn new(
        config: &Config,
        operation: Operation,
        request: ApiRequest,
        options: &Options,
    ) -> Result<Self, InvalidRequest> {
        let timeout = options.timeout.or(operation.timeout).unwrap_or(config.timeout());
        config::validate_timeout("timeout", timeout)
            .and_then(|()| options.retry.as_ref().map_or(Ok(()), RetryPolicy::validate))
            .map_err(|error| InvalidRequest::new(error.field(), error.fault()))?;
        Ok(Self {
            name: operation.name,
            timeout,
            max_response_bytes: operation.max_response_bytes.unwrap_or(config.max_response_bytes()),
            http: http_request(config, operation.method, request, options)?,
        })
    }

    /// The request for one attempt. Cloning the body copies no bytes.
    pub(super) fn request(
        &self,
        time_left: Duration,
        connect_timeout: Duration,
        needs_fresh_connection: bool,
    ) -> TransportRequest {
        TransportRequest::new(self.http.clone())
            .with_operation(self.name)
            .with_time_left(time_left)
            .with_connect_timeout(connect_timeout)
            .with_max_response_bytes(self.max_response_bytes)
            .with_fresh_connection(needs_fresh_connection)
    }

    pub(super) fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }
}

fn http_request(
    config: &Config,
    method: Method,
    request: ApiRequest,
    options: &Options,
) -> Result<Request<RequestBody>, InvalidRequest> {
    let parts = request.into_parts();
    let uri = uri(config, &parts.path, &parts.query)?;
    let mut headers = parts.headers;
    headers.reserve(7);
    headers.insert(header::AUTHORIZATION, config.api_key().authorization().clone());
    headers.insert(header::ACCEPT, parts.accept);
    headers.insert(header::USER_AGENT, config.user_agent().clone());
    if let Some(key) = &options.idempotency_key {
        headers.insert(IDEMPOTENCY_KEY, key.header().clone());
    }
    let length = parts.body.len();
    // RFC 9110, section 8.6: a method that defines content for its request says its length even if that is
    // zero. hyper does not, and some gateways answer 411.
    if length > 0 || matches!(method, Method::POST | Method::PUT | Method::PATCH) {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    if let Some(content_type) = parts.content_type {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    let body = match &options.upload_observer {
        Some(observer) => parts.body.observed_by(observer.clone()),
        None => parts.body,
    };
    let mut http = Request::new(body);
    *http.method_mut() = method;
    *http.uri_mut() = uri;
    *http.headers_mut() = headers;
    Ok(http)
}

fn uri(config: &Config, path: &str, query: &str) -> Result<Uri, InvalidRequest> {
    let invalid = |_| InvalidRequest::new("path and query", "cannot be a URL: they are too long");
    let base = config.base_url();
    let path_and_query = Bytes::from([&base.path_prefix, path, query].concat());
    let mut parts = http::uri::Parts::default();
    parts.scheme = Some(base.scheme.clone());
    parts.authority = Some(base.authority.clone());
    parts.path_and_query = Some(PathAndQuery::from_maybe_shared(path_and_query).map_err(invalid)?);
    Uri::from_parts(parts).map_err(|_| InvalidRequest::new("path and query", "cannot be a URL"))
}
