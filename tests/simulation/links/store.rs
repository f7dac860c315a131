//! The store that the processes share.

use std::time::Duration;

use async_trait::async_trait;
use sphere_links::store::{Entry, Holder, Key, Loaded, Store, StoreError};
use tokio::time::sleep;

use super::scene::{Scene, State};

/// The store: each operation takes a moment before and after it is done, and may fail at either end.
#[derive(Clone)]
pub struct SharedStore {
    pub scene: Scene,
    pub process: usize,
}

/// How long a process waits for a lock before it asks without it.
pub const MAX_WAIT: Duration = Duration::from_secs(5);

impl SharedStore {
    async fn operation<T>(&self, done: impl FnOnce(&mut State, Duration) -> T) -> Result<T, StoreError> {
        let (scene, clockwork) = (&self.scene, self.scene.clockwork());
        clockwork.sleep(&[0, 1, 50]).await;
        if scene.fails(scene.plan().store_fails) {
            return Err(StoreError::new("the store is dead"));
        }
        let now = clockwork.now();
        let result = {
            let mut state = scene.lock();
            state.entries.retain(|_, (_, until)| *until > now);
            state.locks.retain(|_, (_, until)| *until > now);
            done(&mut state, now)
        };
        // Not always a point where a caller can be dropped.
        if clockwork.chance(50) {
            sleep(Duration::from_millis(1)).await;
        }
        if scene.fails(scene.plan().store_fails) {
            return Err(StoreError::new("the store's answer was lost"));
        }
        Ok(result)
    }
}

#[async_trait]
impl Store for SharedStore {
    async fn load(&self, key: &Key) -> Result<Loaded, StoreError> {
        let load = |state: &mut State, _| state.entries.get(key.as_str()).map(|(entry, _)| entry.clone());
        Ok(self.operation(load).await?.map_or(Loaded::Nothing, Loaded::Entry))
    }

    async fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError> {
        // face-verification-link/customer_1/…
        let customer = key.as_str().split(['_', '/']).nth(2).and_then(|id| id.parse().ok());
        let waiter = (self.process, customer.expect("the id of a customer"));
        self.operation(|state, now| {
            let lock = state.locks.entry(key.as_str().to_owned());
            let is_held = lock.or_insert_with(|| (holder.clone(), now + lasts)).0 == *holder;
            let waiting = state.waiting.entry(waiter).or_insert_with(|| (holder.clone(), now));
            if is_held {
                state.waiting.remove(&waiter);
            } else if waiting.0 != *holder {
                *waiting = (holder.clone(), now);
            }
            is_held
        })
        .await
    }

    async fn save(
        &self,
        key: &Key,
        holder: &Holder,
        entry: &Entry,
        lasts: Duration,
    ) -> Result<bool, StoreError> {
        self.operation(|state, now| {
            let is_held = state.locks.get(key.as_str()).is_some_and(|(of, _)| of == holder);
            if is_held {
                state.locks.remove(key.as_str());
                state.entries.insert(key.as_str().to_owned(), (entry.clone(), now + lasts));
            }
            is_held
        })
        .await
    }

    fn release(&self, key: &Key, holder: &Holder) {
        let mut state = self.scene.lock();
        if !state.killed.contains(&self.process)
            && state.locks.get(key.as_str()).is_some_and(|(of, _)| of == holder)
        {
            state.locks.remove(key.as_str());
        }
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.operation(|state, _| {
            state.locks.remove(key.as_str());
            state.entries.remove(key.as_str());
        })
        .await
    }
}
