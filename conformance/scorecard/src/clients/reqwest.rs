//! reqwest's async client.

use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, redirect};
use sphere_conformance::Setup;
use sphere_core::transport::{TransportError, TransportErrorKind as Kind, TransportRequest};

use crate::exchange::{Exchange, block_on, body_of, too_large};

/// `Client::new()`; a body is read by `bytes()`.
pub fn defaults(setup: &Setup) -> Exchange {
    let client = build(Client::builder(), setup);
    Box::new(move |request| {
        block_on(async {
            let mut response = send(to_request(&client, &request)).await?;
            let head = take_head(&mut response);
            let body = response.bytes().await.map_err(|error| with_head(error, &head))?;
            Ok(head.map(|()| body))
        })
    })
}

/// No redirects, no retries, no proxy; connecting takes at most 2 seconds, a call its own time; idle connections are
/// kept for 4 seconds; a body is read in pieces, up to the limit.
pub fn tuned(setup: &Setup) -> Exchange {
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .connect_timeout(Duration::from_secs(2))
        .pool_idle_timeout(Duration::from_secs(4));
    let client = build(builder, setup);
    Box::new(move |request| {
        block_on(async {
            let to_send = to_request(&client, &request).timeout(request.time_left());
            let mut response = send(to_send).await?;
            let head = take_head(&mut response);
            let mut body = Vec::new();
            while let Some(piece) = response.chunk().await.map_err(|error| with_head(error, &head))? {
                body.extend_from_slice(&piece);
                if body.len() > request.max_response_bytes() {
                    return Err(too_large().with_head(head.status(), head.headers()));
                }
            }
            Ok(head.map(|()| body.into()))
        })
    })
}

fn build(builder: ClientBuilder, setup: &Setup) -> Client {
    let trusted =
        setup.trusted_pem().map(|pem| Certificate::from_pem(pem.as_bytes()).expect("a certificate"));
    trusted.into_iter().fold(builder, ClientBuilder::add_root_certificate).build().expect("a client")
}

fn to_request(client: &Client, request: &TransportRequest) -> RequestBuilder {
    let http = request.http();
    let to_send =
        client.request(http.method().clone(), http.uri().to_string()).headers(http.headers().clone());
    if http.body().is_empty() { to_send } else { to_send.body(body_of(request)) }
}

async fn send(request: RequestBuilder) -> Result<reqwest::Response, TransportError> {
    request.send().await.map_err(error)
}

fn take_head(response: &mut reqwest::Response) -> http::Response<()> {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.headers_mut() = std::mem::take(response.headers_mut());
    head
}

fn with_head(source: reqwest::Error, head: &http::Response<()>) -> TransportError {
    error(source).with_head(head.status(), head.headers())
}

fn error(error: reqwest::Error) -> TransportError {
    let kind = match () {
        () if error.is_builder() => Kind::Setup,
        () if error.is_timeout() => Kind::Timeout,
        () if error.is_connect() => Kind::Connect,
        () if error.is_body() || error.is_decode() => Kind::Interrupted,
        () => Kind::Other,
    };
    let is_unsent = error.is_builder() || error.is_connect();
    let error = TransportError::new(kind, error);
    if is_unsent { error.not_sent() } else { error }
}
