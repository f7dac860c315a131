//! A fetch as a state machine without I/O: look into the store, take the lock, look again, ask the service, save.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use sphere_core::clock::Moment;

use crate::cache::Rules;
use crate::error::{Error, WhenStoreFails};
use crate::store::{Entry, Holder, Loaded, StoreError};
use crate::target::Link;
use crate::trace;

/// How much longer than the call a lock lasts: time to save what the call gave, at its very end.
const LOCK_MARGIN: Duration = Duration::from_secs(5);
/// The longest wait for a lock; it is at most half of the call's time too. After it, the service is asked without the
/// lock: its holder is slow or was killed, and a second link does no harm.
const MAX_WAIT: Duration = Duration::from_secs(5);
/// The first pause while another process has the lock. Each is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// How long a link is kept that only those may have who are waiting for it: several pauses.
const KEPT_FOR_WAITING: Duration = Duration::from_secs(5);

/// What to do next. Each has the state to give the result to.
pub(super) enum Step<L> {
    /// Load the entry, then [`Fetch::loaded`].
    Load(Fetch<L>),
    /// Take the lock for so long, then [`Fetch::locked`].
    Lock(Fetch<L>, Duration),
    /// Sleep, then [`Fetch::slept`].
    Sleep(Fetch<L>, Duration),
    /// Ask the service within this time, then [`Fetch::asked`].
    Ask(Fetch<L>, Duration),
    /// Save the entry for so long, then [`Fetch::saved`].
    Save(Fetch<L>, ToSave<L>),
    Done(Result<L, Error>),
}

pub(super) struct ToSave<L> {
    link: L,
    pub(super) entry: Entry,
    pub(super) lasts: Duration,
}

pub(super) struct Fetch<L> {
    rules: Rules,
    when_store_fails: WhenStoreFails,
    /// When to ask without the lock, if another process still has it.
    waits_until: Moment,
    deadline: Moment,
    holder: Holder,
    /// A good link that this process got before.
    remembered: Option<L>,
    /// Who made the entry that was in the store at the first look, or nothing if there was none.
    made_before_by: Option<String>,
    has_lock: bool,
    pause: Duration,
}

/// What an entry holds.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content<L> {
    link: L,
    /// Who had the lock while it was made.
    made_by: String,
}

impl<L: Link> Fetch<L> {
    pub(super) fn new(
        rules: Rules,
        when_store_fails: WhenStoreFails,
        remembered: Option<L>,
        holder: Holder,
        now: Moment,
        timeout: Duration,
    ) -> Self {
        Self {
            rules,
            when_store_fails,
            waits_until: now + MAX_WAIT.min(timeout / 2),
            deadline: now + timeout,
            holder,
            remembered,
            made_before_by: None,
            has_lock: false,
            pause: FIRST_PAUSE,
        }
    }

    pub(super) fn loaded(
        mut self,
        loaded: Result<Loaded, StoreError>,
        now: Moment,
        date: SystemTime,
    ) -> Step<L> {
        let content = match loaded {
            Ok(loaded) => read::<L>(&loaded),
            Err(error) => return self.store_failed("load", error, now),
        };
        let made_by = content.as_ref().map_or_else(String::new, |content| content.made_by.clone());
        // A link that was made since this caller asked comes fresh from the service, whatever is left of it.
        let is_fresh = self.made_before_by.as_ref().is_some_and(|before| *before != made_by);
        self.made_before_by.get_or_insert(made_by);
        match content {
            Some(Content { link, .. }) if is_fresh || self.rules.is_good(&link, date) => Step::Done(Ok(link)),
            // This was the second look. The first may have been just before another process saved its link.
            _ if self.has_lock => self.ask(now),
            _ => {
                let lasts = self.deadline.since(now).saturating_add(LOCK_MARGIN);
                Step::Lock(self, lasts)
            }
        }
    }

    pub(super) fn locked(mut self, locked: Result<bool, StoreError>, now: Moment) -> Step<L> {
        match locked {
            Ok(true) => {
                self.has_lock = true;
                Step::Load(self)
            }
            Ok(false) => {
                let wait_left = self.waits_until.since(now);
                if wait_left.is_zero() {
                    return self.ask(now);
                }
                let pause = self.pause.min(wait_left);
                self.pause = (2 * self.pause).min(LONGEST_PAUSE);
                Step::Sleep(self, pause)
            }
            Err(error) => self.store_failed("lock", error, now),
        }
    }

    pub(super) fn slept(self) -> Step<L> {
        Step::Load(self)
    }

    pub(super) fn asked(self, asked: Result<L, sphere_core::Error>, date: SystemTime) -> Step<L> {
        let link = match asked {
            Ok(link) if self.has_lock => link,
            other => return Step::Done(other.map_err(Error::Call)),
        };
        let lasts = link.remaining_at(date).filter(|_| self.rules.is_good(&link, date));
        let lasts = lasts.unwrap_or(KEPT_FOR_WAITING);
        let content = Content { link, made_by: self.holder.as_str().to_owned() };
        match serde_json::to_string(&content) {
            Ok(text) => Step::Save(self, ToSave { link: content.link, entry: Entry::new(text), lasts }),
            Err(_) => Step::Done(Ok(content.link)),
        }
    }

    pub(super) fn saved(self, link: ToSave<L>, saved: Result<bool, StoreError>) -> Step<L> {
        match saved {
            Ok(true) => {}
            // Forgotten meanwhile, or this process stood still for longer than the lock lasts.
            Ok(false) => trace::lock_lost(),
            Err(error) => {
                trace::store_failed("save", &error);
                if self.when_store_fails == WhenStoreFails::Fail {
                    return Step::Done(Err(Error::Store(error)));
                }
            }
        }
        Step::Done(Ok(link.link))
    }

    fn ask(self, now: Moment) -> Step<L> {
        let time_left = self.deadline.since(now);
        if time_left.is_zero() { Step::Done(Err(Error::Timeout)) } else { Step::Ask(self, time_left) }
    }

    fn store_failed(mut self, operation: &'static str, error: StoreError, now: Moment) -> Step<L> {
        trace::store_failed(operation, &error);
        // If it was taken, nothing is saved under it any more.
        self.has_lock = false;
        match (self.when_store_fails, self.remembered.take()) {
            (WhenStoreFails::Fail, _) => Step::Done(Err(Error::Store(error))),
            (WhenStoreFails::Ask, Some(link)) => Step::Done(Ok(link)),
            (WhenStoreFails::Ask, None) => self.ask(now),
        }
    }
}

fn read<L: Link>(loaded: &Loaded) -> Option<Content<L>> {
    let content = match loaded {
        Loaded::Nothing => return None,
        Loaded::Unreadable => None,
        Loaded::Entry(entry) => serde_json::from_str(entry.as_str()).ok(),
    };
    if content.is_none() {
        trace::unreadable_entry();
    }
    content
}
