//! The connection that the call on this thread may use, and the one that it gives back.
//!
//! ureq asks its connector for a connection and drops it at the end, and says nothing of either to its caller.
//!
//! It is kept per thread: ureq runs a call from beginning to end on its caller's thread, and a thread runs one call at a
//! time.

use std::cell::RefCell;

use sphere_core::transport::Target;

use crate::connection::Connection;

thread_local! {
    static TARGET: RefCell<Option<Target>> = const { RefCell::new(None) };
    static CONNECTION: RefCell<Option<Box<Connection>>> = const { RefCell::new(None) };
}

/// Begins a call to this target, which may use this connection.
pub(crate) fn begin(target: Target, kept: Option<Box<Connection>>) {
    TARGET.set(Some(target));
    CONNECTION.set(kept);
}

/// Ends the call, and returns the connection that it gave back.
pub(crate) fn end() -> Option<Box<Connection>> {
    CONNECTION.take()
}

/// Where the call goes, if it has not been asked for.
pub(crate) fn take_target() -> Option<Target> {
    TARGET.take()
}

/// The connection that the call may use.
pub(crate) fn take_connection() -> Option<Box<Connection>> {
    CONNECTION.take()
}

/// Gives a connection back whose response was read to its end.
pub(crate) fn give_back(connection: Box<Connection>) {
    CONNECTION.set(Some(connection));
}
