//! hyper-util's client, with hyper-rustls for https.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Builder, Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use sphere_conformance::Setup;
use sphere_core::transport::{TransportError, TransportErrorKind as Kind, TransportRequest};

use crate::exchange::{Exchange, block_on, body_of, too_large};

type HyperClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// `Client::builder(TokioExecutor::new()).build(https)`; a body is read by `collect()`.
pub fn defaults(setup: &Setup) -> Exchange {
    let client = build(&Client::builder(TokioExecutor::new()), HttpConnector::new(), setup);
    Box::new(move |request| {
        block_on(async {
            let response = client.request(to_request(&request)).await.map_err(error)?;
            let (head, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| {
                TransportError::new(Kind::Interrupted, error).with_head(head.status, &head.headers)
            })?;
            Ok(http::Response::from_parts(head, body.to_bytes()))
        })
    })
}

/// No retries on connections that were closed; idle connections are kept for 4 seconds; connecting takes at most 2
/// seconds; a call has tokio's timeout around it, a body http-body-util's limit.
pub fn tuned(setup: &Setup) -> Exchange {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(Duration::from_secs(2)));
    let mut builder = Client::builder(TokioExecutor::new());
    builder.retry_canceled_requests(false).pool_timer(TokioTimer::new());
    builder.pool_idle_timeout(Duration::from_secs(4));
    let client = build(&builder, connector, setup);
    Box::new(move |request| {
        block_on(async {
            let until = tokio::time::Instant::now().checked_add(request.time_left());
            let until = until.unwrap_or_else(|| tokio::time::Instant::now() + Duration::from_secs(86_400));
            let in_time = tokio::time::timeout_at(until, client.request(to_request(&request)));
            let timed_out = |error| TransportError::new(Kind::Timeout, error);
            let (head, body) = in_time.await.map_err(timed_out)?.map_err(error)?.into_parts();
            let limited = Limited::new(body, request.max_response_bytes());
            let body = match tokio::time::timeout_at(until, limited.collect()).await {
                Ok(Ok(body)) => return Ok(http::Response::from_parts(head, body.to_bytes())),
                Ok(Err(error)) if error.is::<LengthLimitError>() => too_large(),
                Ok(Err(error)) => TransportError::new(Kind::Interrupted, error),
                Err(error) => timed_out(error),
            };
            Err(body.with_head(head.status, &head.headers))
        })
    })
}

fn build(builder: &Builder, mut connector: HttpConnector, setup: &Setup) -> HyperClient {
    connector.enforce_http(false);
    let mut roots = RootCertStore::empty();
    if let Some(pem) = setup.trusted_pem() {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")).expect("a root");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let https = HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1();
    builder.build(https.wrap_connector(connector))
}

fn to_request(request: &TransportRequest) -> Request<Full<Bytes>> {
    request.http().clone().map(|_| Full::new(body_of(request)))
}

fn error(error: Error) -> TransportError {
    if error.is_connect() {
        TransportError::new(Kind::Connect, error).not_sent()
    } else {
        // What hyper found is among the causes; the client's own error does not say.
        TransportError::other(error)
    }
}
