//! What a call tells a tracer: its spans and events, and what the backends log. This module holds only this page.
//!
//! With the feature `tracing`, every call over every transport emits spans and events, under the target `sphere_core`.
//! Names and attributes are those of OpenTelemetry's semantic conventions for HTTP clients, so that a layer such
//! as `tracing-opentelemetry` needs no translation.
//!
//! | | level | what it holds |
//! | --- | --- | --- |
//! | span `call` | INFO | `otel.name` (the operation), `otel.kind` = `internal`, `sphere.attempts`; if it failed, `otel.status_code` = `ERROR`, `error.type`, `sphere.may_have_been_processed`, `sphere.stop_reason`, `sphere.retry_budget.remaining` |
//! | span `attempt`, one for each request, inside the call's | INFO | `otel.name` and `http.request.method`, `otel.kind` = `client`, `url.scheme`, `server.address`, `server.port`, `http.response.status_code`; from the second on `http.request.resend_count`; if it failed, `otel.status_code` = `ERROR`, `error.type` |
//! | event `retrying`, in the call's span | WARN | `retry.reason` (an `error.type`), `retry.delay_ms`, `sphere.retry_budget.remaining` |
//!
//! `error.type` is the status, such as `503`, or one of `connect`, `timeout`, `tls`, `protocol`, `too_large`,
//! `interrupted`, `setup` and `other` for a transport error; `cancelled` if the call was dropped before its
//! end; and, on a call only, `invalid_request` and `invalid_response`. On an attempt, as the conventions want it,
//! a status below 400 is not an error; the call's span says whether it was one.
//!
//! `sphere.stop_reason` is why there was no further attempt: `not_retryable`, `attempt_limit`, `deadline` or
//! `retry_budget`. `sphere.retry_budget.remaining` is how many retries the client and its clones have left; it is
//! absent if they have no limit.
//!
//! A transport runs inside its attempt's span, so that what it logs itself is found there. The wait between two
//! attempts is in the call's span.
//!
//! **The key, the link and the customer's id are not in them**, and no text that a server wrote. So there is
//! neither `url.full`, which the conventions ask for, nor the path; the operation's name says what was called. A
//! call's [`Error`](crate::Error) is yours to log: its `Display` is safe, and has the correlation id.
//!
//! sphere-hyper logs nothing itself. ureq does, with the feature or without:
//!
//! | who | through | level | what it holds |
//! | --- | --- | --- | --- |
//! | sphere-ureq, by ureq | `log` | DEBUG | hosts, a few headers, no path |
//! | sphere-ureq, by ureq | `log` | **TRACE** | **all traffic, with the API key and the link in it** |
//!
//! Wherever TRACE is on, keep that last row off:
//!
//! ```text
//! RUST_LOG=trace,ureq_proto=off,ureq=debug
//! ```
