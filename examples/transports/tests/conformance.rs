//! The models keep every contract except the declared deviations.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use sphere_conformance::{BoxFuture, Setup};
use sphere_core::transport::{BoxError, ONCE_IDLE_TIMEOUT};
use sphere_example_transports::over_reqwest::OverReqwest;
use sphere_example_transports::over_tower::OverTower;
use sphere_example_transports::spawn_blocking::SpawnBlocking;
use sphere_ureq::{UreqTransport, UreqTransportBuilder};
use tokio::runtime::Runtime;

fn block_on(future: BoxFuture<'_>) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    RUNTIME.block_on(future);
}

fn roots(setup: &Setup) -> RootCertStore {
    let mut roots = OverReqwest::bundled_roots();
    if let Some(pem) = setup.trusted_pem() {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    }
    roots
}

fn reqwest(setup: &Setup) -> OverReqwest {
    OverReqwest::new(roots(setup)).unwrap()
}

type Legacy = legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// hyper-util's pooled client, as a service.
fn tower(setup: &Setup) -> OverTower<Legacy> {
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots(setup))
        .with_no_client_auth();
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    let connector =
        HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(tcp);
    let client = legacy::Client::builder(TokioExecutor::new())
        .pool_idle_timeout(ONCE_IDLE_TIMEOUT)
        .pool_timer(TokioTimer::new())
        .retry_canceled_requests(false)
        .build(connector);
    OverTower::proving_not_sent(client, |error: &BoxError| {
        error.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect)
    })
}

fn blocking(setup: &Setup) -> SpawnBlocking<UreqTransport> {
    let builder = UreqTransport::builder();
    let builder = setup.trusted_pem().into_iter().fold(builder, UreqTransportBuilder::extra_roots_pem);
    SpawnBlocking::new(builder.build().unwrap())
}

mod over_reqwest {
    sphere_conformance::suite!(
        async,
        super::reqwest,
        super::block_on,
        clock: sphere_hyper::TokioClock::new(),
        deviations: {
            declared_length_over_the_limit_fails_early: "it counts the bytes that arrive, not the declared ones",
            failed_handshakes_are_reported_as_not_sent: "its connect timeout is the same for all requests",
            stalled_handshake_ends_with_the_connect_timeout: "its connect timeout is the same for all requests",
            unanswered_connect_ends_with_the_connect_timeout: "its connect timeout is the same for all requests",
            required_fresh_connection_is_opened: "reqwest cannot open a new connection for a single request",
            only_host_and_framing_headers_are_added: "reqwest adds `accept: */*` where there is no `accept`",
            path_and_query_are_sent_unchanged: "reqwest's URL type resolves `%2e%2E` in a path",
        },
        without: {
            alerts: "its library reports all alerts alike",
            limits: "its library has its own limits",
            early: "its library may go on sending after an early response",
            idle: "its library has its own pool",
            unsendable: "its library decides which requests it sends",
        },
    );
}

mod over_tower {
    sphere_conformance::suite!(
        async,
        super::tower,
        super::block_on,
        clock: sphere_hyper::TokioClock::new(),
        deviations: {
            declared_length_over_the_limit_fails_early: "it counts the bytes that arrive, not the declared ones",
            required_fresh_connection_is_opened: "a service cannot open a new connection for a single request",
            failed_handshakes_are_reported_as_not_sent:
                "a service does not say when it is connected, so a silent handshake may be a sent request",
            unanswered_connect_ends_with_the_connect_timeout:
                "a service does not say when it is connected; only the time of the whole call bounds it",
            stalled_handshake_ends_with_the_connect_timeout:
                "a service does not say when it is connected; only the time of the whole call bounds it",
        },
        without: {
            alerts: "its library reports all alerts alike",
            limits: "its library has its own limits",
            early: "its library may go on sending after an early response",
            idle: "its library has its own pool",
            unsendable: "its library decides which requests it sends",
        },
    );
}

mod spawn_blocking {
    sphere_conformance::suite!(
        async,
        super::blocking,
        super::block_on,
        clock: sphere_hyper::TokioClock::new(),
    );
}
