//! A transport and a clock at the other end of the protocol, as contracts see them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Response;
use sphere_core::clock::Moment;
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};

use super::PATIENCE;
use super::link::Link;
use super::message::{Call, Delivery, Reply, Request, to_ms, to_status};
use crate::block_on::{BoxFuture, NOT_ASYNC};
use crate::clock::SubjectClock;
use crate::failure::unusable;
use crate::subject::Setup;
use crate::subject::Subject;

pub(super) struct RemoteTransport {
    link: Arc<Link>,
    transport: u64,
}

impl RemoteTransport {
    pub(super) fn set_up(link: &Arc<Link>, transport: u64, setup: &Setup) -> Result<Self, String> {
        let trusted_pem = setup.trusted_pem().map(str::to_owned);
        match link.ask(PATIENCE, |id| Request::SetUp { id, transport, trusted_pem })? {
            Reply::Done { .. } => Ok(Self { link: Arc::clone(link), transport }),
            _ => Err("the subject's reply to `set_up` is not `done`".to_owned()),
        }
    }
}

impl Drop for RemoteTransport {
    fn drop(&mut self) {
        self.link.tell(|id| Request::Close { id, transport: self.transport });
    }
}

impl Subject for RemoteTransport {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        // Contracts have shorter limits: this one only frees the thread.
        let limit = request.time_left().min(PATIENCE) + PATIENCE;
        let reply = self.link.ask(limit, |id| Request::Send(Call::new(id, self.transport, &request)));
        reply.and_then(outcome).unwrap_or_else(|sentence| unusable(sentence))
    }

    fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        let limit = request.connect_timeout().min(PATIENCE) + PATIENCE;
        match self.link.ask(limit, |id| Request::WarmUp(Call::new(id, self.transport, &request))) {
            Ok(Reply::Done { .. }) => Ok(()),
            Ok(reply @ Reply::Error { .. }) => {
                outcome(reply).unwrap_or_else(|sentence| unusable(sentence)).map(drop)
            }
            Ok(_) => unusable("the subject's reply to `warm_up` is neither `done` nor `error`".to_owned()),
            Err(sentence) => unusable(sentence),
        }
    }

    fn future(&self) -> &dyn Transport {
        unreachable!("{NOT_ASYNC}")
    }

    fn block_on(&self, _: BoxFuture<'_>) {
        unreachable!("{NOT_ASYNC}")
    }

    fn send_and_end(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
        unreachable!("its runtimes and threads are in another process")
    }
}

/// What the reply to `send` says. The `Err` says what is wrong with it.
fn outcome(reply: Reply) -> Result<Result<TransportResponse, TransportError>, String> {
    let invalid = |problem| format!("the subject's reply is not valid: {problem}");
    match reply {
        Reply::Response { status, headers, body, .. } => {
            let mut response = Response::new(body.0);
            *response.status_mut() = to_status(status).map_err(invalid)?;
            *response.headers_mut() = headers.to_map().map_err(invalid)?;
            Ok(Ok(response.into()))
        }
        Reply::Error { kind, delivery, message, debug, head, .. } => {
            let mut error = TransportError::new(kind.into(), RemoteError { message, debug });
            if let Some(head) = head {
                let status = to_status(head.status).map_err(invalid)?;
                error = error.with_head(status, &head.headers.to_map().map_err(invalid)?);
            }
            Ok(Err(if delivery == Delivery::NotSent { error.not_sent() } else { error }))
        }
        _ => Err("the subject's reply to `send` is neither `response` nor `error`".to_owned()),
    }
}

/// What a subject shows of an error.
struct RemoteError {
    message: String,
    debug: Option<String>,
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.debug.as_deref().unwrap_or(&self.message))
    }
}

impl std::error::Error for RemoteError {}

/// A clock whose time is known from its sleeps.
pub(super) struct RemoteClock(pub(super) Arc<Link>);

impl RemoteClock {
    fn slept(&self, duration: Duration) -> Moment {
        match self.0.ask(duration + PATIENCE, |id| Request::Sleep { id, ms: to_ms(duration) }) {
            Ok(Reply::Slept { now_us, .. }) => Moment::after_origin(Duration::from_micros(now_us)),
            Ok(_) => unusable("the subject's reply to `sleep` is not `slept`".to_owned()),
            Err(sentence) => unusable(sentence),
        }
    }
}

impl SubjectClock for RemoteClock {
    fn now(&self) -> Moment {
        self.slept(Duration::ZERO)
    }

    fn sleep(&self, duration: Duration) {
        self.slept(duration);
    }

    fn sleep_future(&self, _: Duration) -> BoxFuture<'_> {
        unreachable!("{NOT_ASYNC}")
    }

    fn block_on(&self, _: BoxFuture<'_>) {
        unreachable!("{NOT_ASYNC}")
    }
}
