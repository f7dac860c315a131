//! What the tests of this crate share: a transport that plays a script in virtual time, for both clients,
//! and records what it is asked to do.
#![allow(dead_code)] // Each test program uses a part of it.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use sphere_core::transport::{
    Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse, blocking,
};
use sphere_core::{ApiKey, Client, Config, ConfigBuilder};

pub const KEY: &str = "sk_live_canary_5a11b0a7";

/// One thing that happens when a request is sent, and how long it takes.
#[derive(Debug, Clone)]
pub struct Turn {
    pub outcome: Outcome,
    pub takes: Duration,
}

#[derive(Debug, Clone)]
pub enum Outcome {
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    Failure { kind: TransportErrorKind, not_sent: bool },
    BrokenBody { status: u16, headers: Vec<(&'static str, String)> },
}

/// What a transport was asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Send { time_left: Duration, idempotency_key: Option<String> },
    Wait(Duration),
}

/// Plays a script. After its last turn, the last one repeats.
#[derive(Clone)]
pub struct Scripted {
    state: Arc<Mutex<State>>,
}

struct State {
    now: Instant,
    script: VecDeque<Turn>,
    events: Vec<Event>,
}

impl Scripted {
    pub fn new(script: impl IntoIterator<Item = Turn>) -> Self {
        let state = State { now: Instant::now(), script: script.into_iter().collect(), events: vec![] };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    pub fn once(outcome: Outcome) -> Self {
        Self::new([Turn { outcome, takes: Duration::ZERO }])
    }

    pub fn events(&self) -> Vec<Event> {
        self.state.lock().unwrap().events.clone()
    }

    pub fn sends(&self) -> usize {
        self.events().iter().filter(|event| matches!(event, Event::Send { .. })).count()
    }

    fn play(&self, request: &TransportRequest) -> Result<TransportResponse, TransportError> {
        let mut state = self.state.lock().unwrap();
        let turn = match state.script.len() {
            1 => state.script[0].clone(),
            _ => state.script.pop_front().expect("a script has at least one turn"),
        };
        state.now += turn.takes;
        let key = request.http().headers().get("idempotency-key");
        let idempotency_key = key.map(|key| key.to_str().unwrap().to_owned());
        state.events.push(Event::Send { time_left: request.time_left(), idempotency_key });
        turn.outcome.into_result()
    }

    fn wait(&self, duration: Duration) {
        let mut state = self.state.lock().unwrap();
        state.now += duration;
        state.events.push(Event::Wait(duration));
    }
}

impl Outcome {
    pub fn answer(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::Answer { status, headers: vec![], body: body.into() }
    }

    pub fn link() -> Self {
        Self::answer(201, r#"{"url":"https://in.sumsub.com/p/1","expiresAt":"2026-03-09T20:46:31.305Z"}"#)
    }

    fn into_result(self) -> Result<TransportResponse, TransportError> {
        match self {
            Self::Answer { status, headers, body } => {
                let mut response = http::Response::new(Bytes::from(body));
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
                *response.headers_mut() = header_map(&headers);
                Ok(response.into())
            }
            Self::Failure { kind, not_sent } => {
                let error = TransportError::new(kind, "scripted");
                Err(if not_sent { error.not_sent() } else { error })
            }
            Self::BrokenBody { status, headers } => {
                let status = StatusCode::from_u16(status).unwrap();
                let error = TransportError::new(TransportErrorKind::Interrupted, "scripted");
                Err(error.with_head(status, header_map(&headers)))
            }
        }
    }
}

fn header_map(headers: &[(&'static str, String)]) -> HeaderMap {
    headers
        .iter()
        .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
        .collect()
}

#[async_trait::async_trait]
impl Transport for Scripted {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.play(&request)
    }

    async fn sleep(&self, duration: Duration) {
        self.wait(duration);
    }

    fn now(&self) -> Instant {
        self.state.lock().unwrap().now
    }
}

impl blocking::Transport for Scripted {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.play(&request)
    }

    fn sleep(&self, duration: Duration) {
        self.wait(duration);
    }

    fn now(&self) -> Instant {
        self.state.lock().unwrap().now
    }
}

pub fn config() -> ConfigBuilder {
    Config::builder(ApiKey::new(KEY).unwrap())
}

pub fn client(transport: &Scripted) -> Client {
    Client::new(config().build().unwrap(), transport.clone())
}

/// Runs a future that is never waiting for anything but a double: each poll gets it further.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..10_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("the future does not end");
}

/// Cases per property: `PROPTEST_CASES`, or 1,000.
pub fn cases() -> proptest::prelude::ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1000);
    proptest::prelude::ProptestConfig::with_cases(cases)
}
