//! The whole way of one call through ureq: what ureq is given in place of its own parts.
//!
//! ureq asks its connector for a connection, and drops it at the end. It tells its caller neither, nor whether a
//! request had left when something failed: a reset is `Io(ConnectionReset)` while connecting and after the request
//! alike. So the caller and the parts that ureq holds share a [`Call`], in this order. [`run`] begins it, with a kept
//! connection if there is one. [`CallConnector`] takes that, or opens one to the call's target, and lends it to ureq as
//! a [`CallTransport`]. This notes after each write whether a byte has left, and whether the server refuses the rest,
//! which the request's body asks (`exchange.rs`). When ureq drops it, a connection that can be used again is in the
//! call once more, and [`run`] returns the call to its caller, who puts the connection into the pool. The call is in a
//! slot of its thread, since ureq runs a call from beginning to end on its caller's thread, and its connector is told
//! nothing that could say which call asks. An agent for each call would need no slot, and costs 1,900 instructions, 4 %
//! of a call (ureq 3.5.2, `Agent::with_parts`). A call within a call, which an observer of an upload can make, has the
//! slot for as long as it lasts.

use std::cell::RefCell;
use std::fmt;
use std::mem;
use std::sync::Arc;
use std::time::Instant;

use sphere_core::transport::Target;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport, time,
};

use crate::connection::Connection;
use crate::connector::Connector as Connections;
use crate::error::other;
use crate::socket::FOREVER;

/// What the caller and the parts that ureq holds share while a call runs.
#[derive(Default)]
pub(crate) struct Call {
    /// Where a connection is opened to, if there is none.
    target: Option<Target>,
    /// The connection that the call may use, and afterwards the one that can be used again.
    pub(crate) connection: Option<Box<Connection>>,
    /// Whether a byte of the request was handed to a connection: the proof behind `Delivery::NotSent`.
    has_left: bool,
    rest_is_refused: bool,
}

thread_local! {
    static CALL: RefCell<Call> = RefCell::default();
}

/// Runs a call, and returns what became of it.
pub(crate) fn run<T>(
    target: Target,
    kept: Option<Box<Connection>>,
    exchange: impl FnOnce() -> T,
) -> (T, Call) {
    let call = Call { target: Some(target), connection: kept, ..Call::default() };
    let outer = CALL.replace(call);
    let outcome = exchange();
    (outcome, CALL.replace(outer))
}

/// Whether any byte of the request has left.
pub(crate) fn request_has_left() -> bool {
    CALL.with_borrow(|call| call.has_left)
}

/// Whether the server does not want the rest of the request, which is left out.
pub(crate) fn rest_is_refused() -> bool {
    CALL.with_borrow(|call| call.rest_is_refused)
}

/// Gives ureq the kept connection that its call may use, or opens one.
#[derive(Debug)]
pub(crate) struct CallConnector(pub(crate) Arc<Connections>);

impl Connector for CallConnector {
    type Out = CallTransport;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<CallTransport>, ureq::Error> {
        let (kept, target) = CALL.with_borrow_mut(|call| (call.connection.take(), call.target.take()));
        let connection = match (kept, target) {
            (Some(kept), _) => kept,
            (None, Some(target)) => Box::new(self.0.connect(&target, *details.timeout.after).map_err(other)?),
            // ureq asks once for each call.
            (None, None) => return Err(gone()),
        };
        Ok(Some(CallTransport::new(connection)))
    }
}

/// The resolver that ureq asks before every call: it has no addresses. The host is looked up when a connection is
/// opened.
#[derive(Debug)]
pub(crate) struct NoAddresses;

impl Resolver for NoAddresses {
    fn resolve(
        &self,
        _: &http::Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// A connection that ureq uses for one call. When ureq drops it, the connection is the call's again, or it is closed.
pub(crate) struct CallTransport {
    /// The connection's buffers, while ureq has it.
    buffers: LazyBuffers,
    connection: Option<Box<Connection>>,
    /// Whether ureq has found that the connection can be used again. That is the last thing that it asks before it
    /// puts a connection into its own pool, which is switched off, and it does not ask if the connection must be
    /// closed (ureq 3.5.2, `pool.rs`, `Connection::reuse` and `close`).
    is_reusable: bool,
}

impl CallTransport {
    fn new(mut connection: Box<Connection>) -> Self {
        // The smallest that ureq allows; nothing is allocated.
        let buffers = mem::replace(&mut connection.buffers, LazyBuffers::new(1, 1));
        connection.begin();
        Self { buffers, connection: Some(connection), is_reusable: false }
    }
}

impl Drop for CallTransport {
    fn drop(&mut self) {
        if let (true, Some(mut connection)) = (self.is_reusable, self.connection.take()) {
            mem::swap(&mut connection.buffers, &mut self.buffers);
            CALL.with_borrow_mut(|call| call.connection = Some(connection));
        }
    }
}

/// The connection is there as long as ureq has its transport.
fn gone() -> ureq::Error {
    ureq::Error::ConnectionFailed
}

/// When a timeout of ureq's ends. Every call of ours has one.
fn deadline(timeout: &NextTimeout) -> Instant {
    let after = match timeout.after {
        time::Duration::Exact(after) => after.min(FOREVER),
        time::Duration::NotHappening => FOREVER,
    };
    Instant::now() + after
}

impl Transport for CallTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        if amount == 0 {
            return Ok(());
        }
        let connection = self.connection.as_mut().ok_or_else(gone)?;
        let outcome = connection.write(&self.buffers.output()[..amount], deadline(&timeout));
        CALL.with_borrow_mut(|call| {
            call.has_left |= connection.request_has_left();
            call.rest_is_refused = connection.rest_is_refused();
        });
        outcome.map_err(other)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let connection = self.connection.as_mut().ok_or_else(gone)?;
        // A failure of ours is classified. ureq takes some I/O errors for the end of a body (ureq 3.5.2, `run.rs`,
        // `BodyHandler::do_read`), so that a body that was cut off would seem complete.
        let read = connection.read(self.buffers.input_append_buf(), deadline(&timeout)).map_err(other)?;
        self.buffers.input_appended(read);
        Ok(read > 0)
    }

    /// The socket itself is looked at before the connection is used again.
    fn is_open(&mut self) -> bool {
        let is_open = self.connection.as_mut().is_some_and(|connection| connection.is_open());
        self.is_reusable = is_open && self.buffers.input().is_empty();
        self.is_reusable
    }

    fn is_tls(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.is_tls())
    }
}

impl fmt::Debug for CallTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallTransport").field("connection", &self.connection).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use sphere_core::transport::{RequestBody, TransportRequest};

    use super::*;

    #[test]
    fn call_within_a_call_does_not_change_it() {
        let http = http::Request::get("http://127.0.0.1/").body(RequestBody::empty()).unwrap();
        let target = TransportRequest::new(http).target().unwrap().clone();
        run(target.clone(), None, || {
            CALL.with_borrow_mut(|call| (call.has_left, call.rest_is_refused) = (true, true));
            run(target.clone(), None, || assert!(!request_has_left() && !rest_is_refused()));
            assert!(request_has_left() && rest_is_refused());
        });
    }
}
