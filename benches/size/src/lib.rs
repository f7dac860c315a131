//! What the programs in `bin/` share, whose sizes `.ci/size` compares: one operation, ten, and ten with money, async and
//! blocking. Everything comes from outside, so that the compiler cannot work out a result beforehand.

use std::error::Error as StdError;
use std::future::Future;
use std::io::Read;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use sphere_core::clock::{Clock, Moment, SystemClock, blocking};
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{Config, CustomerId};

/// What a program ends with if something is wrong.
pub type Failure = Box<dyn StdError>;

/// The arguments of a program: which operation, and for which customer.
///
/// # Errors
///
/// A text if an argument is missing or bad.
pub fn arguments() -> Result<(u32, CustomerId), Failure> {
    let mut arguments = std::env::args().skip(1);
    let operation = arguments.next().ok_or("which operation?")?.parse()?;
    Ok((operation, arguments.next().ok_or("for which customer?")?.parse()?))
}

/// The configuration that the environment gives.
///
/// # Errors
///
/// What is wrong with it.
pub fn config() -> Result<Config, Failure> {
    Ok(Config::from_env()?)
}

/// A transport and a clock that wait for nothing: each response is read from the standard input, and each
/// request's body is counted.
#[derive(Debug, Default)]
pub struct Stdin;

impl Stdin {
    fn respond(request: &TransportRequest) -> Result<TransportResponse, TransportError> {
        let sent: usize = request.http().body().reader().map(|chunk| chunk.len()).sum();
        let mut body = Vec::new();
        let read = std::io::stdin().take(1 << 20).read_to_end(&mut body).map_err(TransportError::other)?;
        let status = if read > sent { 200 } else { 404 };
        let response = http::Response::builder().status(status).body(body.into());
        response.map(TransportResponse::new).map_err(TransportError::other)
    }
}

#[async_trait::async_trait]
impl Transport for Stdin {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        Self::respond(&request)
    }
}

impl sphere_core::transport::blocking::Transport for Stdin {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        Self::respond(&request)
    }
}

/// The system's clock, which blocks in async programs too: they have one call.
#[derive(Debug, Default)]
pub struct BlockingClock(SystemClock);

#[async_trait::async_trait]
impl Clock for BlockingClock {
    fn now(&self) -> Moment {
        blocking::Clock::now(&self.0)
    }

    async fn sleep(&self, duration: Duration) {
        blocking::Clock::sleep(&self.0, duration);
    }
}

/// Runs a future that is never pending.
///
/// # Errors
///
/// A text if it is.
pub fn run<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err("nothing here waits".into()),
    }
}
