//! The loop of a fetch, in either mode of the client.

use std::sync::Arc;

use sphere_core::client::{Client, Mode};
use sphere_core::unstable::{now, send, sleep};

use super::machine::{Fetch, Step};
use crate::cache::Rules;
use crate::error::{Error, WhenStoreFails};
use crate::store::{Holder, Key, Store};
use crate::target::LinkTarget;

/// What all fetches of one `Links` share.
pub(crate) struct FetchContext<M: Mode> {
    pub(crate) client: Client<M>,
    pub(crate) rules: Rules,
    /// Without one, a fetch is a call.
    pub(crate) store: Option<SharedStore>,
}

pub(crate) struct SharedStore {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) when_it_fails: WhenStoreFails,
    /// Whose links they are: the label of the API key.
    pub(crate) account: String,
}

impl SharedStore {
    pub(crate) fn key<M: Mode>(&self, target: &impl LinkTarget, client: &Client<M>) -> Key {
        Key::of(target, &self.account, client.config())
    }
}

/// Fetches a link. `remembered` is a good one that this process got before.
pub(crate) async fn fetch<M: Mode, T: LinkTarget>(
    context: &FetchContext<M>,
    target: &T,
    remembered: Option<T::Link>,
) -> Result<T::Link, Error> {
    let FetchContext { client, rules, store } = context;
    let Some(shared) = store else { return Ok(send(client.call(target.operation())).await?) };
    let store = &*shared.store;
    let key = shared.key(target, client);
    let holder = Holder::new(fastrand::u128(..));
    let mut lock = Release { is_due: false, release: || store.release(&key, &holder) };
    let fetch = Fetch::new(
        rules.clone(),
        shared.when_it_fails,
        remembered,
        holder.clone(),
        now(client),
        client.config().timeout(),
    );
    let mut step = Step::Load(fetch);
    loop {
        step = match step {
            Step::Load(fetch) => {
                let loaded = store.load(&key).await;
                fetch.loaded(loaded, now(client), (rules.clock)())
            }
            Step::Lock(fetch, lasts) => {
                // Before the lock is taken, since this future may be dropped while it is.
                lock.is_due = true;
                let locked = store.lock(&key, &holder, lasts).await;
                lock.is_due = !matches!(locked, Ok(false));
                fetch.locked(locked, now(client))
            }
            Step::Sleep(fetch, pause) => {
                sleep(client, pause).await;
                fetch.slept()
            }
            Step::Ask(fetch, time_left) => {
                let asked = send(client.call(target.operation()).timeout(time_left)).await;
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
