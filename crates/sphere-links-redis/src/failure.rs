//! What an error of the crate `redis` says of the store, in one line without anything that the server was sent.

use redis::{ErrorKind, RedisError};
use sphere_links::store::StoreError;

use crate::LIMIT;

/// An error reply may quote its command, so of a reply only the code is shown, such as `WRONGPASS`.
pub(crate) fn failure(error: &RedisError) -> StoreError {
    if error.is_timeout() {
        return StoreError::new(format!("Redis: no response within {LIMIT:?}"));
    }
    match (error.kind(), error.code()) {
        (ErrorKind::Io, _) => StoreError::new(format!("Redis: no connection: {error}")),
        (_, Some(code)) => StoreError::new(format!("Redis refused the command: {code}")),
        _ => StoreError::new(format!("Redis: {}", error.category())),
    }
}

/// Whether the connection is of no more use: what comes next on it may be the response to an earlier command.
pub(crate) fn is_broken(error: &RedisError) -> bool {
    error.is_io_error() || error.is_unrecoverable_error()
}
