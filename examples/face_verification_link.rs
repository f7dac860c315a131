//! Asks for a face verification link, from async code.
//!
//! `cargo run -p sphere-examples --example face_verification_link -- [CUSTOMER_ID] [--ca-file PEM]`

use std::process::ExitCode;

use sphere_core::Client;
use sphere_examples::{AnyError, Setup, exit_code, print_link, print_story};
use sphere_hyper::{HyperTransport, TokioClock};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<ExitCode, AnyError> {
    let setup = Setup::new()?;
    let mut transport = HyperTransport::builder();
    if let Some(pem) = setup.extra_roots_pem {
        transport = transport.extra_roots_pem(pem);
    }
    let client = Client::new(setup.config, transport.build()?, TokioClock::new());

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
