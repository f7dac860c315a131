//! What goes out or comes back is changed.

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
    breaks(sends_no_repeated_headers, &["repeated_request_headers_all_go_out"]);
}

fn adds_a_header(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(with_header(&request, "accept-encoding", "gzip"))
}

#[test]
fn one_that_adds_a_header() {
    breaks(adds_a_header, &["no_header_is_added_but_host_and_framing"]);
}

fn sends_its_own_user_agent(right: &Minimal, request: TransportRequest) -> Outcome {
    if request.http().headers().contains_key("user-agent") {
        return right.send(with_header(&request, "user-agent", "mine/1"));
    }
    right.send(request)
}

#[test]
fn one_that_sends_its_own_user_agent() {
    breaks(sends_its_own_user_agent, &["headers_go_out_with_their_values"]);
}

fn tidies_the_path_up(right: &Minimal, request: TransportRequest) -> Outcome {
    let mut http = request.http().clone();
    let tidy = http.uri().to_string().replace("%2F", "/").replace("%2f", "/");
    if let Ok(uri) = tidy.parse() {
        *http.uri_mut() = uri;
    }
    right.send(with_http(&request, http))
}

#[test]
fn one_that_tidies_the_path_up() {
    breaks(tidies_the_path_up, &["path_and_query_go_out_byte_for_byte"]);
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
        &["an_empty_post_says_length_zero", "the_method_goes_out_as_given"],
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
    breaks(says_no_length_when_empty, &["an_empty_post_says_length_zero"]);
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
    breaks_made(caches, &["answers_are_not_cached"]);
}

fn loses_repeated_headers(right: &Minimal, request: TransportRequest) -> Outcome {
    answer(right.send(request)?, |http| {
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
    breaks(loses_repeated_headers, &["repeated_headers_all_arrive_in_order"]);
}

fn makes_errors_of_500(right: &Minimal, request: TransportRequest) -> Outcome {
    let response = right.send(request)?;
    if response.status() == 500 { Err(TransportError::other("status 500")) } else { Ok(response) }
}

#[test]
fn one_that_makes_errors_of_500() {
    breaks(makes_errors_of_500, &["error_statuses_keep_headers_and_body", "every_status_is_an_answer"]);
}

fn decodes_gzip(right: &Minimal, request: TransportRequest) -> Outcome {
    let response = right.send(request)?;
    if response.headers().get("content-encoding").is_none_or(|coding| coding != "gzip") {
        return Ok(response);
    }
    answer(response, |http| {
        http.headers_mut().remove("content-encoding");
        *http.body_mut() = Bytes::from_static(b"abc");
    })
}

#[test]
fn one_that_decodes_gzip() {
    breaks(decodes_gzip, &["compressed_bodies_are_handed_on_untouched"]);
}

fn makes_text_of_bodies(right: &Minimal, request: TransportRequest) -> Outcome {
    answer(right.send(request)?, |http| {
        *http.body_mut() = String::from_utf8_lossy(http.body()).into_owned().into();
    })
}

#[test]
fn one_that_makes_text_of_bodies() {
    breaks(
        makes_text_of_bodies,
        &["binary_bodies_arrive_byte_for_byte", "compressed_bodies_are_handed_on_untouched"],
    );
}

fn makes_text_of_headers(right: &Minimal, request: TransportRequest) -> Outcome {
    answer(right.send(request)?, |http| {
        let texts = http.headers().iter().filter(|(_, value)| value.to_str().is_ok());
        let texts = texts.map(|(name, value)| (name.clone(), value.clone())).collect();
        *http.headers_mut() = texts;
    })
}

#[test]
fn one_that_makes_text_of_headers() {
    breaks(makes_text_of_headers, &["header_values_that_are_not_utf8_arrive_as_bytes"]);
}
