//! The request or the response is changed.

// All have the shape of `send`.
#![allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps)]

use super::*;

fn sends_no_repeated_headers(right: &Minimal, request: TransportRequest) -> Outcome {
    let mut http = request.http().clone();
    let mut single = HeaderMap::new();
    for (name, value) in request.http().headers() {
        single.insert(name.clone(), value.clone());
    }
    *http.headers_mut() = single;
    right.send(with_http(&request, http))
}

#[test]
fn one_that_sends_no_repeated_headers() {
    breaks(sends_no_repeated_headers, &["repeated_request_headers_are_all_sent"]);
}

fn sends_only_the_first_segment(right: &Minimal, request: TransportRequest) -> Outcome {
    let [first, _, ..] = request.http().body().segments() else { return right.send(request) };
    let first = first.clone();
    let mut http = request.http().clone();
    http.headers_mut().insert("content-length", HeaderValue::from(first.len()));
    *http.body_mut() = first.into();
    right.send(with_http(&request, http))
}

#[test]
fn one_that_sends_only_the_first_segment() {
    breaks(sends_only_the_first_segment, &["body_segments_are_sent_in_order"]);
}

fn adds_a_header(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(with_header(&request, "accept-encoding", "gzip"))
}

#[test]
fn one_that_adds_a_header() {
    breaks(adds_a_header, &["only_host_and_framing_headers_are_added"]);
}

fn sends_its_own_user_agent(right: &Minimal, request: TransportRequest) -> Outcome {
    if request.http().headers().contains_key("user-agent") {
        return right.send(with_header(&request, "user-agent", "mine/1"));
    }
    right.send(request)
}

#[test]
fn one_that_sends_its_own_user_agent() {
    breaks(sends_its_own_user_agent, &["headers_are_sent_with_their_values"]);
}

fn normalizes_the_path(right: &Minimal, request: TransportRequest) -> Outcome {
    let mut http = request.http().clone();
    let normal = http.uri().to_string().replace("%2F", "/").replace("%2f", "/");
    if let Ok(uri) = normal.parse() {
        *http.uri_mut() = uri;
    }
    right.send(with_http(&request, http))
}

#[test]
fn one_that_normalizes_the_path() {
    breaks(normalizes_the_path, &["path_and_query_are_sent_unchanged"]);
}

fn turns_post_into_get_when_empty(right: &Minimal, request: TransportRequest) -> Outcome {
    let mut http = request.http().clone();
    if http.method() == "POST" && http.body().is_empty() {
        *http.method_mut() = http::Method::GET;
        http.headers_mut().remove("content-length");
    }
    right.send(with_http(&request, http))
}

#[test]
fn one_that_turns_post_into_get_when_empty() {
    breaks(
        turns_post_into_get_when_empty,
        &[
            "empty_post_has_content_length_zero",
            "method_is_sent_as_given",
            "wrong_content_length_is_a_setup_error",
        ],
    );
}

fn says_no_length_when_empty(right: &Minimal, request: TransportRequest) -> Outcome {
    let mut http = request.http().clone();
    if http.body().is_empty() {
        http.headers_mut().remove("content-length");
    }
    right.send(with_http(&request, http))
}

#[test]
fn one_that_says_no_length_when_empty() {
    breaks(
        says_no_length_when_empty,
        &["empty_post_has_content_length_zero", "wrong_content_length_is_a_setup_error"],
    );
}

fn keeps_cookies() -> impl Fn(&Minimal, TransportRequest) -> Outcome {
    let jar = Mutex::new(None::<HeaderValue>);
    move |right, request| {
        let mut http = request.http().clone();
        if let Some(cookie) = &*jar.lock().unwrap() {
            http.headers_mut().insert("cookie", cookie.clone());
        }
        let response = right.send(with_http(&request, http))?;
        if let Some(cookie) = response.headers().get("set-cookie") {
            *jar.lock().unwrap() = Some(cookie.clone());
        }
        Ok(response)
    }
}

#[test]
fn one_that_keeps_cookies() {
    breaks_made(keeps_cookies, &["cookies_are_not_sent_back"]);
}

fn caches() -> impl Fn(&Minimal, TransportRequest) -> Outcome {
    let kept = Mutex::new(Vec::<(String, TransportResponse)>::new());
    move |right, request| {
        let url = request.http().uri().to_string();
        if request.http().method() != "GET" {
            return right.send(request);
        }
        if let Some((_, response)) = kept.lock().unwrap().iter().find(|(known, _)| *known == url) {
            return Ok(response.clone());
        }
        let response = right.send(request)?;
        kept.lock().unwrap().push((url, response.clone()));
        Ok(response)
    }
}

#[test]
fn one_that_caches() {
    breaks_made(caches, &["responses_are_not_cached"]);
}

fn loses_repeated_headers(right: &Minimal, request: TransportRequest) -> Outcome {
    changed(right.send(request)?, |http| {
        let map: HeaderMap =
            http.headers().iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let mut single = HeaderMap::new();
        for (name, value) in &map {
            single.insert(name.clone(), value.clone());
        }
        *http.headers_mut() = single;
    })
}

#[test]
fn one_that_loses_repeated_headers() {
    breaks(loses_repeated_headers, &["repeated_response_headers_keep_their_order"]);
}

fn makes_errors_of_500(right: &Minimal, request: TransportRequest) -> Outcome {
    let response = right.send(request)?;
    if response.status() == 500 { Err(TransportError::other("status 500")) } else { Ok(response) }
}

#[test]
fn one_that_makes_errors_of_500() {
    breaks(
        makes_errors_of_500,
        &[
            "error_responses_keep_headers_and_body",
            "error_statuses_keep_the_connection",
            "every_status_is_a_response",
        ],
    );
}

fn decodes_gzip(right: &Minimal, request: TransportRequest) -> Outcome {
    let response = right.send(request)?;
    if response.headers().get("content-encoding").is_none_or(|coding| coding != "gzip") {
        return Ok(response);
    }
    changed(response, |http| {
        http.headers_mut().remove("content-encoding");
        *http.body_mut() = Bytes::from_static(b"abc");
    })
}

#[test]
fn one_that_decodes_gzip() {
    breaks(decodes_gzip, &["compressed_body_is_not_decoded"]);
}

fn converts_to_text_bodies(right: &Minimal, request: TransportRequest) -> Outcome {
    changed(right.send(request)?, |http| {
        *http.body_mut() = String::from_utf8_lossy(http.body()).into_owned().into();
    })
}

#[test]
fn one_that_converts_to_text_bodies() {
    breaks(converts_to_text_bodies, &["binary_response_body_is_unchanged", "compressed_body_is_not_decoded"]);
}

fn converts_to_text_headers(right: &Minimal, request: TransportRequest) -> Outcome {
    changed(right.send(request)?, |http| {
        let texts = http.headers().iter().filter(|(_, value)| value.to_str().is_ok());
        let texts = texts.map(|(name, value)| (name.clone(), value.clone())).collect();
        *http.headers_mut() = texts;
    })
}

#[test]
fn one_that_converts_to_text_headers() {
    breaks(converts_to_text_headers, &["non_utf8_header_values_are_kept"]);
}
