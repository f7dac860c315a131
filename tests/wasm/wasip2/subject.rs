//! sphere-wasi as a subject of the conformance suite: a component that speaks the suite's protocol (`PROTOCOL.md` of
//! sphere-conformance) on its standard input and output. The suite's own crate cannot be built for components.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use serde_json::{Value, json};
use sphere_platforms::subject::{AnyError, number, send, sleep};
use sphere_wasi::{WasiClock, WasiTransport};
use wasip2::cli::stdin::get_stdin;
use wasip2::io::streams::{InputStream, StreamError};

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
            "send" => calls.push((id, Box::pin(async move { send(&WasiTransport::new(), id, &body).await }))),
            "sleep" => {
                let clock = clock.clone();
                calls.push((id, Box::pin(async move { sleep(&clock, id, &body).await })));
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
