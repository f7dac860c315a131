//! Wrong errors, and errors at the wrong time.

// All have the shape of `send`.
#![allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps)]

use std::fmt;

use sphere_core::transport::Delivery;

use super::*;

/// Every error but one with a head, which cannot claim it.
fn claims_not_sent(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(request).map_err(|error| if error.status().is_none() { error.not_sent() } else { error })
}

#[test]
fn one_that_claims_not_sent() {
    breaks(
        claims_not_sent,
        &[
            "server_that_never_reads_ends_in_time",
            "delivery_is_unknown_after_timeout",
            "delivery_is_unknown_after_partial_request",
            "delivery_is_unknown_after_reset",
            "delivery_is_unknown_after_reused_connection_resets",
            "delivery_does_not_depend_on_earlier_calls",
            "delivery_is_unknown_after_close",
            "delivery_is_unknown_after_reused_connection_closes",
            "delivery_is_unknown_after_garbage",
            "delivery_is_unknown_after_partial_response",
        ],
    );
}

fn ignores_time_left(right: &Minimal, request: TransportRequest) -> Outcome {
    if request.time_left().is_zero() {
        return right.send(request);
    }
    right.send(request.with_time_left(Duration::from_secs(60)))
}

#[test]
fn one_that_ignores_time_left() {
    breaks(
        ignores_time_left,
        &[
            "timeout_within_a_body_keeps_the_head",
            "dribbled_body_ends_in_time",
            "dribbled_head_ends_in_time",
            "late_response_never_reaches_another_call",
            "request_without_a_body_ends_in_time",
            "server_that_never_reads_ends_in_time",
            "silent_reused_connection_ends_in_time",
            "silent_server_ends_in_time",
            "dribbled_chunks_end_in_time",
            "endless_informational_responses_end_in_time",
            "call_after_a_timeout_succeeds",
        ],
    );
}

/// It reads far more than it is allowed to.
fn reads_without_limit(right: &Minimal, request: TransportRequest) -> Outcome {
    let limit = request.max_response_bytes().max(48 << 20);
    right.send(request.with_max_response_bytes(limit))
}

#[test]
fn one_that_reads_without_limit() {
    breaks(
        reads_without_limit,
        &[
            "declared_length_over_the_limit_fails_early",
            "body_one_byte_over_the_limit_fails",
            "limit_of_zero_allows_an_empty_body",
            "endless_body_is_cut_off",
            "endless_chunks_are_cut_off",
            "too_large_body_keeps_the_head",
        ],
    );
}

/// It stops where it should, and returns what it has.
fn cuts_at_the_limit(right: &Minimal, request: TransportRequest) -> Outcome {
    let limit = request.max_response_bytes();
    let response = right.send(request.with_max_response_bytes(limit.saturating_add(1)))?;
    changed(response, |http| http.body_mut().truncate(limit))
}

#[test]
fn one_that_cuts_at_the_limit() {
    breaks(
        cuts_at_the_limit,
        &[
            "declared_length_over_the_limit_fails_early",
            "body_one_byte_over_the_limit_fails",
            "too_large_body_keeps_the_head",
        ],
    );
}

/// It loses the status and headers of a response whose body broke.
fn loses_the_head(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(request).map_err(|error| TransportError::new(error.kind(), error.to_string()))
}

#[test]
fn one_that_loses_the_head() {
    breaks(
        loses_the_head,
        &[
            "invalid_server_names_are_setup_errors",
            "invalid_urls_are_setup_errors",
            "urls_with_a_user_name_are_setup_errors",
            "wrong_content_length_is_a_setup_error",
            "declared_length_over_the_limit_fails_early",
            "unsent_requests_are_reported_as_not_sent",
            "invalid_chunk_keeps_the_head",
            "body_shorter_than_its_length_is_an_interruption",
            "timeout_within_a_body_keeps_the_head",
            "reset_does_not_end_a_body",
            "reset_within_a_body_keeps_the_head",
            "incomplete_chunks_are_an_interruption",
            "too_large_body_keeps_the_head",
        ],
    );
}

/// It returns a response whose body broke as if it were complete.
fn takes_half_a_body_for_a_whole(right: &Minimal, request: TransportRequest) -> Outcome {
    match right.send(request) {
        Err(error) if error.kind() == Kind::Interrupted && error.status().is_some() => {
            let mut response = Response::new(Bytes::from_static(b"half"));
            *response.status_mut() = error.status().unwrap();
            *response.headers_mut() = error.headers().unwrap().clone();
            Ok(response.into())
        }
        outcome => outcome,
    }
}

#[test]
fn half_body_taken_for_a_whole() {
    breaks(
        takes_half_a_body_for_a_whole,
        &[
            "declared_length_reserves_no_memory",
            "body_shorter_than_its_length_is_an_interruption",
            "reset_does_not_end_a_body",
            "reset_within_a_body_keeps_the_head",
            "incomplete_chunks_are_an_interruption",
        ],
    );
}

fn knows_one_kind_of_error(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(request).map_err(|error| {
        let other = TransportError::other(error.to_string());
        match error.status() {
            Some(status) => other.with_head(status, &error.headers().unwrap()),
            None => other,
        }
    })
}

#[test]
fn one_that_knows_one_kind_of_error() {
    breaks(
        knows_one_kind_of_error,
        &[
            "invalid_server_names_are_setup_errors",
            "invalid_urls_are_setup_errors",
            "urls_with_a_user_name_are_setup_errors",
            "wrong_content_length_is_a_setup_error",
            "endless_header_is_cut_off",
            "endless_headers_are_cut_off",
            "declared_length_over_the_limit_fails_early",
            "declared_length_reserves_no_memory",
            "delivery_does_not_depend_on_earlier_calls",
            "endless_informational_responses_end_in_time",
            "invalid_chunk_keeps_the_head",
            "reset_within_a_body_keeps_the_head",
            "timeout_within_a_body_keeps_the_head",
            "too_large_body_keeps_the_head",
            "unanswered_connect_ends_with_the_connect_timeout",
            "unsent_requests_are_reported_as_not_sent",
            "body_one_byte_over_the_limit_fails",
            "body_shorter_than_its_length_is_an_interruption",
            "dribbled_body_ends_in_time",
            "dribbled_head_ends_in_time",
            "giant_chunk_is_too_large",
            "limit_of_zero_allows_an_empty_body",
            "refused_connection_is_a_connect_error",
            "request_without_a_body_ends_in_time",
            "reset_does_not_end_a_body",
            "server_that_never_reads_ends_in_time",
            "silent_reused_connection_ends_in_time",
            "silent_server_ends_in_time",
            "endless_body_is_cut_off",
            "unknown_host_is_a_connect_error",
            "incomplete_chunks_are_an_interruption",
            "dribbled_chunks_end_in_time",
            "endless_chunks_are_cut_off",
            "missing_response_is_an_interruption",
            "no_time_left_sends_nothing",
            "invalid_http_is_a_protocol_error",
        ],
    );
}

fn quotes_the_key(right: &Minimal, request: TransportRequest) -> Outcome {
    let headers = format!("{:?}", request.http().headers());
    right.send(request).map_err(|error| {
        let quoting = TransportError::new(error.kind(), headers);
        match error.status() {
            Some(status) => quoting.with_head(status, &error.headers().unwrap()),
            None => quoting,
        }
    })
}

#[test]
fn one_that_quotes_the_key() {
    breaks(
        quotes_the_key,
        &[
            "invalid_server_names_are_setup_errors",
            "invalid_urls_are_setup_errors",
            "urls_with_a_user_name_are_setup_errors",
            "wrong_content_length_is_a_setup_error",
            "unsent_requests_are_reported_as_not_sent",
            "errors_hide_the_api_key",
        ],
    );
}

/// An error whose text says nothing, unlike its `Debug` output.
struct Talkative(String);

impl fmt::Display for Talkative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no details")
    }
}

impl fmt::Debug for Talkative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Talkative {}

fn shows_the_key_in_debug(right: &Minimal, request: TransportRequest) -> Outcome {
    let headers = format!("{:?}", request.http().headers());
    right.send(request).map_err(|error| {
        let talkative = TransportError::new(error.kind(), Talkative(headers));
        match (error.status(), error.delivery()) {
            (Some(status), _) => talkative.with_head(status, &error.headers().unwrap()),
            (None, Delivery::NotSent) => talkative.not_sent(),
            (None, _) => talkative,
        }
    })
}

#[test]
fn one_that_shows_the_key_in_debug() {
    breaks(shows_the_key_in_debug, &["errors_hide_the_api_key"]);
}

fn panics_on_errors(right: &Minimal, request: TransportRequest) -> Outcome {
    Ok(right.send(request).unwrap())
}

#[test]
fn one_that_panics_on_errors() {
    let broken = broken(&candidate(|| Wrong(Minimal::default(), panics_on_errors)));
    assert!(broken.len() > 20, "{broken:?}");
}

/// As one that leaves its limit to the kernel.
fn ends_late(right: &Minimal, request: TransportRequest) -> Outcome {
    let time_left = request.time_left();
    let late = if time_left.is_zero() { time_left } else { time_left + time_left / 8 };
    right.send(request.with_time_left(late))
}

#[test]
fn one_that_ends_late() {
    let wrong = candidate(|| Wrong(Minimal::default(), ends_late));
    let report = run(&wrong, |contract| contract.name() == TAKES_SECONDS);
    assert_eq!(names_of_broken(&report).into_iter().collect::<Vec<_>>(), [TAKES_SECONDS]);
}

#[test]
fn one_that_hangs_is_wrong_on_the_wire() {
    let hangs = |_: &Minimal, _| -> Outcome {
        loop {
            std::thread::park();
        }
    };
    let candidate = candidate(move || Wrong(Minimal::default(), hangs));
    let report = run(&candidate, |contract| contract.name() == "delivery_is_unknown_after_close");
    let aspects: Vec<_> = report.broken().map(sphere_conformance::Outcome::aspect).collect();
    assert_eq!(aspects, [Aspect::Wire], "{report}");
}
