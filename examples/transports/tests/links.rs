//! Each model gets a link from a sandbox, and an error that says what happened.

use sphere_bounded::{LIMIT, within};
use sphere_core::transport::{BoxError, Transport};
use sphere_core::{ApiKey, Client, Config, CustomerId};
use sphere_example_transports::over_reqwest::OverReqwest;
use sphere_example_transports::over_tower::OverTower;
use sphere_example_transports::spawn_blocking::SpawnBlocking;
use sphere_hyper::TokioClock;
use sphere_sandbox::Sandbox;
use tokio::runtime::Runtime;

fn gets_a_link(transport: impl Transport + 'static) {
    within(LIMIT, || Runtime::new().unwrap().block_on(makes_three_calls(transport)));
}

async fn makes_three_calls(transport: impl Transport + 'static) {
    let sandbox = Sandbox::start().unwrap();
    let key = ApiKey::new(sandbox.api_key()).unwrap();
    let config = Config::builder(key).base_url(sandbox.base_url()).build().unwrap();
    let client = Client::new(config, transport, TokioClock::new());
    let link = client.face_verification_link(&CustomerId::new("customer_ada").unwrap()).send().await.unwrap();
    assert!(link.url().starts_with(sandbox.base_url()));
    let unknown = CustomerId::new("customer_unknown").unwrap();
    let error = client.face_verification_link(&unknown).send().await.unwrap_err();
    assert!(error.is_not_found() && error.correlation_id().is_some(), "{error}");
    drop(sandbox);
    let error = client.face_verification_link(&unknown).send().await.unwrap_err();
    assert_eq!(error.attempts(), 3, "{error}");
}

#[test]
fn over_reqwest() {
    gets_a_link(OverReqwest::new(OverReqwest::bundled_roots()).unwrap());
}

#[test]
fn over_a_tower_service() {
    let executor = hyper_util::rt::TokioExecutor::new();
    let service = hyper_util::client::legacy::Client::builder(executor)
        .retry_canceled_requests(false)
        .build_http::<http_body_util::Full<bytes::Bytes>>();
    let is_connect = |error: &BoxError| {
        let legacy = error.downcast_ref::<hyper_util::client::legacy::Error>();
        legacy.is_some_and(hyper_util::client::legacy::Error::is_connect)
    };
    gets_a_link(OverTower::proving_not_sent(service, is_connect));
}

#[test]
fn from_blocking_to_async() {
    gets_a_link(SpawnBlocking::new(sphere_ureq::UreqTransport::new().unwrap()));
}
