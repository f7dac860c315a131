//! With the feature: spans and events by the crate `tracing`, with OpenTelemetry's names for what an HTTP
//! client does (semantic conventions for HTTP client spans).
//!
//! Only what is listed here goes out, and nothing of it is text that a server or a caller wrote, but for the
//! host and the names that an endpoint gives as constants.

use std::future::Future;
use std::time::Duration;

use http::Method;
use tracing::field::Empty;
use tracing::instrument::Instrumented;
use tracing::{Instrument, Level, Span};

use super::TransferEvent;
use crate::config::Config;
use crate::endpoints::Transfer;
use crate::error::names::{CANCELLED, error_type, kind_name, stop_name};
use crate::error::{Cause, Error, Facts};
use crate::transport::{TransportError, TransportResponse};
use crate::values::target::Target;
use crate::values::{ExternalId, QuoteId, TransferId};

/// The span of a call, all its attempts and waits included. By the conventions it is not an HTTP span: each
/// attempt is one.
pub(crate) struct CallTrace {
    span: Span,
    has_ended: bool,
}

impl CallTrace {
    pub(crate) fn begin(operation: &'static str) -> Self {
        let span = tracing::info_span!(
            target: "sphere_core",
            "call",
            "otel.name" = operation,
            "otel.kind" = "internal",
            "otel.status_code" = Empty,
            "error.type" = Empty,
            "sphere.attempts" = Empty,
            "sphere.may_have_been_processed" = Empty,
            "sphere.stop_reason" = Empty,
            "sphere.retry_budget.remaining" = Empty,
        );
        Self { span, has_ended: false }
    }

    /// Begins the attempt with this number, from 1.
    pub(crate) fn attempt(&self, method: &Method, target: &Target, number: u32) -> AttemptTrace {
        // One of the methods that `http` has constants for, and so of those that the conventions know.
        let method = method.as_str();
        let span = tracing::info_span!(
            target: "sphere_core",
            parent: &self.span,
            "attempt",
            "otel.name" = method,
            "otel.kind" = "client",
            "otel.status_code" = Empty,
            "http.request.method" = method,
            "http.request.resend_count" = Empty,
            "http.response.status_code" = Empty,
            "url.scheme" = target.scheme().as_str(),
            "server.address" = target.host(),
            "server.port" = target.port(),
            "error.type" = Empty,
        );
        if number > 1 {
            span.record("http.request.resend_count", number - 1);
        }
        AttemptTrace { span, has_ended: false }
    }

    /// The attempt failed, and another one follows after this wait.
    pub(crate) fn retry(&self, cause: &Cause, delay: Duration, budget_remaining: Option<u32>) {
        let reason = error_type(cause);
        let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        tracing::event!(
            target: "sphere_core",
            parent: &self.span,
            Level::WARN,
            { retry.reason = &*reason, retry.delay_ms = delay_ms, sphere.retry_budget.remaining = budget_remaining },
            "retrying"
        );
    }

    pub(crate) fn succeed(&mut self, attempts: u32) {
        self.has_ended = true;
        self.span.record("sphere.attempts", attempts);
    }

    pub(crate) fn fail(&mut self, cause: &Cause, facts: &Facts, budget_remaining: Option<u32>) {
        self.has_ended = true;
        self.span.record("sphere.attempts", facts.attempts());
        self.span.record("sphere.may_have_been_processed", facts.may_have_been_processed);
        self.span.record("sphere.stop_reason", stop_name(facts.stop));
        self.span.record("sphere.retry_budget.remaining", budget_remaining);
        record_error(&self.span, &error_type(cause));
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope(self.span.clone())
    }
}

impl Drop for CallTrace {
    fn drop(&mut self) {
        if !self.has_ended {
            record_error(&self.span, CANCELLED);
        }
    }
}

/// The span of one request on its way: an HTTP client span.
#[derive(Debug)]
pub(crate) struct AttemptTrace {
    span: Span,
    has_ended: bool,
}

impl AttemptTrace {
    pub(crate) fn end(mut self, outcome: &Result<TransportResponse, TransportError>) {
        self.has_ended = true;
        let status = match outcome {
            Ok(response) => Some(response.status()),
            Err(error) => error.status(),
        };
        if let Some(status) = status {
            self.span.record("http.response.status_code", status.as_u16());
        }
        match (outcome, status.filter(|status| status.as_u16() >= 400)) {
            (_, Some(status)) => record_error(&self.span, status.as_str()),
            (Err(error), None) => record_error(&self.span, kind_name(error.kind())),
            // The conventions leave it open whether 1xx, 2xx or 3xx is a failure: that is for the call to say.
            (Ok(_), None) => {}
        }
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope(self.span.clone())
    }
}

impl Drop for AttemptTrace {
    fn drop(&mut self) {
        if !self.has_ended {
            record_error(&self.span, CANCELLED);
        }
    }
}

/// Inside one of the spans.
pub(crate) struct Scope(Span);

impl Scope {
    pub(crate) fn run<T>(self, work: impl FnOnce() -> T) -> T {
        self.0.in_scope(work)
    }

    /// Enters the span for each poll and leaves it again: held over an await, it would leak into other tasks.
    pub(crate) fn watch<F: Future>(self, future: F) -> Instrumented<F> {
        future.instrument(self.0)
    }
}

fn record_error(span: &Span, error_type: &str) {
    span.record("error.type", error_type);
    span.record("otel.status_code", "ERROR");
}

/// An event about a transfer, in the caller's span. All of it may be a server's text, which may quote the key: it is
/// shown as an error line shows it.
pub(crate) fn transfer(config: &Config, event: TransferEvent<'_>) {
    let TransferEvent { action, outcome, external_id, quote_id, transfer_id, transfer, error } = event;
    let shown = |text: &str| {
        let mut line = String::new();
        crate::text::push_hiding(&mut line, text, 64, config.hiding(&[]));
        line
    };
    let quote = quote_id.cloned().or_else(|| transfer?.quote_id());
    let external = external_id.map(ExternalId::as_str).or_else(|| transfer?.external_id());
    let id = transfer_id.or(transfer.map(Transfer::id));
    tracing::event!(
        target: "sphere_core",
        Level::INFO,
        {
            sphere.transfer.action = action,
            sphere.transfer.outcome = outcome,
            sphere.transfer.external_id = external.map(shown),
            sphere.transfer.quote_id = quote.as_ref().map(QuoteId::as_str).map(shown),
            sphere.transfer.id = id.map(TransferId::as_str).map(shown),
            sphere.transfer.status = transfer.map(|transfer| shown(transfer.status().as_str())),
            sphere.correlation_id = error.and_then(Error::correlation_id).map(shown),
        },
        "transfer"
    );
}
