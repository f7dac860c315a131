//! Through your own client of reqwest: its connections, TLS provider and proxy serve the SDK too.
//!
//! `cargo run -p sphere-example-transports --example reqwest_client -- [CUSTOMER_ID]`

use std::process::ExitCode;
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use sphere_core::config::DEFAULT_CONNECT_TIMEOUT;
use sphere_core::transport::ONCE_IDLE_TIMEOUT;
use sphere_examples::{AnyError, Setup, exit_code, print_link, print_story};

/// The client that the rest of the program uses.
fn http_client() -> Result<reqwest::Client, AnyError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // A proxy or a client certificate of your own is set here.
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(DEFAULT_CONNECT_TIMEOUT)
        .pool_idle_timeout(ONCE_IDLE_TIMEOUT);
    Ok(client.build()?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<ExitCode, AnyError> {
    let setup = Setup::new()?;
    let client = sphere_reqwest::client(setup.config, http_client()?);
    match client.generate_face_verification_link(&setup.customer).send().await {
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
