//! Whether a byte of this thread's request was handed to a connection: the proof behind `Delivery::NotSent`.
//!
//! ureq's errors do not say in which phase they happened: a reset is `Io(ConnectionReset)` while connecting and after the
//! request alike. A thread runs one call at a time.

use std::cell::Cell;

thread_local! {
    static HAS_LEFT: Cell<bool> = const { Cell::new(false) };
    static IS_REFUSED: Cell<bool> = const { Cell::new(false) };
}

/// Begins a call: nothing has left.
pub(crate) fn begin() {
    HAS_LEFT.set(false);
    IS_REFUSED.set(false);
}

/// Notes that the server does not want the rest of the request.
pub(crate) fn refuse_rest() {
    IS_REFUSED.set(true);
}

/// Whether the rest of the request is left out.
pub(crate) fn rest_is_refused() -> bool {
    IS_REFUSED.get()
}

/// Notes that bytes of the request leave.
pub(crate) fn request_leaves() {
    HAS_LEFT.set(true);
}

/// Whether any byte of the request has left.
pub(crate) fn request_has_left() -> bool {
    HAS_LEFT.get()
}
