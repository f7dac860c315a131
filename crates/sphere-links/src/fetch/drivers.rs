//! The loop of a fetch, once async and once blocking.

use std::sync::Arc;

use sphere_core::{Client, blocking};

use super::WhenStoreFails;
use super::machine::{Fetch, Step};
use crate::Error;
use crate::shelf::Rules;
use crate::store::{Holder, Key, Store, blocking::Store as BlockingStore};
use crate::wanted::Wanted;

/// What a fetch goes over.
pub(crate) struct Over<C, S: ?Sized> {
    pub(crate) client: C,
    /// Without one, a fetch is a call.
    pub(crate) store: Option<(Arc<S>, WhenStoreFails)>,
    pub(crate) rules: Rules,
}

/// Fetches a link. `remembered` is a good one that this process got before.
pub(crate) async fn fetch<W: Wanted>(
    over: &Over<Client, dyn Store>,
    wanted: &W,
    remembered: Option<W::Link>,
) -> Result<W::Link, Error> {
    let Over { client, store, rules } = over;
    let Some((store, when_store_fails)) = store else {
        return Ok(client.call(wanted.operation()).send().await?);
    };
    let (clock, config) = (client.clock(), client.config());
    let key = Key::of(wanted, config);
    let holder = Holder::new(fastrand::u128(..));
    let mut lock = Release { is_due: false, release: || store.release(&key, &holder) };
    let deadline = clock.now() + config.timeout();
    let mut step =
        Step::Load(Fetch::new(rules.clone(), *when_store_fails, remembered, holder.clone(), deadline));
    loop {
        step = match step {
            Step::Load(fetch) => {
                let loaded = store.load(&key).await;
                fetch.loaded(loaded, clock.now(), (rules.clock)())
            }
            Step::Lock(fetch, lasts) => {
                // Before the lock is taken, since this future may be dropped while it is.
                lock.is_due = true;
                let locked = store.lock(&key, &holder, lasts).await;
                lock.is_due = !matches!(locked, Ok(false));
                fetch.locked(locked, clock.now())
            }
            Step::Sleep(fetch, pause) => {
                clock.sleep(pause).await;
                fetch.slept()
            }
            Step::Ask(fetch, time_left) => {
                let asked = client.call(wanted.operation()).timeout(time_left).send().await;
                fetch.asked(asked, (rules.clock)())
            }
            Step::Save(fetch, link) => {
                let saved = store.save(&key, &holder, &link.entry, link.lasts).await;
                lock.is_due = saved.is_err();
                fetch.saved(link, saved)
            }
            Step::Done(result) => return result,
        };
    }
}

/// The same as [`fetch`].
pub(crate) fn fetch_blocking<W: Wanted>(
    over: &Over<blocking::Client, dyn BlockingStore>,
    wanted: &W,
    remembered: Option<W::Link>,
) -> Result<W::Link, Error> {
    let Over { client, store, rules } = over;
    let Some((store, when_store_fails)) = store else {
        return Ok(client.call(wanted.operation()).send()?);
    };
    let (clock, config) = (client.clock(), client.config());
    let key = Key::of(wanted, config);
    let holder = Holder::new(fastrand::u128(..));
    let mut lock = Release { is_due: false, release: || store.release(&key, &holder) };
    let deadline = clock.now() + config.timeout();
    let mut step =
        Step::Load(Fetch::new(rules.clone(), *when_store_fails, remembered, holder.clone(), deadline));
    loop {
        step = match step {
            Step::Load(fetch) => {
                let loaded = store.load(&key);
                fetch.loaded(loaded, clock.now(), (rules.clock)())
            }
            Step::Lock(fetch, lasts) => {
                lock.is_due = true;
                let locked = store.lock(&key, &holder, lasts);
                lock.is_due = !matches!(locked, Ok(false));
                fetch.locked(locked, clock.now())
            }
            Step::Sleep(fetch, pause) => {
                clock.sleep(pause);
                fetch.slept()
            }
            Step::Ask(fetch, time_left) => {
                let asked = client.call(wanted.operation()).timeout(time_left).send();
                fetch.asked(asked, (rules.clock)())
            }
            Step::Save(fetch, link) => {
                let saved = store.save(&key, &holder, &link.entry, link.lasts);
                lock.is_due = saved.is_err();
                fetch.saved(link, saved)
            }
            Step::Done(result) => return result,
        };
    }
}

/// Gives the lock back when the fetch ends in any way: with a result, by a panic, or dropped.
struct Release<F: Fn()> {
    is_due: bool,
    release: F,
}

impl<F: Fn()> Drop for Release<F> {
    fn drop(&mut self) {
        if self.is_due {
            (self.release)();
        }
    }
}
