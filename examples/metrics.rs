//! Counts and times calls for Prometheus, without a tracer: a type counts them, and a page shows them as
//! Prometheus reads them.
//!
//! `cargo run -p sphere-examples --example metrics -- [CUSTOMER_ID]`

use std::process::ExitCode;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use sphere_core::Client;
use sphere_core::metrics::{AttemptReport, CallReport, Metrics};
use sphere_examples::{AnyError, Setup, exit_code};
use sphere_hyper::{HyperTransport, TokioClock};
use sphere_sandbox::Reply;

/// The labels of OpenTelemetry's `http.client.request.duration`, as Prometheus spells them.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    http_request_method: String,
    server_address: String,
    server_port: u16,
    http_response_status_code: Option<u16>,
    error_type: Option<String>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Clone)]
struct Prometheus {
    request_seconds: Family<Request, Histogram>,
    retries: Family<Operation, Counter>,
    unknown_outcomes: Family<Operation, Counter>,
}

impl Prometheus {
    fn registered(registry: &mut Registry) -> Self {
        let seconds = || Histogram::new([0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]);
        let metrics = Self {
            request_seconds: Family::new_with_constructor(seconds),
            retries: Family::default(),
            unknown_outcomes: Family::default(),
        };
        let seconds = metrics.request_seconds.clone();
        registry.register("http_client_request_duration_seconds", "Time of each request", seconds);
        registry.register("sphere_retries", "Requests after the first of a call", metrics.retries.clone());
        let unknown = metrics.unknown_outcomes.clone();
        registry.register("sphere_unknown_outcomes", "Failed calls that may have been processed", unknown);
        metrics
    }
}

impl Metrics for Prometheus {
    fn attempt_ended(&self, attempt: &AttemptReport<'_>) {
        let request = Request {
            http_request_method: attempt.method().to_string(),
            server_address: attempt.server_address().to_owned(),
            server_port: attempt.server_port(),
            http_response_status_code: attempt.status().map(|status| status.as_u16()),
            error_type: attempt.error_type().map(str::to_owned),
        };
        self.request_seconds.get_or_create(&request).observe(attempt.duration().as_secs_f64());
    }

    fn call_ended(&self, call: &CallReport<'_>) {
        let operation = Operation { operation: call.operation() };
        self.retries.get_or_create(&operation).inc_by(u64::from(call.attempts().saturating_sub(1)));
        if call.may_have_been_processed() {
            self.unknown_outcomes.get_or_create(&operation).inc();
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<ExitCode, AnyError> {
    let setup = Setup::new()?;
    if let Some(sandbox) = &setup.sandbox {
        // So that there is a retry to be counted.
        sandbox.reply_next(Reply::unavailable(Some(0)));
    }
    let mut registry = Registry::default();
    let config = setup.config.to_builder().metrics(Prometheus::registered(&mut registry)).build()?;
    let client = Client::new(config, HyperTransport::new()?, TokioClock::new());

    // The call may fail: the metrics say so.
    let result = client.generate_face_verification_link(&setup.customer).send().await;

    let mut page = String::new();
    encode(&mut page, &registry)?;
    print!("{page}");
    Ok(if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
