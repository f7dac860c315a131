//! The curl crate: libcurl's easy interface. A handle keeps its connections and sends one request at a time, so there
//! is a list of handles that are not in use.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use curl::Error;
use curl::easy::{Easy, List};
use http::Response;
use sphere_conformance::Setup;
use sphere_core::transport::{TransportError, TransportErrorKind as Kind, TransportRequest};

use crate::exchange::{Exchange, body_of};

/// `Easy::new()`.
pub fn defaults(setup: &Setup) -> Exchange {
    exchange(setup, |_, _| Ok(()), &[])
}

/// The path as it is given, no proxy, none of libcurl's own headers; the limits of the call.
pub fn tuned(setup: &Setup) -> Exchange {
    let set = |easy: &mut Easy, request: &TransportRequest| {
        let most = Duration::from_millis(u64::from(u32::MAX >> 1));
        easy.path_as_is(true)?;
        easy.noproxy("*")?;
        easy.timeout(request.time_left().min(most))?;
        easy.connect_timeout(request.connect_timeout().min(most))?;
        easy.maxage_conn(Duration::from_secs(4))
    };
    exchange(setup, set, &["accept", "content-type", "expect"])
}

fn exchange(
    setup: &Setup,
    set: fn(&mut Easy, &TransportRequest) -> Result<(), Error>,
    without: &'static [&str],
) -> Exchange {
    let pem = setup.trusted_pem().map(str::to_owned);
    let handles = Mutex::new(Vec::new());
    Box::new(move |request| {
        let mut easy = locked(&handles).pop().unwrap_or_else(Easy::new);
        // Keeps its connections.
        easy.reset();
        let headers = headers(&request, without)?;
        let prepared = prepare(&mut easy, &request, headers, pem.as_deref());
        prepared.and_then(|()| set(&mut easy, &request)).map_err(error)?;
        let (mut lines, mut body) = (Vec::new(), Vec::new());
        let done = perform(&mut easy, &mut lines, &mut body, request.max_response_bytes());
        locked(&handles).push(easy);
        match (done, head(&lines)) {
            (Ok(()), Some(head)) => Ok(head.map(|()| body.into())),
            (Ok(()), None) => Err(TransportError::new(Kind::Protocol, "libcurl gave no valid head")),
            (Err(source), Some(head)) => Err(error(source).with_head(head.status(), head.headers())),
            (Err(source), None) => Err(error(source)),
        }
    })
}

fn locked(handles: &Mutex<Vec<Easy>>) -> MutexGuard<'_, Vec<Easy>> {
    handles.lock().unwrap_or_else(PoisonError::into_inner)
}

fn prepare(
    easy: &mut Easy,
    request: &TransportRequest,
    headers: List,
    pem: Option<&str>,
) -> Result<(), Error> {
    let http = request.http();
    easy.url(&http.uri().to_string())?;
    match http.method().as_str() {
        "GET" => easy.get(true)?,
        "HEAD" => easy.nobody(true)?,
        "POST" => easy.post_fields_copy(&body_of(request))?,
        other => {
            if !http.body().is_empty() {
                easy.post_fields_copy(&body_of(request))?;
            }
            easy.custom_request(other)?;
        }
    }
    easy.http_headers(headers)?;
    easy.fresh_connect(request.needs_fresh_connection())?;
    pem.map_or(Ok(()), |pem| easy.ssl_cainfo_blob(pem.as_bytes()))
}

/// The request's headers, and what keeps libcurl from adding these.
fn headers(request: &TransportRequest, without: &[&str]) -> Result<List, TransportError> {
    let mut lines = Vec::new();
    for (name, value) in request.http().headers() {
        let not_text = |error| TransportError::new(Kind::Setup, error).not_sent();
        let value = std::str::from_utf8(value.as_bytes()).map_err(not_text)?;
        // A semicolon is how libcurl is told of a header without a value.
        lines.push(if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") });
    }
    let unset = without.iter().filter(|name| !request.http().headers().contains_key(**name));
    lines.extend(unset.map(|name| format!("{name}:")));
    let mut headers = List::new();
    lines.iter().try_for_each(|line| headers.append(line)).map_err(error)?;
    Ok(headers)
}

fn perform(easy: &mut Easy, lines: &mut Vec<Vec<u8>>, body: &mut Vec<u8>, limit: usize) -> Result<(), Error> {
    let mut transfer = easy.transfer();
    transfer.header_function(|line| {
        lines.push(line.to_vec());
        true
    })?;
    transfer.write_function(|piece| {
        body.extend_from_slice(piece);
        // A smaller number than it was given ends the transfer.
        Ok(if body.len() > limit { 0 } else { piece.len() })
    })?;
    transfer.perform()
}

/// The last head among the lines: informational responses have theirs, too.
fn head(lines: &[Vec<u8>]) -> Option<Response<()>> {
    let start = lines.iter().rposition(|line| line.starts_with(b"HTTP/"))?;
    let status = lines[start].split(|&byte| byte == b' ').nth(1)?;
    let mut head = Response::builder().status(status.trim_ascii());
    for line in &lines[start + 1..] {
        if let Some(colon) = line.iter().position(|&byte| byte == b':') {
            head = head.header(&line[..colon], line[colon + 1..].trim_ascii());
        }
    }
    head.body(()).ok()
}

fn error(error: Error) -> TransportError {
    let kind = match () {
        () if error.is_couldnt_resolve_host() || error.is_couldnt_connect() => Kind::Connect,
        () if error.is_operation_timedout() => Kind::Timeout,
        () if error.is_peer_failed_verification() || error.is_ssl_connect_error() => Kind::Tls,
        () if error.is_write_error() || error.is_filesize_exceeded() => Kind::TooLarge,
        () if error.is_partial_file() || error.is_got_nothing() => Kind::Interrupted,
        () if error.is_send_error() || error.is_recv_error() => Kind::Interrupted,
        () if error.is_url_malformed() => Kind::Setup,
        () => Kind::Other,
    };
    let is_unsent = matches!(kind, Kind::Connect | Kind::Setup | Kind::Tls);
    let error = TransportError::new(kind, error);
    if is_unsent { error.not_sent() } else { error }
}
