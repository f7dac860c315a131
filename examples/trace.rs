//! Prints what a call tells of itself with sphere-core's feature `tracing`: the call, each of its attempts and
//! the retry between them. Neither the key nor the link nor the customer is in there.
//!
//! `cargo run -p sphere-examples --example trace -- [CUSTOMER_ID]`
//!
//! `RUST_LOG` says how much.

use std::process::ExitCode;

use sphere_core::Client;
use sphere_examples::{AnyError, Setup, exit_code, print_story};
use sphere_hyper::{HyperTransport, TokioClock};
use sphere_sandbox::Reply;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run().await)
}

/// A line for each event, and for each span when it ends. To send spans elsewhere, put the layer of
/// `tracing-opentelemetry` here: names and attributes are those of OpenTelemetry already.
fn print_traces() -> Result<(), AnyError> {
    let wanted = std::env::var("RUST_LOG").unwrap_or_else(|_| "info".to_owned());
    let lines = tracing_subscriber::fmt::layer()
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(std::io::stderr);
    tracing_subscriber::registry().with(wanted.parse::<Targets>()?).with(lines).try_init()?;
    Ok(())
}

async fn run() -> Result<ExitCode, AnyError> {
    print_traces()?;
    let setup = Setup::new()?;
    if let Some(sandbox) = &setup.sandbox {
        // So that there are two attempts to be seen.
        sandbox.reply_next(Reply::unavailable(Some(0)));
    }
    let client = Client::new(setup.config, HyperTransport::new()?, TokioClock::new());

    match client.generate_face_verification_link(&setup.customer).send().await {
        Ok(link) => {
            println!("A link came, good until {}.", link.expires_at_text().unwrap_or("an unknown time"));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            print_story(&error);
            Ok(ExitCode::FAILURE)
        }
    }
}
