//! Transports that are wrong in one way each: the right one, with one thing done differently around it.

// All have the shape of `send`.
#![allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use sphere_core::transport::TransportErrorKind as Kind;
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};

use crate::minimal::Minimal;

pub type Outcome = Result<TransportResponse, TransportError>;

/// The right transport, with something else done when it is asked to send.
pub struct Wrong<F>(pub Minimal, pub F);

impl<F: Fn(&Minimal, TransportRequest) -> Outcome + Send + Sync> Transport for Wrong<F> {
    fn send(&self, request: TransportRequest) -> Outcome {
        (self.1)(&self.0, request)
    }

    fn sleep(&self, duration: Duration) {
        self.0.sleep(duration);
    }
}

/// The request with another HTTP part, and the same limits.
pub fn with_http(request: &TransportRequest, http: Request<Bytes>) -> TransportRequest {
    TransportRequest::new(http)
        .with_operation(request.operation())
        .with_time_left(request.time_left())
        .with_connect_timeout(request.connect_timeout())
        .with_max_response_bytes(request.max_response_bytes())
}

pub fn again(request: &TransportRequest) -> TransportRequest {
    with_http(request, request.http().clone())
}

pub fn with_header(request: &TransportRequest, name: &'static str, value: &'static str) -> TransportRequest {
    let mut http = request.http().clone();
    http.headers_mut().insert(name, HeaderValue::from_static(value));
    with_http(request, http)
}

/// The answer with other headers or another body.
pub fn answer(response: TransportResponse, change: impl FnOnce(&mut Response<Bytes>)) -> Outcome {
    let mut http = response.into_http();
    change(&mut http);
    Ok(http.into())
}

pub fn follows_redirects(right: &Minimal, request: TransportRequest) -> Outcome {
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

pub fn retries_errors(right: &Minimal, request: TransportRequest) -> Outcome {
    match right.send(again(&request)) {
        Err(error) if error.kind() == Kind::Interrupted && error.status().is_none() => right.send(request),
        outcome => outcome,
    }
}

pub fn retries_503(right: &Minimal, request: TransportRequest) -> Outcome {
    match right.send(again(&request))? {
        response if response.status() == 503 => right.send(request),
        response => Ok(response),
    }
}

/// As HTTP libraries do: an end of a connection that served before is taken for a stale one.
pub fn retries_on_used_connections() -> impl Fn(&Minimal, TransportRequest) -> Outcome {
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

pub fn loses_repeated_headers(right: &Minimal, request: TransportRequest) -> Outcome {
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

pub fn sends_no_repeated_headers(right: &Minimal, request: TransportRequest) -> Outcome {
    let mut http = request.http().clone();
    let mut single = HeaderMap::new();
    for (name, value) in request.http().headers() {
        single.insert(name.clone(), value.clone());
    }
    *http.headers_mut() = single;
    right.send(with_http(&request, http))
}

pub fn makes_errors_of_500(right: &Minimal, request: TransportRequest) -> Outcome {
    let response = right.send(request)?;
    if response.status() == 500 { Err(TransportError::other("status 500")) } else { Ok(response) }
}

/// Every error but one with a head, which takes the claim back by itself.
pub fn claims_not_sent(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(request).map_err(|error| if error.status().is_none() { error.not_sent() } else { error })
}

pub fn ignores_time_left(right: &Minimal, request: TransportRequest) -> Outcome {
    if request.time_left().is_zero() {
        return right.send(request);
    }
    right.send(request.with_time_left(Duration::from_secs(60)))
}

/// It reads all that comes, or at least far more than it may.
pub fn reads_without_limit(right: &Minimal, request: TransportRequest) -> Outcome {
    let limit = request.max_response_bytes().max(64 << 20);
    right.send(request.with_max_response_bytes(limit))
}

/// It stops where it should, and hands out what it has.
pub fn cuts_at_the_limit(right: &Minimal, request: TransportRequest) -> Outcome {
    let limit = request.max_response_bytes();
    let response = right.send(request.with_max_response_bytes(limit.saturating_add(1)))?;
    answer(response, |http| http.body_mut().truncate(limit))
}

pub fn adds_a_header(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(with_header(&request, "accept-encoding", "gzip"))
}

pub fn sends_its_own_user_agent(right: &Minimal, request: TransportRequest) -> Outcome {
    if request.http().headers().contains_key("user-agent") {
        return right.send(with_header(&request, "user-agent", "mine/1"));
    }
    right.send(request)
}

pub fn decodes_gzip(right: &Minimal, request: TransportRequest) -> Outcome {
    let response = right.send(request)?;
    if response.headers().get("content-encoding").is_none_or(|coding| coding != "gzip") {
        return Ok(response);
    }
    answer(response, |http| {
        http.headers_mut().remove("content-encoding");
        *http.body_mut() = Bytes::from_static(b"abc");
    })
}

pub fn makes_text_of_bodies(right: &Minimal, request: TransportRequest) -> Outcome {
    answer(right.send(request)?, |http| {
        *http.body_mut() = String::from_utf8_lossy(http.body()).into_owned().into();
    })
}

pub fn makes_text_of_headers(right: &Minimal, request: TransportRequest) -> Outcome {
    answer(right.send(request)?, |http| {
        let texts = http.headers().iter().filter(|(_, value)| value.to_str().is_ok());
        let texts = texts.map(|(name, value)| (name.clone(), value.clone())).collect();
        *http.headers_mut() = texts;
    })
}

pub fn tidies_the_path_up(right: &Minimal, request: TransportRequest) -> Outcome {
    let mut http = request.http().clone();
    let tidy = http.uri().to_string().replace("%2F", "/").replace("%2f", "/");
    if let Ok(uri) = tidy.parse() {
        *http.uri_mut() = uri;
    }
    right.send(with_http(&request, http))
}

pub fn turns_post_into_get_when_empty(right: &Minimal, request: TransportRequest) -> Outcome {
    let mut http = request.http().clone();
    if http.method() == "POST" && http.body().is_empty() {
        *http.method_mut() = http::Method::GET;
        http.headers_mut().remove("content-length");
    }
    right.send(with_http(&request, http))
}

pub fn says_no_length_when_empty(right: &Minimal, request: TransportRequest) -> Outcome {
    let mut http = request.http().clone();
    if http.body().is_empty() {
        http.headers_mut().remove("content-length");
    }
    right.send(with_http(&request, http))
}

pub fn caches() -> impl Fn(&Minimal, TransportRequest) -> Outcome {
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

pub fn keeps_cookies() -> impl Fn(&Minimal, TransportRequest) -> Outcome {
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

/// The status and the headers of an answer whose body broke are lost.
pub fn loses_the_head(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(request).map_err(|error| TransportError::new(error.kind(), error.to_string()))
}

/// An answer whose body broke passes for a whole one.
pub fn takes_half_a_body_for_a_whole(right: &Minimal, request: TransportRequest) -> Outcome {
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

pub fn knows_one_kind_of_error(right: &Minimal, request: TransportRequest) -> Outcome {
    right.send(request).map_err(|error| {
        let other = TransportError::other(error.to_string());
        match error.status() {
            Some(status) => other.with_head(status, error.headers().unwrap().clone()),
            None => other,
        }
    })
}

pub fn quotes_the_key(right: &Minimal, request: TransportRequest) -> Outcome {
    let headers = format!("{:?}", request.http().headers());
    right.send(request).map_err(|error| {
        let quoting = TransportError::new(error.kind(), headers);
        match error.status() {
            Some(status) => quoting.with_head(status, error.headers().unwrap().clone()),
            None => quoting,
        }
    })
}

pub fn forgets_its_connections(_: &Minimal, request: TransportRequest) -> Outcome {
    Minimal::default().send(request)
}

pub fn panics_on_errors(right: &Minimal, request: TransportRequest) -> Outcome {
    Ok(right.send(request).unwrap())
}

/// One call at a time, and the answers to the last but one.
pub fn mixes_answers_up() -> impl Fn(&Minimal, TransportRequest) -> Outcome {
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

/// It does not wait between attempts.
pub struct Sleepless(pub Minimal);

impl Transport for Sleepless {
    fn send(&self, request: TransportRequest) -> Outcome {
        self.0.send(request)
    }

    fn sleep(&self, _: Duration) {}
}

/// A blocking transport in an asynchronous coat: it blocks the thread of whoever awaits it.
pub struct Coat(pub Minimal);

#[async_trait::async_trait]
impl sphere_core::transport::Transport for Coat {
    async fn send(&self, request: TransportRequest) -> Outcome {
        self.0.send(request)
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration);
    }
}
