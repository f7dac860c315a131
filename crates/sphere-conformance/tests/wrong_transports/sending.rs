//! More is sent than was asked for, or over other connections.

// All have the shape of `send`.
#![allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps)]

use super::*;

fn follows_redirects(right: &Minimal, request: TransportRequest) -> Outcome {
    let response = right.send(again(&request))?;
    let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
    let Some(location) = location.filter(|_| response.status().is_redirection()) else { return Ok(response) };
    let authority = request.http().uri().authority().map_or("", |authority| authority.as_str());
    let url =
        if location.starts_with('/') { format!("http://{authority}{location}") } else { location.into() };
    match Request::get(url).body(Bytes::new()) {
        Ok(next) if next.uri().scheme_str() == Some("http") => right.send(with_http(&request, next)),
        _ => Ok(response),
    }
}

#[test]
fn one_that_follows_redirects() {
    breaks(
        follows_redirects,
        &["redirects_are_returned_not_followed", "redirects_within_a_server_are_not_followed"],
    );
}

fn retries_errors(right: &Minimal, request: TransportRequest) -> Outcome {
    match right.send(again(&request)) {
        Err(error) if error.kind() == Kind::Interrupted && error.status().is_none() => right.send(request),
        outcome => outcome,
    }
}

#[test]
fn one_that_retries_errors() {
    breaks(
        retries_errors,
        &[
            "a_request_is_not_repeated_after_a_reset",
            "a_request_is_not_repeated_after_a_reset_of_a_reused_connection",
            "a_request_is_not_repeated_after_an_end",
            "a_request_is_not_repeated_after_an_end_of_a_reused_connection",
            "a_request_is_not_repeated_after_half_an_answer",
        ],
    );
}

fn retries_503(right: &Minimal, request: TransportRequest) -> Outcome {
    match right.send(again(&request))? {
        response if response.status() == 503 => right.send(request),
        response => Ok(response),
    }
}

#[test]
fn one_that_retries_503() {
    breaks(retries_503, &["a_request_is_not_repeated_after_an_error_status"]);
}

/// As HTTP libraries do: an end of a connection that served before is taken for a stale one.
fn retries_on_used_connections() -> impl Fn(&Minimal, TransportRequest) -> Outcome {
    let calls = AtomicUsize::new(0);
    move |right, request| {
        let is_first = calls.fetch_add(1, Ordering::SeqCst) == 0;
        match right.send(again(&request)) {
            Err(error) if error.kind() == Kind::Interrupted && error.status().is_none() && !is_first => {
                right.send(request)
            }
            outcome => outcome,
        }
    }
}

#[test]
fn one_that_retries_on_used_connections() {
    breaks_made(
        retries_on_used_connections,
        &[
            "a_request_is_not_repeated_after_a_reset_of_a_reused_connection",
            "a_request_is_not_repeated_after_an_end_of_a_reused_connection",
            "a_request_is_not_repeated_after_half_an_answer",
        ],
    );
}

fn forgets_its_connections(_: &Minimal, request: TransportRequest) -> Outcome {
    Minimal::default().send(request)
}

#[test]
fn one_that_forgets_its_connections() {
    breaks(
        forgets_its_connections,
        &["calls_in_sequence_share_a_connection", "error_statuses_keep_the_connection"],
    );
}

/// One call at a time, and the answers to the last but one.
fn mixes_answers_up() -> impl Fn(&Minimal, TransportRequest) -> Outcome {
    let last = Mutex::new(None::<TransportResponse>);
    move |right, request| {
        let response = right.send(request)?;
        if response.status() != 200 || !response.body().starts_with(b"/") {
            return Ok(response);
        }
        let before = last.lock().unwrap().replace(response.clone());
        Ok(before.unwrap_or(response))
    }
}

#[test]
fn one_that_mixes_answers_up() {
    breaks_made(mixes_answers_up, &["concurrent_calls_get_their_own_answers"]);
}
