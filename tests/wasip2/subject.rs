//! sphere-wasi as a subject of the conformance suite: a component that speaks the suite's protocol (`PROTOCOL.md` of
//! sphere-conformance) on its standard input and output. The suite's own crate cannot be built for components.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use sphere_core::clock::Clock as _;
use sphere_core::transport::{
    Delivery, RequestBody, Transport as _, TransportError, TransportErrorKind, TransportRequest,
};
use sphere_wasi::{WasiClock, WasiTransport};
use wasip2::cli::stdin::get_stdin;
use wasip2::io::streams::{InputStream, StreamError};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// The protocol's largest number, which means "no limit".
const MOST: u64 = (1 << 53) - 1;

/// What is in flight, by the id of its request.
type Calls = Vec<(u64, Pin<Box<dyn Future<Output = Value>>>)>;

fn main() -> Result<(), AnyError> {
    sphere_wasi::block_on(serve())
}

async fn serve() -> Result<(), AnyError> {
    let clock = WasiClock::new();
    let mut calls = Calls::new();
    let mut lines = Lines { input: get_stdin(), unread: Vec::new() };
    while let Some(line) = beside(&mut calls, lines.next()).await? {
        let message: Value = serde_json::from_slice(&line)?;
        let (name, body) = message.as_object().and_then(|object| object.iter().next()).ok_or("no message")?;
        let id = number(body, "id")?;
        let body = body.clone();
        match name.as_str() {
            "hello" => {
                let name = "sphere-wasi under jco";
                println!("{}", json!({"hello": {"id": id, "version": 1, "name": name, "clock": true}}));
            }
            "set_up" if body.get("trusted_pem").is_some() => {
                let message = "the host decides whom to trust";
                println!("{}", json!({"failed": {"id": id, "message": message}}));
            }
            "send" => calls.push((id, Box::pin(send(id, body)))),
            "sleep" => {
                let clock = clock.clone();
                calls.push((
                    id,
                    Box::pin(async move {
                        let ms = number(&body, "ms").unwrap_or_default();
                        if ms > 0 {
                            clock.sleep(Duration::from_millis(ms)).await;
                        }
                        let now = clock.now().since_origin().as_micros();
                        json!({"slept": {"id": id, "now_us": u64::try_from(now).unwrap_or(MOST)}})
                    }),
                ));
            }
            other => {
                if other == "cancel" {
                    let cancelled = number(&body, "send")?;
                    calls.retain(|(id, _)| *id != cancelled);
                }
                println!("{}", json!({"done": {"id": id}}));
            }
        }
    }
    Ok(())
}

/// Runs `calls` while it waits, and prints their replies.
async fn beside<T>(calls: &mut Calls, waiting: impl Future<Output = T>) -> T {
    let mut waiting = pin!(waiting);
    poll_fn(|context| {
        calls.retain_mut(|(_, call)| match call.as_mut().poll(context) {
            Poll::Ready(reply) => {
                println!("{reply}");
                false
            }
            Poll::Pending => true,
        });
        waiting.as_mut().poll(context)
    })
    .await
}

struct Lines {
    input: InputStream,
    unread: Vec<u8>,
}

impl Lines {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, AnyError> {
        let mut searched = 0;
        loop {
            if let Some(end) = self.unread[searched..].iter().position(|&byte| byte == b'\n') {
                return Ok(Some(self.unread.drain(..=searched + end).collect()));
            }
            searched = self.unread.len();
            sphere_wasi::ready(self.input.subscribe()).await;
            match self.input.read(1 << 20) {
                Ok(bytes) => self.unread.extend(bytes),
                Err(StreamError::Closed) => return Ok(None),
                Err(StreamError::LastOperationFailed(error)) => return Err(error.to_debug_string().into()),
            }
        }
    }
}

async fn send(id: u64, call: Value) -> Value {
    let request = match request(&call) {
        Ok(request) => request,
        Err(error) => return json!({"failed": {"id": id, "message": error.to_string()}}),
    };
    match WasiTransport::new().send(request).await {
        Ok(response) => json!({"response": {
            "id": id,
            "status": response.status().as_u16(),
            "headers": headers(response.headers()),
            "body": STANDARD.encode(response.body()),
        }}),
        Err(error) => error_reply(id, &error),
    }
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
        reply["head"] = json!({"status": status.as_u16(), "headers": headers(all)});
    }
    json!({"error": reply})
}

fn headers(headers: &HeaderMap) -> Vec<[String; 2]> {
    let latin1 = |value: &HeaderValue| value.as_bytes().iter().map(|&byte| char::from(byte)).collect();
    headers.iter().map(|(name, value)| [name.as_str().to_owned(), latin1(value)]).collect()
}

fn number(message: &Value, name: &str) -> Result<u64, AnyError> {
    message[name].as_u64().ok_or_else(|| format!("no number `{name}`").into())
}

fn text<'a>(message: &'a Value, name: &str) -> Result<&'a str, AnyError> {
    message[name].as_str().ok_or_else(|| format!("no text `{name}`").into())
}

fn array<'a>(message: &'a Value, name: &str) -> Result<&'a Vec<Value>, AnyError> {
    message[name].as_array().ok_or_else(|| format!("no list `{name}`").into())
}
