//! Through your own tower service: hyper-util's pooled client with a layer around it, here one that counts.
//!
//! `cargo run -p sphere-example-transports --example tower_service -- [CUSTOMER_ID]`
//!
//! It speaks plain http, for the sandbox. For SpherePay give the client a connector with TLS.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use sphere_core::transport::BoxError;
use sphere_examples::{AnyError, Setup, exit_code, print_link, print_story};
use tower::ServiceExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<ExitCode, AnyError> {
    let setup = Setup::new()?;
    let sent = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&sent);
    let service = legacy::Client::builder(TokioExecutor::new())
        .build_http()
        // An error of this client says when there was no connection. That proves that the request was not sent.
        .map_err(|error: legacy::Error| -> BoxError {
            if error.is_connect() { sphere_tower::not_connected(error).into() } else { error.into() }
        })
        .map_request(move |request| {
            counter.fetch_add(1, Ordering::Relaxed);
            request
        });
    let client = sphere_tower::client(setup.config, service);
    let outcome = client.generate_face_verification_link(&setup.customer).send().await;
    println!("requests: {}", sent.load(Ordering::Relaxed));
    match outcome {
        Ok(link) => {
            print_link(&link);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            print_story(&error);
            Ok(ExitCode::FAILURE)
        }
    }
}
