//! ureq's agent.

use std::time::Duration;

use http::Method;
use sphere_conformance::Setup;
use sphere_core::transport::{TransportError, TransportErrorKind as Kind, TransportRequest};
use ureq::config::{AutoHeaderValue, Config, ConfigBuilder};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::typestate::AgentScope;
use ureq::{Agent, AsSendBody, Body, Error};

use crate::exchange::{Exchange, body_of, kind_of_io};

/// `Agent::new_with_defaults()`; a body is read by `read_to_vec()`.
pub fn defaults(setup: &Setup) -> Exchange {
    let agent = build(Config::builder(), setup);
    Box::new(move |request| {
        let (head, mut body) = send(&agent, &request, None)?.into_parts();
        let body = body.read_to_vec().map_err(|source| with_head(source, &head))?;
        Ok(http::Response::from_parts(head, body.into()))
    })
}

/// A status is no error; no redirects, no proxy, no header of its own; the limits of the call.
pub fn tuned(setup: &Setup) -> Exchange {
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .accept(AutoHeaderValue::None)
        .accept_encoding(AutoHeaderValue::None)
        .user_agent(AutoHeaderValue::None)
        .max_idle_age(Duration::from_secs(4))
        .proxy(None);
    let agent = build(config, setup);
    Box::new(move |request| {
        let (head, mut body) = send(&agent, &request, Some(&request))?.into_parts();
        let body = body.with_config().limit(request.max_response_bytes() as u64).read_to_vec();
        let body = body.map_err(|source| with_head(source, &head))?;
        Ok(http::Response::from_parts(head, body.into()))
    })
}

fn build(config: ConfigBuilder<AgentScope>, setup: &Setup) -> Agent {
    let Some(pem) = setup.trusted_pem() else { return config.build().into() };
    let trusted = Certificate::from_pem(pem.as_bytes()).expect("a certificate");
    let roots = RootCerts::new_with_certs(&[trusted]);
    config.tls_config(TlsConfig::builder().root_certs(roots).build()).build().into()
}

/// Sends the request, with limits of its own if there are some.
fn send(
    agent: &Agent,
    request: &TransportRequest,
    limits: Option<&TransportRequest>,
) -> Result<http::Response<Body>, TransportError> {
    let (http, body) = (request.http().clone(), body_of(request));
    let has_body = !body.is_empty() || [Method::POST, Method::PUT, Method::PATCH].contains(http.method());
    let sent = if has_body {
        run(agent, http.map(|_| &body[..]), limits)
    } else {
        run(agent, http.map(drop), limits)
    };
    sent.map_err(error)
}

fn run(
    agent: &Agent,
    http: http::Request<impl AsSendBody>,
    limits: Option<&TransportRequest>,
) -> Result<http::Response<Body>, Error> {
    let Some(limits) = limits else { return agent.run(http) };
    let http = agent
        .configure_request(http)
        .timeout_global(Some(limits.time_left()))
        .timeout_connect(Some(limits.connect_timeout()));
    agent.run(http.build())
}

fn with_head(source: Error, head: &http::response::Parts) -> TransportError {
    error(source).with_head(head.status, &head.headers)
}

fn error(error: Error) -> TransportError {
    let kind = match &error {
        Error::HostNotFound | Error::ConnectionFailed => Kind::Connect,
        Error::Timeout(_) => Kind::Timeout,
        Error::Rustls(_) | Error::Tls(_) => Kind::Tls,
        Error::Protocol(_) | Error::LargeResponseHeader(..) => Kind::Protocol,
        Error::BodyExceedsLimit(_) => Kind::TooLarge,
        Error::BadUri(_) | Error::Http(_) => Kind::Setup,
        Error::Io(error) => kind_of_io(error),
        _ => Kind::Other,
    };
    // Timeouts say in which phase they happened. A refused connection can only be the first step.
    let is_unsent = matches!(
        error,
        Error::HostNotFound
            | Error::BadUri(_)
            | Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect)
    );
    let is_unsent = is_unsent || kind == Kind::Connect;
    let error = TransportError::new(kind, error);
    if is_unsent { error.not_sent() } else { error }
}
