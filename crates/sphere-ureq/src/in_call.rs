//! What the call that runs on this thread has to do with connections: the one that it may use, the one that it gives
//! back, and whether a byte of its request was handed to one, which is the proof behind `Delivery::NotSent`.
//!
//! ureq says none of this. It asks its connector for a connection and drops it at the end, and its errors do not say
//! in which phase they happened: a reset is `Io(ConnectionReset)` while connecting and after the request alike.
//!
//! All of it is kept per thread: ureq runs a call from beginning to end on its caller's thread, and a thread runs one
//! call at a time.

use std::cell::RefCell;

use crate::connection::Connection;

#[derive(Default)]
struct Call {
    connection: Option<Box<Connection>>,
    request_left: bool,
}

thread_local! {
    static CALL: RefCell<Call> = RefCell::default();
}

/// Begins a call, which may use this connection.
pub(crate) fn begin(kept: Option<Box<Connection>>) {
    CALL.replace(Call { connection: kept, request_left: false });
}

/// Ends the call, and returns the connection that it gave back.
pub(crate) fn end() -> Option<Box<Connection>> {
    CALL.take().connection
}

/// The connection that the call may use.
pub(crate) fn take_connection() -> Option<Box<Connection>> {
    CALL.with_borrow_mut(|call| call.connection.take())
}

/// Gives a connection back whose response was read to its end.
pub(crate) fn give_back(connection: Box<Connection>) {
    CALL.with_borrow_mut(|call| call.connection = Some(connection));
}

/// Notes that bytes of the request have left.
pub(crate) fn request_leaves() {
    CALL.with_borrow_mut(|call| call.request_left = true);
}

/// Whether any byte of the request has left.
pub(crate) fn request_left() -> bool {
    CALL.with_borrow(|call| call.request_left)
}
