//! A client with redirects and retries on: nothing is sent twice, and no failure after a first request is `NotSent`.

use std::error::Error as StdError;
use std::sync::Arc;

use http::Request;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use sphere_bounded::{LIMIT, within};
use sphere_conformance::server::{Received, RefusingPort, Server};
use sphere_core::transport::{
    Delivery, Transport as _, TransportError, TransportErrorKind as Kind, TransportRequest, TransportResponse,
};
use sphere_reqwest::ReqwestTransport;
use tokio::runtime::Runtime;

type Outcome = Result<TransportResponse, TransportError>;

/// reqwest's own defaults, but for TLS, which needs a provider, and the environment's proxy.
fn builder() -> reqwest::ClientBuilder {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy()
}

fn post(builder: reqwest::ClientBuilder, url: String, body: &'static str) -> Outcome {
    let transport = ReqwestTransport::new(builder.build().unwrap());
    let request = Request::post(url).header("content-length", body.len());
    let request = TransportRequest::new(request.body(bytes::Bytes::from(body).into()).unwrap());
    within(LIMIT, move || Runtime::new().unwrap().block_on(transport.send(request)))
}

/// The URL of a port that refuses.
fn refusing() -> (RefusingPort, String) {
    let port = RefusingPort::new();
    let url = format!("http://{}/customer_1", port.address());
    (port, url)
}

/// A server that redirects `/first`.
fn redirecting(status: u16, location: String) -> Server {
    Server::serve(move |request: &Received| match &*request.target() {
        "/first" => format!("HTTP/1.1 {status} Go\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"),
        _ => "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned(),
    })
}

#[track_caller]
fn is(error: &TransportError, kind: Kind, delivery: Delivery) {
    assert_eq!((error.kind(), error.delivery()), (kind, delivery), "{error:?}");
    let causes = std::iter::successors(Some(error as &dyn StdError), |&error| error.source());
    for cause in causes {
        let shown = format!("{cause} {cause:?}");
        assert!(!shown.contains("customer_1"), "{shown}");
    }
}

#[test]
fn followed_redirects_are_setup_errors() {
    for status in [301, 302, 303] {
        let server = redirecting(status, "/customer_1".to_owned());
        let error = post(builder(), server.url("/first"), "body").unwrap_err();
        is(&error, Kind::Setup, Delivery::Unknown);
        assert!(error.source().unwrap().to_string().contains("Policy::none()"));
        let methods: Vec<_> = server.finish().iter().map(Received::method).collect();
        assert_eq!(methods, ["POST", "GET"]);
    }
}

#[test]
fn no_body_is_sent_to_another_url() {
    for (status, body) in [(307, "body"), (308, "body"), (307, ""), (308, "")] {
        let server = redirecting(status, "/next".to_owned());
        let response = post(builder(), server.url("/first"), body).unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(server.finish().len(), 1, "{status} {body}");
    }
}

#[test]
fn unreachable_redirect_does_not_prove_not_sent() {
    let (_open, url) = refusing();
    for body in ["body", ""] {
        let server = redirecting(303, url.clone());
        is(&post(builder(), server.url("/first"), body).unwrap_err(), Kind::Connect, Delivery::Unknown);
        server.finish();
    }
}

#[test]
fn redirect_to_another_scheme_proves_nothing() {
    let server = redirecting(302, "ftp://127.0.0.1/customer_1".to_owned());
    let error = post(builder(), server.url("/first"), "body").unwrap_err();
    is(&error, Kind::Setup, Delivery::Unknown);
    assert!(error.source().unwrap().to_string().contains("Policy::none()"));
    server.finish();
}

#[test]
fn retry_policies_do_not_resend() {
    for body in ["body", ""] {
        let server = Server::serve(|_| "HTTP/1.1 503 Later\r\ncontent-length: 0\r\n\r\n");
        let policy = reqwest::retry::for_host("127.0.0.1").classify_fn(|outcome| match outcome.status() {
            Some(http::StatusCode::SERVICE_UNAVAILABLE) => outcome.retryable(),
            _ => outcome.success(),
        });
        let response = post(builder().retry(policy), server.url("/"), body).unwrap();
        assert_eq!(response.status(), 503);
        assert_eq!(server.finish().len(), 1, "`{body}`");
    }
}

#[test]
fn refused_connection_is_not_sent() {
    let (_open, url) = refusing();
    for body in ["body", ""] {
        is(&post(builder(), url.clone(), body).unwrap_err(), Kind::Connect, Delivery::NotSent);
    }
    let error = post(builder().https_only(true), url, "").unwrap_err();
    is(&error, Kind::Setup, Delivery::NotSent);
}

#[test]
fn requests_time_limit_replaces_the_clients() {
    let server = Server::serve(|_| "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let client = builder().timeout(std::time::Duration::ZERO);
    assert_eq!(post(client, server.url("/"), "").unwrap().status(), 200);
    server.finish();
}
