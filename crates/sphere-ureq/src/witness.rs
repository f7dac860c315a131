//! Whether a byte of a request was handed to a connection: the proof behind `Delivery::NotSent`.
//!
//! ureq's errors do not say in which phase they happened: a reset is `Io(ConnectionReset)` while connecting and
//! after the request alike. All bytes of a request leave through our
//! [connections](crate::connection::Connection), which note it here.
//!
//! The mark is kept per thread: ureq runs a call from beginning to end on its caller's thread, and a thread
//! runs one call at a time.

use std::cell::Cell;

thread_local! {
    static REQUEST_LEFT: Cell<bool> = const { Cell::new(false) };
}

/// Forgets what this thread's previous call sent. Called when a call begins.
pub(crate) fn begin() {
    REQUEST_LEFT.set(false);
}

/// Notes that bytes of this thread's request are about to leave. Called before the attempt, since a write that
/// fails may have sent a part.
pub(crate) fn request_leaves() {
    REQUEST_LEFT.set(true);
}

/// Whether this thread's current call has handed any byte of its request to a connection.
pub(crate) fn request_left() -> bool {
    REQUEST_LEFT.get()
}
