//! The store for blocking links: a connection for each thread that uses it, kept for the next one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{Cmd, Connection, FromRedisValue, RedisResult};
use sphere_links::store::blocking::Store;
use sphere_links::store::{Entry, Holder, Key, Loaded, StoreError};

use crate::failure::{failure, is_broken};
use crate::{LIMIT, RedisStore, commands};

/// More threads at once open further connections, which are closed after use.
const MOST_IDLE: usize = 8;

/// Connections that no thread is using.
#[derive(Default)]
pub(crate) struct Idle(Mutex<Vec<Connection>>);

impl Idle {
    fn connections(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for RedisStore {
    fn load(&self, key: &Key) -> Result<Loaded, StoreError> {
        Ok(self.opened(key, self.run_blocking(&commands::load(key))?))
    }

    fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError> {
        self.run_blocking(&commands::lock(key, holder, lasts))
    }

    fn save(&self, key: &Key, holder: &Holder, entry: &Entry, lasts: Duration) -> Result<bool, StoreError> {
        self.run_blocking(&commands::save(key, holder, &self.sealed(key, entry)?, lasts))
    }

    fn release(&self, key: &Key, holder: &Holder) {
        // If it fails, the lock ends by itself.
        let _ = self.run_blocking::<bool>(&commands::release(key, holder));
    }

    fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.run_blocking(&commands::remove(key))
    }
}

impl RedisStore {
    fn run_blocking<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let kept = self.0.idle.connections().pop();
        if let Some(connection) = kept {
            match self.run_on(connection, command) {
                // It may have broken at any time since its last use, and so may the others. Each command can be repeated.
                Err(error) if is_broken(&error) => {
                    self.0.idle.connections().clear();
                    if error.is_timeout() {
                        return Err(failure(&error));
                    }
                }
                result => return result.map_err(|error| failure(&error)),
            }
        }
        self.connect().and_then(|new| self.run_on(new, command)).map_err(|error| failure(&error))
    }

    fn connect(&self) -> RedisResult<Connection> {
        let connection = self.0.client.get_connection_with_timeout(LIMIT)?;
        connection.set_read_timeout(Some(LIMIT))?;
        connection.set_write_timeout(Some(LIMIT))?;
        Ok(connection)
    }

    fn run_on<T: FromRedisValue>(&self, mut connection: Connection, command: &Cmd) -> RedisResult<T> {
        let result = command.query(&mut connection);
        if !result.as_ref().is_err_and(is_broken) {
            let mut idle = self.0.idle.connections();
            if idle.len() < MOST_IDLE {
                idle.push(connection);
            }
        }
        result
    }
}
