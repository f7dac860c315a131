//! Over each transport a client gets a link from a sandbox, and an error that says what happened.

use std::path::PathBuf;

use hyper_util::client::legacy;
use rustls::ClientConfig;
use rustls::crypto::ring;
use sphere_bounded::program::{self, run};
use sphere_bounded::{LIMIT, within};
use sphere_core::transport::BoxError;
use sphere_core::{ApiKey, Client, Config, CustomerId};
use sphere_example_transports::spawn_blocking::SpawnBlocking;
use sphere_sandbox::Sandbox;
use sphere_tokio::TokioClock;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

fn gets_a_link(client: impl FnOnce(Config) -> Client + Send + 'static) {
    within(LIMIT, || Runtime::new().unwrap().block_on(makes_three_calls(client)));
}

async fn makes_three_calls(client: impl FnOnce(Config) -> Client) {
    let sandbox = Sandbox::start().unwrap();
    let key = ApiKey::new(sandbox.api_key()).unwrap();
    let client = client(Config::builder(key).base_url(sandbox.base_url()).build().unwrap());
    let link = client
        .generate_face_verification_link(&CustomerId::new("customer_ada").unwrap())
        .send()
        .await
        .unwrap();
    assert!(link.url().starts_with(sandbox.base_url()));
    let unknown = CustomerId::new("customer_unknown").unwrap();
    let error = client.generate_face_verification_link(&unknown).send().await.unwrap_err();
    assert!(error.is_not_found() && error.correlation_id().is_some(), "{error}");
    drop(sandbox);
    let error = client.generate_face_verification_link(&unknown).send().await.unwrap_err();
    assert_eq!(error.attempts(), 3, "{error}");
    // The first attempt may meet a connection that is closing.
    assert!(!error.history()[2].may_have_been_processed(), "{error}");
}

#[test]
fn over_a_reqwest_client() {
    let tls = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let http = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap();
    gets_a_link(|config| sphere_reqwest::client(config, http));
}

#[test]
fn over_a_tower_service() {
    let service = legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
    let service = service.map_err(|error: legacy::Error| -> BoxError {
        if error.is_connect() { sphere_tower::not_connected(error).into() } else { error.into() }
    });
    gets_a_link(|config| sphere_tower::client(config, service));
}

#[test]
fn from_blocking_to_async() {
    let transport = SpawnBlocking::new(sphere_ureq::UreqTransport::new().unwrap());
    gets_a_link(|config| Client::new(config, transport, TokioClock::new()));
}

#[test]
fn the_programs_print_a_link() {
    // Cargo builds a package's examples before its tests, into the folder beside theirs.
    let test = std::env::current_exe().unwrap();
    let folder: PathBuf = test.parent().unwrap().parent().unwrap().join("examples");
    for name in ["reqwest_client", "tower_service"] {
        let mut program = program::command(folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
        let output = run(program.env_remove("SPHEREPAY_API_KEY").env_remove("SPHEREPAY_BASE_URL"));
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && out.contains("/check/"), "{name}: {out}{err}");
    }
}
