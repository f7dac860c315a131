//! The witness: the outermost layer of every connection, which sees whether a byte of a request was handed to
//! the network.
//!
//! ureq's errors do not say in which phase they happened: a reset is `Io(ConnectionReset)` during the connect
//! and after the request alike. What decides is whether `transmit_output` was ever called for application
//! data, and that is the only way in which ureq lets request bytes out. The TLS handshake happens below this
//! layer and leaves no mark.
//!
//! Being outermost, it also sets two of ureq's views of the end of a connection right.
//!
//! The mark is kept per thread: ureq runs a call from beginning to end on the thread of its caller, and a
//! thread runs one call at a time.

use std::cell::Cell;
use std::io;

use sphere_core::transport::TransportErrorKind;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use crate::error::Fault;

pub(crate) const READING: &str = "reading the answer";

thread_local! {
    static HANDED_OVER: Cell<bool> = const { Cell::new(false) };
}

/// Forgets what this thread's previous call sent. To be called when a call begins.
pub(crate) fn begin() {
    HANDED_OVER.set(false);
}

/// Whether this thread's current call has handed any byte of its request to a connection.
pub(crate) fn saw_the_request_leave() -> bool {
    HANDED_OVER.get()
}

/// A connection that notes when application data leaves through it.
#[derive(Debug)]
pub(crate) struct Witness(Box<dyn Transport>);

impl Witness {
    pub(crate) fn new(connection: impl Transport) -> Self {
        Self(Box::new(connection))
    }
}

impl Transport for Witness {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        // Before the attempt, not after it: a write that fails may have sent a part.
        if amount > 0 {
            HANDED_OVER.set(true);
        }
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        // ureq wants more than the buffer holds, and would take a read into no room for the end of the
        // connection. That happens only while a head (or one chunk's header) is still incomplete.
        if self.0.buffers().input_append_buf().is_empty() {
            return Err(Fault::new(TransportErrorKind::Protocol, READING, "its head is too long").into());
        }
        self.0.await_input(timeout).map_err(keep_a_broken_end_visible)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

/// ureq takes these three errors inside a body for its end (ureq 3.5.2, `run.rs`, `BodyHandler::do_read`), so
/// a body that ends when the connection ends, cut short by a reset or by a TLS stream without `close_notify`,
/// would pass for a whole one. Under another name they stay errors.
fn keep_a_broken_end_visible(error: ureq::Error) -> ureq::Error {
    match error {
        ureq::Error::Io(error)
            if matches!(
                error.kind(),
                io::ErrorKind::UnexpectedEof
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::ConnectionReset
            ) =>
        {
            Fault::new(TransportErrorKind::Interrupted, READING, error).into()
        }
        other => other,
    }
}
