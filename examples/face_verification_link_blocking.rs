//! Asks for a face verification link, from blocking code.
//!
//! `cargo run -p sphere-examples --example face_verification_link_blocking -- [CUSTOMER_ID] [--ca-file PEM]`

use std::process::ExitCode;

use sphere_core::blocking::Client;
use sphere_core::clock::SystemClock;
use sphere_examples::{AnyError, Setup, exit_code, print_link, print_story};
use sphere_ureq::UreqTransport;

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<ExitCode, AnyError> {
    let setup = Setup::new()?;
    let mut transport = UreqTransport::builder();
    if let Some(pem) = setup.extra_roots_pem {
        transport = transport.extra_roots_pem(pem);
    }
    let client = Client::new(setup.config, transport.build()?, SystemClock::new());

    match client.generate_face_verification_link(&setup.customer).send() {
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
