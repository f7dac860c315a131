//! What differs between async and blocking links. Futures of the blocking flavour are ready when they are first polled, so
//! that both run the same code.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use sphere_core::clock::Moment;
use sphere_core::{Client, Config, Error, blocking};

use crate::links::{Failure, Waiting};
use crate::store::blocking::Store as BlockingStore;
use crate::store::{Entry, Holder, Key, Loaded, Store, StoreError};
use crate::target::LinkTarget;

/// A client that fetches links, and how its callers wait for each other.
pub(crate) trait Flavour: Send + Sync + 'static {
    type Failure;
    /// What a caller needs to wait for a fetch.
    type Waiting<L>;

    fn config(&self) -> &Config;

    fn now(&self) -> Moment;

    fn sleep(&self, pause: Duration) -> impl Future<Output = ()> + Send;

    /// Asks the service, within the client's own time if `time_left` is `None`.
    fn ask<T: LinkTarget>(
        &self,
        target: &T,
        time_left: Option<Duration>,
    ) -> impl Future<Output = Result<T::Link, Error>> + Send;
}

impl Flavour for Client {
    type Failure = Failure;
    type Waiting<L> = Waiting<L>;

    fn config(&self) -> &Config {
        self.config()
    }

    fn now(&self) -> Moment {
        self.clock().now()
    }

    async fn sleep(&self, pause: Duration) {
        self.clock().sleep(pause).await;
    }

    async fn ask<T: LinkTarget>(&self, target: &T, time_left: Option<Duration>) -> Result<T::Link, Error> {
        let call = self.call(target.operation());
        if let Some(time_left) = time_left { call.timeout(time_left) } else { call }.send().await
    }
}

impl Flavour for blocking::Client {
    type Failure = crate::Error;
    type Waiting<L> = ();

    fn config(&self) -> &Config {
        self.config()
    }

    fn now(&self) -> Moment {
        self.clock().now()
    }

    async fn sleep(&self, pause: Duration) {
        self.clock().sleep(pause);
    }

    async fn ask<T: LinkTarget>(&self, target: &T, time_left: Option<Duration>) -> Result<T::Link, Error> {
        let call = self.call(target.operation());
        if let Some(time_left) = time_left { call.timeout(time_left) } else { call }.send()
    }
}

/// A blocking store as an async one.
pub(crate) struct Immediate<S>(pub(crate) S);

#[async_trait]
impl<S: BlockingStore> Store for Immediate<S> {
    async fn load(&self, key: &Key) -> Result<Loaded, StoreError> {
        self.0.load(key)
    }

    async fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError> {
        self.0.lock(key, holder, lasts)
    }

    async fn save(
        &self,
        key: &Key,
        holder: &Holder,
        entry: &Entry,
        lasts: Duration,
    ) -> Result<bool, StoreError> {
        self.0.save(key, holder, entry, lasts)
    }

    fn release(&self, key: &Key, holder: &Holder) {
        self.0.release(key, holder);
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.0.remove(key)
    }
}

/// The output of a future of the blocking flavour, whose first poll does all the work.
pub(crate) fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}
