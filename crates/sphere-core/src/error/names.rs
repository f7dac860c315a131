//! The names of failures in traces and metrics: few, fixed, and as OpenTelemetry's conventions want `error.type`.

use std::borrow::Cow;

use super::Cause;
use crate::transport::TransportErrorKind;
#[cfg(feature = "tracing")]
use crate::values::StopReason;

/// A call that was dropped before its end.
pub(crate) const CANCELLED: &str = "cancelled";

/// A status, or why there is no response.
pub(crate) fn error_type(cause: &Cause) -> Cow<'static, str> {
    match cause {
        Cause::Request(_) => "invalid_request".into(),
        Cause::Transport(error) => kind_name(error.kind()).into(),
        Cause::Api(error, _) => error.status().as_str().to_owned().into(),
        Cause::Response(_) => "invalid_response".into(),
    }
}

pub(crate) fn kind_name(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Connect => "connect",
        TransportErrorKind::Timeout => "timeout",
        TransportErrorKind::Tls => "tls",
        TransportErrorKind::Protocol => "protocol",
        TransportErrorKind::TooLarge => "too_large",
        TransportErrorKind::Interrupted => "interrupted",
        TransportErrorKind::Setup => "setup",
        TransportErrorKind::Other => "other",
    }
}

#[cfg(feature = "tracing")]
pub(crate) fn stop_name(stop: StopReason) -> &'static str {
    match stop {
        StopReason::NotRetryable => "not_retryable",
        StopReason::AttemptLimit => "attempt_limit",
        StopReason::Deadline => "deadline",
        StopReason::RetryBudget => "retry_budget",
    }
}
