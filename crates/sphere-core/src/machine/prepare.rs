//! From an operation's request to an HTTP request: URL, headers, body and limits. The operation is asked once; the
//! HTTP request is rebuilt for each attempt: retries are rare.

use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, Request, Uri};

use super::{IdempotencyKey, Options};
use crate::config::{self, Config, RetryPolicy};
use crate::endpoint::{ApiRequest, InvalidRequest, Operation, RequestParts};
use crate::transport::RequestBody;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What all attempts of a call send.
pub(super) struct Prepared {
    pub(super) name: &'static str,
    pub(super) timeout: Duration,
    pub(super) max_response_bytes: usize,
    pub(super) method: Method,
    parts: RequestParts,
    idempotency_key: Option<IdempotencyKey>,
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
        let mut parts = request.into_parts();
        if let Some(progress) = &options.upload_progress {
            parts.body = parts.body.observed_by(progress.clone());
        }
        Ok(Self {
            name: operation.name,
            timeout,
            max_response_bytes: operation.max_response_bytes.unwrap_or(config.max_response_bytes()),
            method: operation.method,
            parts,
            idempotency_key: options.idempotency_key.clone(),
        })
    }

    /// The HTTP request for one attempt. Cloning the body copies no bytes.
    pub(super) fn http_request(&self, config: &Config) -> Result<Request<RequestBody>, InvalidRequest> {
        let mut http = Request::new(self.parts.body.clone());
        *http.method_mut() = self.method.clone();
        *http.uri_mut() = self.uri(config)?;
        let headers = http.headers_mut();
        *headers = self.parts.headers.clone();
        headers.reserve(6);
        headers.insert(header::AUTHORIZATION, config.api_key().authorization().clone());
        headers.insert(header::ACCEPT, self.parts.accept.clone());
        headers.insert(header::USER_AGENT, config.user_agent().clone());
        if let Some(key) = &self.idempotency_key {
            headers.insert(IDEMPOTENCY_KEY, key.header().clone());
        }
        let length = self.parts.body.len();
        // RFC 9110, section 8.6: a method that defines content for its request says its length even if that is
        // zero. hyper does not, and some gateways respond with 411.
        if length > 0 || matches!(self.method, Method::POST | Method::PUT | Method::PATCH) {
            let zero = HeaderValue::from_static("0");
            headers.insert(header::CONTENT_LENGTH, if length == 0 { zero } else { length.into() });
        }
        if let Some(content_type) = &self.parts.content_type {
            headers.insert(header::CONTENT_TYPE, content_type.clone());
        }
        Ok(http)
    }

    pub(super) fn has_idempotency_key(&self) -> bool {
        self.idempotency_key.is_some()
    }

    /// In bytes.
    pub(super) fn body_length(&self) -> u64 {
        self.parts.body.len()
    }

    /// The texts of the request that an error line must not show.
    pub(super) fn private_texts(&self) -> Vec<String> {
        self.parts.private.longest_first()
    }

    fn uri(&self, config: &Config) -> Result<Uri, InvalidRequest> {
        let base = config.base_url();
        let path_and_query = [&base.path_prefix, &*self.parts.path, &*self.parts.query].concat();
        // Only length can be at fault: every character was checked or escaped.
        PathAndQuery::from_maybe_shared(Bytes::from(path_and_query))
            .ok()
            .and_then(|path| base.target.url(path))
            .ok_or_else(|| InvalidRequest::new("path and query", "are too long for a URL"))
    }
}
