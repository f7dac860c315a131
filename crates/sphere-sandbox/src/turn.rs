//! One turn of a test's script: what the sandbox does with a request instead of, or around, its normal
//! response.

use std::{future::Future, time::Duration};

use axum::{body::Body, response::Response};
use sphere_core::testing::Reply;
use tokio::sync::watch;

use crate::gate::Gate;

/// What the sandbox does with one request: it sends a scripted [`Reply`] or its normal response, at once, after
/// a delay or when a [`Gate`] opens.
///
/// [`Sandbox::reply_next`](crate::Sandbox::reply_next) takes a [`Reply`] as it is. A turn is for what a reply
/// alone cannot say.
///
/// ```
/// use sphere_sandbox::{Gate, Reply, Sandbox, Turn};
/// use std::time::Duration;
///
/// let sandbox = Sandbox::start()?;
/// let gate = Gate::new();
/// sandbox.reply_next(Reply::too_many_requests(1));
/// sandbox.reply_next(Turn::normal().after(Duration::from_millis(5)));
/// sandbox.reply_next(Turn::from(Reply::conflict()).behind(&gate));
/// # Ok::<(), sphere_sandbox::StartError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a turn does nothing until the sandbox is told to take it"]
pub struct Turn {
    /// `None`: the normal response.
    reply: Option<Reply>,
    delay: Duration,
    gate: Option<watch::Receiver<bool>>,
    /// Whether the request is processed before the wait.
    is_processed_first: bool,
}

impl Turn {
    /// The response that the sandbox would send without a script.
    pub fn normal() -> Self {
        Self { reply: None, delay: Duration::ZERO, gate: None, is_processed_first: false }
    }

    /// The [normal](Turn::normal) response, held until the gate opens. To hold another response, see
    /// [`Turn::behind`].
    ///
    /// ```
    /// use sphere_sandbox::{Sandbox, Turn};
    ///
    /// let sandbox = Sandbox::start()?;
    /// let (turn, gate) = Turn::held();
    /// sandbox.reply_next(turn);
    /// // … start a call on another thread, assert that it waits, then:
    /// gate.open();
    /// # Ok::<(), sphere_sandbox::StartError>(())
    /// ```
    pub fn held() -> (Self, Gate) {
        let gate = Gate::new();
        (Self::normal().behind(&gate), gate)
    }

    /// The [normal](Turn::normal) response to a request that is processed at once: only the response is held until the gate
    /// opens. Whoever gives up meanwhile does not know that it was processed.
    pub fn processed_and_held() -> (Self, Gate) {
        let (turn, gate) = Self::held();
        (Self { is_processed_first: true, ..turn }, gate)
    }

    /// Waits this long, in real time, before it responds. Prefer [`Turn::behind`] in tests: it needs no clock.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Holds the response until `gate` opens. Several turns may share one gate.
    ///
    /// ```
    /// use sphere_sandbox::{Gate, Reply, Turn};
    ///
    /// let gate = Gate::new();
    /// let late_failure = Turn::from(Reply::server_error()).behind(&gate);
    /// ```
    pub fn behind(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.watch());
        self
    }

    /// Panics at the caller's line if a server cannot send this.
    #[track_caller]
    pub(crate) fn validate(&self) {
        let Some(reply) = self.reply.clone() else { return };
        let Some(response) = reply.into_response() else {
            panic!("a server sends whole responses: use a FakeTransport for failures of the transport");
        };
        assert!(
            !response.status().is_informational(),
            "{} is not the status of a final response",
            response.status().as_u16()
        );
    }

    /// Waits as scripted, then gives the response. `normal` runs only if the script has no reply, and after the wait, so
    /// that a held request has no effect before, unless it is to be processed first.
    pub(crate) async fn respond<N>(self, normal: impl FnOnce() -> N) -> Response
    where
        N: Future<Output = Response>,
    {
        let mut normal = Some(normal);
        let early = match normal.take_if(|_| self.is_processed_first) {
            Some(normal) => Some(normal().await),
            None => None,
        };
        if let Some(mut gate) = self.gate {
            // An error means that the gate was dropped, which counts as open.
            let _ = gate.wait_for(|open| *open).await;
        }
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        match (early.or_else(|| self.reply.and_then(response)), normal) {
            (None, Some(normal)) => normal().await,
            (response, _) => response.unwrap_or_default(),
        }
    }
}

/// A reply as the server sends it.
pub(crate) fn response(reply: Reply) -> Option<Response> {
    reply.into_response().map(|response| response.map(Body::from))
}

impl From<Reply> for Turn {
    /// The reply, after its own [delay](Reply::after) in real time.
    fn from(reply: Reply) -> Self {
        Self { delay: reply.delay(), reply: Some(reply), ..Self::normal() }
    }
}
