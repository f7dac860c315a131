//! More is sent than given, or over other connections.

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
    match Request::get(url).body(RequestBody::empty()) {
        Ok(next) if next.uri().scheme_str() == Some("http") => right.send(with_http(&request, next)),
        _ => Ok(response),
    }
}

#[test]
fn one_that_follows_redirects() {
    breaks(
        follows_redirects,
        &["redirects_are_returned_not_followed", "redirects_on_the_same_server_are_not_followed"],
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
            "request_is_not_resent_after_reset",
            "request_is_not_resent_after_reused_connection_resets",
            "request_is_not_resent_after_close",
            "request_is_not_resent_after_reused_connection_closes",
            "request_is_not_resent_after_partial_response",
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
    breaks(retries_503, &["request_is_not_resent_after_error_status"]);
}

/// Like HTTP libraries: it assumes that a reused connection that ends was stale.
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
            "request_is_not_resent_after_reused_connection_resets",
            "request_is_not_resent_after_reused_connection_closes",
            "request_is_not_resent_after_partial_response",
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
        &["sequential_calls_share_a_connection", "error_statuses_keep_the_connection"],
    );
}

/// Each call gets the response to the call before.
fn mixes_up_responses() -> impl Fn(&Minimal, TransportRequest) -> Outcome {
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
fn one_that_mixes_up_responses() {
    breaks_made(mixes_up_responses, &["concurrent_calls_get_their_own_responses"]);
}

fn ignores_fresh_connections(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(request.with_fresh_connection(false))
}

#[test]
fn one_that_ignores_fresh_connections() {
    breaks(ignores_fresh_connections, &["required_fresh_connection_is_opened"]);
}
