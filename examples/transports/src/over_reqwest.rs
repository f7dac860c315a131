//! A transport over a `reqwest::Client`.
//!
//! What it cannot do that sphere-hyper can: reqwest adds `accept: */*` to a request that has no `accept` (all
//! of the SDK's have one), and its connect timeout is a setting of the client, so that
//! `TransportRequest::connect_timeout` bounds nothing here but through the client's own.

use std::sync::Arc;

use async_trait::async_trait;
use sphere_core::config::DEFAULT_CONNECT_TIMEOUT;
use sphere_core::transport::{
    ONCE_IDLE_TIMEOUT, Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};

use crate::{Deadline, Limited, is_tls, joined, kind_after_sending};

/// Sends through reqwest.
#[derive(Debug, Clone)]
pub struct OverReqwest {
    client: reqwest::Client,
}

impl OverReqwest {
    /// A client with everything off that would break a rule of the transport: redirects, the environment's
    /// proxy, retries, protocols beyond HTTP/1.1. Trusts `roots`.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] of kind `Setup` if TLS cannot be set up.
    pub fn new(roots: rustls::RootCertStore) -> Result<Self, TransportError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TransportError::new(TransportErrorKind::Setup, error).not_sent())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .http1_only()
            .referer(false)
            .connect_timeout(DEFAULT_CONNECT_TIMEOUT)
            .pool_idle_timeout(ONCE_IDLE_TIMEOUT)
            .build()
            .map_err(|error| TransportError::new(TransportErrorKind::Setup, error).not_sent())?;
        Ok(Self { client })
    }

    /// The bundled Mozilla roots.
    pub fn bundled_roots() -> rustls::RootCertStore {
        rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
    }

    async fn exchange(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let deadline = Deadline::begin(request.time_left())?;
        let limit = request.max_response_bytes();
        // One piece of `Bytes` is not copied; a form with a file is, since a stream needs a feature of reqwest's.
        let request = request.into_http().map(|body| joined(&body));
        let request = reqwest::Request::try_from(request)
            .map_err(|error| TransportError::new(TransportErrorKind::Setup, error).not_sent())?;
        let sending = async { self.client.execute(request).await.map_err(from_reqwest) };
        let mut response = deadline.within(sending).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = deadline.within(async {
            let mut body = Limited::new(limit);
            while let Some(piece) = response.chunk().await.map_err(from_reqwest)? {
                body.push(&piece)?;
            }
            Ok(body.finish())
        });
        match body.await {
            Ok(body) => {
                let mut answer = http::Response::new(body);
                *answer.status_mut() = status;
                *answer.headers_mut() = headers;
                Ok(answer.into())
            }
            Err(error) => Err(error.with_head(status, headers)),
        }
    }
}

/// reqwest's `is_connect` covers lookup, TCP and TLS, and nothing later: it proves `NotSent`.
fn from_reqwest(error: reqwest::Error) -> TransportError {
    // The URL has the customer's id in it; the error's place in a line is enough.
    let error = error.without_url();
    let kind = if is_tls(&error) {
        TransportErrorKind::Tls
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else {
        kind_after_sending(&error)
    };
    let not_sent = error.is_connect() || error.is_builder();
    let error = TransportError::new(kind, error);
    if not_sent { error.not_sent() } else { error }
}

#[async_trait]
impl Transport for OverReqwest {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.exchange(request).await
    }
}
