//! A connection as ureq uses it for one call.

use std::fmt;
use std::mem;
use std::time::Instant;

use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport, time};

use crate::connection::Connection;
use crate::error::other;
use crate::exchange::FOREVER;
use crate::in_call;

/// A connection that ureq uses for one call. When ureq drops it, the connection goes [back](in_call::give_back) or is
/// closed.
pub(crate) struct Lent {
    /// The connection's buffers, while it is lent.
    buffers: LazyBuffers,
    connection: Option<Box<Connection>>,
    /// Whether ureq has found that the connection can be used again. That is the last thing that it asks before it
    /// puts a connection into its own pool, which is switched off, and it does not ask if the connection must be
    /// closed (ureq 3.5.2, `pool.rs`, `Connection::reuse` and `close`).
    is_reusable: bool,
}

impl Lent {
    pub(crate) fn new(mut connection: Box<Connection>) -> Self {
        // The smallest that ureq allows; nothing is allocated.
        let buffers = mem::replace(&mut connection.buffers, LazyBuffers::new(1, 1));
        connection.begin();
        Self { buffers, connection: Some(connection), is_reusable: false }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (true, Some(mut connection)) = (self.is_reusable, self.connection.take()) {
            mem::swap(&mut connection.buffers, &mut self.buffers);
            in_call::give_back(connection);
        }
    }
}

/// It is lent as long as ureq has it.
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

impl Transport for Lent {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        if amount == 0 {
            return Ok(());
        }
        let connection = self.connection.as_mut().ok_or_else(gone)?;
        connection.write(&self.buffers.output()[..amount], deadline(&timeout)).map_err(other)
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

impl fmt::Debug for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lent").field("connection", &self.connection).finish_non_exhaustive()
    }
}
