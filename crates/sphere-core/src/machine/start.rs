//! Before the first attempt.

use super::prepare::Prepared;
use super::{Options, Progress, Step};
use crate::clock::Moment;
use crate::config::Config;
use crate::endpoint::{ApiRequest, InvalidRequest, Operation};
use crate::error::names::error_type;
use crate::error::{Cause, Error, Facts};
use crate::metrics::CallReport;
use crate::retry::{Repeat, RetryBudget};
use crate::trace::CallTrace;

/// A call that has not begun.
///
/// # Example
///
/// One call, run by hand against a server that is down and then up:
///
/// ```
/// use std::time::Duration;
/// use sphere_core::clock::Moment;
/// use sphere_core::endpoint::{ApiRequest, Operation, Safety};
/// use sphere_core::transport::{TransportError, TransportErrorKind, TransportResponse};
/// use sphere_core::unstable::{Options, Start, Step, new_budget};
/// use sphere_core::{ApiKey, Config};
///
/// let config = Config::new(ApiKey::new("sk_live_1")?);
/// let budget = new_budget(&config);
/// let operation = Operation::new("generate_link", http::Method::POST, Safety::Repeatable);
/// let request = ApiRequest::to(["v2", "customer", "customer_1", "face-verification-link"]);
/// let mut now = Moment::default();
///
/// let seed = 7;
/// let call = Start::new(&config, &budget, operation, request, Options::default(), seed);
/// let Step::Send(request, sent) = call.start(now) else { unreachable!() };
/// assert_eq!(request.http().uri().path(), "/v2/customer/customer_1/face-verification-link");
///
/// let refused = TransportError::new(TransportErrorKind::Connect, "refused").not_sent();
/// let Step::Wait(delay, waiting) = sent.response(Err(refused), now) else { unreachable!() };
/// assert!(delay <= Duration::from_secs(1));
/// now = now + delay;
///
/// let Step::Send(_, sent) = waiting.resume(now) else { unreachable!() };
/// let response = http::Response::builder().status(201).body("{}".into())?;
/// let Step::Succeeded(success) = sent.response(Ok(TransportResponse::new(response)), now) else { unreachable!() };
/// let (status, _) = success.decode(|response| Ok(response.status().as_u16()))?;
/// assert_eq!(status, 201);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Start<'c> {
    config: &'c Config,
    budget: &'c RetryBudget,
    operation: Operation,
    request: Result<ApiRequest, InvalidRequest>,
    options: Options,
    seed: u64,
}

impl<'c> Start<'c> {
    /// A call of this operation. `seed` decides its jitter.
    pub fn new(
        config: &'c Config,
        budget: &'c RetryBudget,
        operation: Operation,
        request: Result<ApiRequest, InvalidRequest>,
        options: Options,
        seed: u64,
    ) -> Self {
        Self { config, budget, operation, request, options, seed }
    }

    /// Begins the call. Its deadline counts from `now`.
    pub fn start(self, now: Moment) -> Step<'c> {
        let Self { config, budget, operation, request, options, seed } = self;
        let mut trace = CallTrace::begin(operation.name);
        let (name, safety) = (operation.name, operation.safety);
        let prepared = match request.and_then(|request| Prepared::new(config, operation, request, &options)) {
            Ok(prepared) => prepared,
            Err(invalid) => {
                let facts = Facts::of_unsent(name);
                let cause = Cause::Request(invalid);
                trace.fail(&cause, &facts, budget.remaining());
                if let Some(metrics) = config.metrics() {
                    metrics.call_ended(&CallReport {
                        operation: name,
                        attempts: 0,
                        error_type: Some(&error_type(&cause)),
                        may_have_been_processed: false,
                        stop_reason: Some(facts.stop),
                        budget_remaining: budget.remaining(),
                        duration: Some(facts.duration),
                    });
                }
                return Step::Failed(Error::new(facts, cause, config.base_url(), config.hiding(&[])));
            }
        };
        let progress = Box::new(Progress {
            config,
            budget,
            repeat: Repeat::of(safety, options.idempotency_key.is_some()),
            policy: options.retry.unwrap_or_else(|| config.retry().clone()),
            random: fastrand::Rng::with_seed(seed),
            began: now,
            deadline: now + prepared.timeout,
            prepared,
            sent_at: now,
            attempts: 0,
            ambiguous_retries: 0,
            history: Vec::new(),
            last: None,
            may_have_been_processed: false,
            needs_fresh_connection: false,
            is_in_flight: false,
            metrics: config.metrics(),
            trace,
        });
        progress.send(now)
    }
}
