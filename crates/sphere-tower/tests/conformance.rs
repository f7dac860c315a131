//! Every contract but the declared deviations, over hyper-util's pooled client as a service.

use std::sync::Arc;

use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use sphere_conformance::{BoxFuture, Setup};
use sphere_core::transport::{BoxError, ONCE_IDLE_TIMEOUT, Transport};
use sphere_tower::{TowerTransport, not_connected};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

fn runtime() -> impl Fn(BoxFuture<'_>) {
    let runtime = Runtime::new().unwrap();
    move |future| runtime.block_on(future)
}

fn transport(setup: &Setup) -> Box<dyn Transport> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = setup.trusted_pem() {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    }
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    let connector =
        HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(tcp);
    let client = legacy::Client::builder(TokioExecutor::new())
        .pool_idle_timeout(ONCE_IDLE_TIMEOUT)
        .pool_timer(TokioTimer::new())
        .build(connector);
    let service = client.map_err(|error: legacy::Error| -> BoxError {
        if error.is_connect() { not_connected(error).into() } else { error.into() }
    });
    Box::new(TowerTransport::new(service))
}

mod hyper_util_client {
    sphere_conformance::suite!(
        async,
        super::transport,
        super::runtime,
        clock: sphere_tower::TokioClock::new(),
        deviations: {
            idle_connections_make_room_for_new_ones: "the pool is the service's, which keeps its idle connections",
            burst_leaves_descriptors_to_the_program: "the pool is the service's, which keeps its idle connections",
            invalid_server_names_are_setup_errors: "the connector finds out, and says that it could not connect",
            required_fresh_connection_is_opened: "a service cannot open a new connection for a single request",
            failed_handshakes_are_reported_as_not_sent:
                "a service does not say when it is connected, so a silent handshake may be a sent request",
            early_response_is_returned_and_ends_the_connection: "hyper-util sends the rest of a body that was refused",
            unanswered_connect_ends_with_the_connect_timeout:
                "a service does not say when it is connected; only the time of the whole call bounds it",
            stalled_handshake_ends_with_the_connect_timeout:
                "a service does not say when it is connected; only the time of the whole call bounds it",
        },
        without: {
            alerts: "hyper-util reports all alerts alike",
            limits: "hyper has its own limits",
            idle: "a service keeps its connections as it likes, and opens none before a request",
        },
    );
}
