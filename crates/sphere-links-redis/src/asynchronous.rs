//! The store for async links: one connection, shared by all tasks, made anew when it breaks.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Cmd, FromRedisValue};
use sphere_links::store::{Entry, Holder, Key, Loaded, Store, StoreError};
use tokio::runtime::Handle;

use crate::failure::{failure, is_broken};
use crate::{LIMIT, RedisStore, commands};

/// The connection that was made last.
#[derive(Default)]
pub(crate) struct Shared(Mutex<Option<MultiplexedConnection>>);

impl Shared {
    fn slot(&self) -> MutexGuard<'_, Option<MultiplexedConnection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for RedisStore {
    async fn load(&self, key: &Key) -> Result<Loaded, StoreError> {
        Ok(self.opened(key, self.run(&commands::load(key)).await?))
    }

    async fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError> {
        self.run(&commands::lock(key, holder, lasts)).await
    }

    async fn save(
        &self,
        key: &Key,
        holder: &Holder,
        entry: &Entry,
        lasts: Duration,
    ) -> Result<bool, StoreError> {
        self.run(&commands::save(key, holder, &self.sealed(key, entry)?, lasts)).await
    }

    fn release(&self, key: &Key, holder: &Holder) {
        // Without a runtime there is nobody to do it, and the lock ends by itself.
        let Ok(runtime) = Handle::try_current() else { return };
        let (store, command) = (self.clone(), commands::release(key, holder));
        runtime.spawn(async move { store.run::<bool>(&command).await });
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.run(&commands::remove(key)).await
    }
}

impl RedisStore {
    async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        if Handle::try_current().is_err() {
            return Err(StoreError::new("Redis: there is no tokio runtime here"));
        }
        let kept = self.0.shared.slot().clone();
        if let Some(mut connection) = kept {
            match command.query_async(&mut connection).await {
                // It may have broken at any time since its last use. Each command can be repeated.
                Err(error) if is_broken(&error) => {
                    *self.0.shared.slot() = None;
                    if error.is_timeout() {
                        return Err(failure(&error));
                    }
                }
                result => return result.map_err(|error| failure(&error)),
            }
        }
        self.run_on_new(command).await.map_err(|error| failure(&error))
    }

    async fn run_on_new<T: FromRedisValue>(&self, command: &Cmd) -> redis::RedisResult<T> {
        let limits = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(LIMIT))
            .set_response_timeout(Some(LIMIT));
        let mut connection = self.0.client.get_multiplexed_async_connection_with_config(&limits).await?;
        let result = command.query_async(&mut connection).await;
        if !result.as_ref().is_err_and(is_broken) {
            *self.0.shared.slot() = Some(connection);
        }
        result
    }
}
