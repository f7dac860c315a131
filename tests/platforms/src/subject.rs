//! A transport as a subject of the conformance suite (`PROTOCOL.md` of sphere-conformance), where the suite's own crate
//! cannot be built: the messages `send` and `sleep`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use sphere_core::clock::Clock;
use sphere_core::transport::{
    Delivery, RequestBody, Transport, TransportError, TransportErrorKind, TransportRequest,
};

/// Any error.
pub type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// The protocol's largest number, which means "no limit".
const MOST: u64 = (1 << 53) - 1;

/// Sends what the message `send` says, and returns the reply to it.
pub async fn send(transport: &impl Transport, id: u64, call: &Value) -> Value {
    let request = match request(call) {
        Ok(request) => request,
        Err(error) => return json!({"failed": {"id": id, "message": error.to_string()}}),
    };
    match transport.send(request).await {
        Ok(response) => json!({"response": {
            "id": id,
            "status": response.status().as_u16(),
            "headers": headers(response.headers()),
            "body": STANDARD.encode(response.body()),
        }}),
        Err(error) => error_reply(id, &error),
    }
}

/// Does what the message `sleep` says, and returns the reply to it.
pub async fn sleep(clock: &impl Clock, id: u64, message: &Value) -> Value {
    let ms = message["ms"].as_u64().unwrap_or_default();
    if ms > 0 {
        clock.sleep(Duration::from_millis(ms)).await;
    }
    let now = clock.now().since_origin().as_micros();
    json!({"slept": {"id": id, "now_us": u64::try_from(now).unwrap_or_default()}})
}

fn request(call: &Value) -> Result<TransportRequest, AnyError> {
    let mut request = http::Request::builder().method(text(call, "method")?).uri(text(call, "url")?);
    for header in array(call, "headers")? {
        let latin1 = header[1].as_str().ok_or("a header without a value")?.chars().map(|one| one as u8);
        let value = HeaderValue::from_bytes(&latin1.collect::<Vec<_>>())?;
        let name: HeaderName = header[0].as_str().ok_or("a header without a name")?.parse()?;
        request = request.header(name, value);
    }
    let mut segments = Vec::new();
    for piece in array(call, "body")? {
        segments.push(STANDARD.decode(piece.as_str().ok_or("a piece that is no text")?)?.into());
    }
    let duration = |name| -> Result<Duration, AnyError> {
        let ms = number(call, name)?;
        Ok(if ms == MOST { Duration::MAX } else { Duration::from_millis(ms) })
    };
    let limit = usize::try_from(number(call, "max_response_bytes")?).unwrap_or(usize::MAX);
    Ok(TransportRequest::new(request.body(RequestBody::from_segments(segments))?)
        .with_time_left(duration("time_left_ms")?)
        .with_connect_timeout(duration("connect_timeout_ms")?)
        .with_max_idle_time(duration("max_idle_ms")?)
        .with_max_response_bytes(limit)
        .with_fresh_connection(call["fresh_connection"] == true))
}

fn error_reply(id: u64, error: &TransportError) -> Value {
    let kind = match error.kind() {
        TransportErrorKind::Connect => "connect",
        TransportErrorKind::Timeout => "timeout",
        TransportErrorKind::Tls => "tls",
        TransportErrorKind::Protocol => "protocol",
        TransportErrorKind::TooLarge => "too_large",
        TransportErrorKind::Interrupted => "interrupted",
        TransportErrorKind::Setup => "setup",
        _ => "other",
    };
    let delivery = if error.delivery() == Delivery::NotSent { "not_sent" } else { "unknown" };
    let source = std::error::Error::source(error).map_or_else(String::new, ToString::to_string);
    let mut reply = json!({
        "id": id,
        "kind": kind,
        "delivery": delivery,
        "message": format!("{error}: {source}"),
        "debug": format!("{error:?}"),
    });
    if let (Some(status), Some(all)) = (error.status(), error.headers()) {
        reply["head"] = json!({"status": status.as_u16(), "headers": headers(&all)});
    }
    json!({"error": reply})
}

fn headers(headers: &HeaderMap) -> Vec<[String; 2]> {
    let latin1 = |value: &HeaderValue| value.as_bytes().iter().map(|&byte| char::from(byte)).collect();
    headers.iter().map(|(name, value)| [name.as_str().to_owned(), latin1(value)]).collect()
}

/// A member of a message.
///
/// # Errors
///
/// If there is no such number.
pub fn number(message: &Value, name: &str) -> Result<u64, AnyError> {
    message[name].as_u64().ok_or_else(|| format!("no number `{name}`").into())
}

fn text<'a>(message: &'a Value, name: &str) -> Result<&'a str, AnyError> {
    message[name].as_str().ok_or_else(|| format!("no text `{name}`").into())
}

fn array<'a>(message: &'a Value, name: &str) -> Result<&'a Vec<Value>, AnyError> {
    message[name].as_array().ok_or_else(|| format!("no list `{name}`").into())
}
