//! A transport of one's own: around another one, it reports every attempt to your metrics. The client does not
//! know, and does all that it does for the transports that the SDK has.
//!
//! `cargo run -p sphere-examples --example own_transport -- [CUSTOMER_ID]`

use std::process::ExitCode;
use std::time::Instant;

use async_trait::async_trait;
use sphere_core::Client;
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_examples::{AnyError, Setup, exit_code, print_link, print_story};
use sphere_hyper::{HyperTransport, TokioClock};
use sphere_sandbox::Reply;

/// Reports how each attempt ended and how long it took.
struct Measured<T>(T);

#[async_trait]
impl<T: Transport> Transport for Measured<T> {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        // The operation's name is made for this. The URL is not: it holds the customer's id.
        let (operation, begun) = (request.operation(), Instant::now());
        let outcome = self.0.send(request).await;
        let ended = match &outcome {
            Ok(response) => response.status().to_string(),
            Err(error) => error.to_string(),
        };
        let took = begun.elapsed();
        // Instead of this line: your histogram.
        println!("{operation}: {ended} after {} ms", took.as_millis());
        outcome
    }

    async fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        self.0.warm_up(request).await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<ExitCode, AnyError> {
    let setup = Setup::new()?;
    if let Some(sandbox) = &setup.sandbox {
        // So that there are two attempts to be seen.
        sandbox.reply_next(Reply::unavailable(Some(0)));
    }
    let client = Client::new(setup.config, Measured(HyperTransport::new()?), TokioClock::new());

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
