//! Every contract but the declared deviations, over a client that follows no redirect and has a time to connect.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use sphere_conformance::{BoxFuture, Setup};
use sphere_core::config::DEFAULT_CONNECT_TIMEOUT;
use sphere_core::transport::ONCE_IDLE_TIMEOUT;
use sphere_reqwest::ReqwestTransport;
use tokio::runtime::Runtime;

fn runtime() -> impl Fn(BoxFuture<'_>) {
    let runtime = Runtime::new().unwrap();
    move |future| runtime.block_on(future)
}

fn transport(setup: &Setup) -> ReqwestTransport {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = setup.trusted_pem() {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    }
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(DEFAULT_CONNECT_TIMEOUT)
        .pool_idle_timeout(ONCE_IDLE_TIMEOUT);
    ReqwestTransport::new(client.build().unwrap())
}

mod reqwest_client {
    sphere_conformance::suite!(
        async,
        super::transport,
        super::runtime,
        clock: sphere_reqwest::TokioClock::new(),
        deviations: {
            idle_connections_make_room_for_new_ones: "the pool is reqwest's, which keeps its idle connections",
            burst_leaves_descriptors_to_the_program: "the pool is reqwest's, which keeps its idle connections",
            invalid_server_names_are_setup_errors: "hyper-rustls finds out, and says that it could not connect",
            failed_handshakes_are_reported_as_not_sent: "the time to connect is the client's, not the request's",
            stalled_handshake_ends_with_the_connect_timeout: "the time to connect is the client's, not the request's",
            unanswered_connect_ends_with_the_connect_timeout: "the time to connect is the client's, not the request's",
            required_fresh_connection_is_opened: "reqwest cannot open a new connection for a single request",
            early_response_is_returned_and_ends_the_connection: "reqwest sends the rest of a body that was refused",
            only_host_and_framing_headers_are_added: "reqwest adds `accept: */*` where there is no `accept`",
            path_and_query_are_sent_unchanged: "reqwest's URL type resolves `%2e%2E` in a path",
        },
        without: {
            alerts: "reqwest reports all alerts alike",
            limits: "hyper has its own limits",
            idle: "reqwest keeps its connections as the client says, and opens none before a request",
        },
    );
}
