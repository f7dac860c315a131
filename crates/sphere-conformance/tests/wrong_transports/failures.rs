//! What is said about a failure, and when.

// All have the shape of `send`.
#![allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps)]

use super::*;

/// Every error but one with a head, which takes the claim back by itself.
fn claims_not_sent(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(request).map_err(|error| if error.status().is_none() { error.not_sent() } else { error })
}

#[test]
fn one_that_claims_not_sent() {
    breaks(
        claims_not_sent,
        &[
            "a_deadline_after_the_request_is_of_unknown_delivery",
            "a_request_sent_in_part_is_of_unknown_delivery",
            "a_reset_after_the_request_is_of_unknown_delivery",
            "a_reset_of_a_reused_connection_is_of_unknown_delivery",
            "an_earlier_call_proves_nothing_about_this_one",
            "an_end_after_the_request_is_of_unknown_delivery",
            "an_end_of_a_reused_connection_is_of_unknown_delivery",
            "garbage_is_of_unknown_delivery",
            "half_an_answer_is_of_unknown_delivery",
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
            "a_body_that_stops_keeps_the_head",
            "a_deadline_after_the_request_is_of_unknown_delivery",
            "a_dribbled_body_ends_in_time",
            "a_dribbled_head_ends_in_time",
            "a_late_answer_never_reaches_the_next_caller",
            "a_request_is_not_repeated_when_its_time_is_over",
            "a_request_without_a_body_ends_in_time",
            "a_server_that_never_reads_ends_in_time",
            "a_silence_on_a_reused_connection_ends_in_time",
            "a_silent_server_ends_in_time",
            "an_early_answer_does_not_harm_the_next_call",
            "dribbled_chunks_end_in_time",
            "endless_announcements_end_in_time",
            "the_call_after_a_timeout_works",
        ],
    );
}

/// It reads all that comes, or at least far more than it may.
fn reads_without_limit(right: &Minimal, request: TransportRequest) -> Outcome {
    let limit = request.max_response_bytes().max(64 << 20);
    right.send(request.with_max_response_bytes(limit))
}

#[test]
fn one_that_reads_without_limit() {
    breaks(
        reads_without_limit,
        &[
            "a_body_of_one_byte_more_is_too_large",
            "a_limit_of_zero_allows_an_empty_body",
            "an_endless_body_is_cut_off",
            "endless_chunks_are_cut_off",
            "too_large_a_body_keeps_the_head",
        ],
    );
}

/// It stops where it should, and hands out what it has.
fn cuts_at_the_limit(right: &Minimal, request: TransportRequest) -> Outcome {
    let limit = request.max_response_bytes();
    let response = right.send(request.with_max_response_bytes(limit.saturating_add(1)))?;
    answer(response, |http| http.body_mut().truncate(limit))
}

#[test]
fn one_that_cuts_at_the_limit() {
    breaks(cuts_at_the_limit, &["a_body_of_one_byte_more_is_too_large", "too_large_a_body_keeps_the_head"]);
}

/// The status and the headers of an answer whose body broke are lost.
fn loses_the_head(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(request).map_err(|error| TransportError::new(error.kind(), error.to_string()))
}

#[test]
fn one_that_loses_the_head() {
    breaks(
        loses_the_head,
        &[
            "a_bad_chunk_keeps_the_head",
            "a_body_shorter_than_its_length_is_an_interruption",
            "a_body_that_stops_keeps_the_head",
            "a_reset_does_not_end_a_body",
            "a_reset_within_a_body_keeps_the_head",
            "chunks_cut_off_are_an_interruption",
            "too_large_a_body_keeps_the_head",
        ],
    );
}

/// An answer whose body broke passes for a whole one.
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
fn one_that_takes_half_a_body_for_a_whole() {
    breaks(
        takes_half_a_body_for_a_whole,
        &[
            "a_body_shorter_than_its_length_is_an_interruption",
            "a_reset_does_not_end_a_body",
            "a_reset_within_a_body_keeps_the_head",
            "chunks_cut_off_are_an_interruption",
        ],
    );
}

fn knows_one_kind_of_error(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(request).map_err(|error| {
        let other = TransportError::other(error.to_string());
        match error.status() {
            Some(status) => other.with_head(status, error.headers().unwrap().clone()),
            None => other,
        }
    })
}

#[test]
fn one_that_knows_one_kind_of_error() {
    breaks(
        knows_one_kind_of_error,
        &[
            "a_body_of_one_byte_more_is_too_large",
            "a_body_shorter_than_its_length_is_an_interruption",
            "a_dribbled_body_ends_in_time",
            "a_dribbled_head_ends_in_time",
            "a_giant_chunk_is_too_large",
            "a_limit_of_zero_allows_an_empty_body",
            "a_refused_connection_is_a_connect_error",
            "a_request_without_a_body_ends_in_time",
            "a_reset_does_not_end_a_body",
            "a_server_that_never_reads_ends_in_time",
            "a_silence_on_a_reused_connection_ends_in_time",
            "a_silent_server_ends_in_time",
            "an_endless_body_is_cut_off",
            "an_unknown_name_is_a_connect_error",
            "chunks_cut_off_are_an_interruption",
            "dribbled_chunks_end_in_time",
            "endless_chunks_are_cut_off",
            "no_answer_at_all_is_an_interruption",
            "no_time_left_sends_nothing",
            "what_is_not_http_is_a_protocol_error",
        ],
    );
}

fn quotes_the_key(right: &Minimal, request: TransportRequest) -> Outcome {
    let headers = format!("{:?}", request.http().headers());
    right.send(request).map_err(|error| {
        let quoting = TransportError::new(error.kind(), headers);
        match error.status() {
            Some(status) => quoting.with_head(status, error.headers().unwrap().clone()),
            None => quoting,
        }
    })
}

#[test]
fn one_that_quotes_the_key() {
    breaks(quotes_the_key, &["no_error_shows_the_key"]);
}

fn panics_on_errors(right: &Minimal, request: TransportRequest) -> Outcome {
    Ok(right.send(request).unwrap())
}

#[test]
fn one_that_panics_on_errors() {
    let broken = broken(&Candidate::blocking(|_| Wrong(Minimal::default(), panics_on_errors)));
    assert!(broken.len() > 20, "{broken:?}");
}
