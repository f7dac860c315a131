//! Where processes share links: the interface of a store. `sphere-links-redis` has one.
//!
//! A store keeps one entry and one lock under each [`Key`], and forgets both when their time is over. The lock is what
//! keeps two processes from asking the service for the same link at the same time:
//!
//! ```text
//! load ── a good link ─────────────────────────────────────────► handed out
//!   ▲ └── none ─► lock ── taken ─► load ── a good link ────────► handed out, release
//!   │              │                └── none ─► the service ─► save (which releases)
//!   └─── sleep ◄───┘ held by another ── for five seconds ─► the service (nothing is saved)
//! ```

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use sphere_core::Config;

use crate::target::LinkTarget;

/// What a link is kept under: the kind of link, whose it is, who asks, and the base URL. So links of the sandbox and of
/// production never mix, and nobody gets a link that was made with another API key.
///
/// The id is in it as it is, so that an operator can find and remove an entry. It is an opaque word of SpherePay's; no
/// name, address or other personal data is in a key. Who asks is a label of the API key that shows nothing of it: half
/// of an HMAC-SHA256 under it. Processes with a new API key do not find the entries of the old one.
///
/// ```text
/// face-verification-link/customer_1ab2c3d4/8f0e…32 digits…/https://api.spherepay.co
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// A key of this text, for the tests of a store.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn of<T: LinkTarget>(target: &T, account: &str, config: &Config) -> Self {
        // Neither kind, id nor account has a slash in it, so different links have different keys.
        Self(format!("{}/{}/{account}/{}", T::KIND, target.id(), config.base_url_text()))
    }

    /// The key as text: ASCII without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows the kind only.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, ..)", self.0.split('/').next().unwrap_or_default())
    }
}

/// Who takes a lock: a word that no other call in any process has.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder(String);

impl Holder {
    /// The word that this number makes, for the tests of a store.
    pub fn new(number: u128) -> Self {
        Self(format!("{number:032x}"))
    }

    /// The word: 32 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows nothing of the word: whoever knows it can give the lock back.
impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holder(..)")
    }
}

/// What is kept under a key: a text with a link in it. **It is a secret of the customer's**; a store outside the
/// process should encrypt it.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry(String);

impl Entry {
    /// A text that came from [`Self::as_str`].
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to be kept as it is.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows nothing of the link.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entry(..)")
    }
}

/// Result of [`Store::load`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// There is no entry under this key.
    Nothing,
    /// What was saved last.
    Entry(Entry),
    /// There is an entry that cannot be read, for instance because it was encrypted with another key. It counts as no
    /// entry, and a trace event tells of it.
    Unreadable,
}

/// Error for a store that did not do what it was asked for, in one line that may be logged. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(Cow<'static, str>);

impl StoreError {
    /// An error with a message of the store's. It must hold neither a link nor a password.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self(message.into())
    }
}

/// A store for async [`Links`](crate::Links).
///
/// Each operation must end within a short time of its own, such as a second, whether the store answers or not: the
/// links wait for it. It is one step: no other operation on the same key, of this process or another, comes in between.
///
/// # Example
///
/// A store in memory, for tests. It takes no notice of time.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use std::time::Duration;
/// use sphere_links::store::{Entry, Holder, Key, Loaded, Store, StoreError};
///
/// #[derive(Default)]
/// struct InMemory(Mutex<HashMap<Key, (Option<Entry>, Option<Holder>)>>);
///
/// #[async_trait::async_trait]
/// impl Store for InMemory {
///     async fn load(&self, key: &Key) -> Result<Loaded, StoreError> {
///         let kept = self.0.lock().unwrap().get(key).cloned();
///         Ok(kept.and_then(|(entry, _)| entry).map_or(Loaded::Nothing, Loaded::Entry))
///     }
///
///     async fn lock(&self, key: &Key, holder: &Holder, _: Duration) -> Result<bool, StoreError> {
///         let mut all = self.0.lock().unwrap();
///         let (_, lock) = all.entry(key.clone()).or_default();
///         Ok(lock.get_or_insert_with(|| holder.clone()) == holder)
///     }
///
///     async fn save(&self, key: &Key, holder: &Holder, entry: &Entry, _: Duration) -> Result<bool, StoreError> {
///         let mut all = self.0.lock().unwrap();
///         let kept = all.entry(key.clone()).or_default();
///         let is_held = kept.1.as_ref() == Some(holder);
///         if is_held {
///             *kept = (Some(entry.clone()), None);
///         }
///         Ok(is_held)
///     }
///
///     fn release(&self, key: &Key, holder: &Holder) {
///         let mut all = self.0.lock().unwrap();
///         let (_, lock) = all.entry(key.clone()).or_default();
///         lock.take_if(|holds| holds == holder);
///     }
///
///     async fn remove(&self, key: &Key) -> Result<(), StoreError> {
///         self.0.lock().unwrap().remove(key);
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait Store: Send + Sync {
    /// The entry under this key.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store did not answer, or not in time.
    async fn load(&self, key: &Key) -> Result<Loaded, StoreError>;

    /// Takes the lock of this key if it is free, for as long as `lasts`. Returns whether `holder` has it now; it may
    /// have had it before, after an answer that was lost.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as for [`Self::load`].
    async fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError>;

    /// If `holder` has the lock: replaces the entry, which is to be forgotten after `lasts`, and gives the lock back.
    /// Otherwise it changes nothing and returns `false`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as for [`Self::load`].
    async fn save(
        &self,
        key: &Key,
        holder: &Holder,
        entry: &Entry,
        lasts: Duration,
    ) -> Result<bool, StoreError>;

    /// Gives the lock back if `holder` has it.
    ///
    /// It is called when a future is dropped too. So it must not block or panic; what takes time goes on in the
    /// background. If it fails, the lock ends by itself.
    fn release(&self, key: &Key, holder: &Holder);

    /// Removes the entry and the lock. Whoever has the lock then cannot save.
    ///
    /// # Errors
    ///
    /// [`StoreError`], as for [`Self::load`].
    async fn remove(&self, key: &Key) -> Result<(), StoreError>;
}

/// Stores for blocking links.
pub mod blocking {
    use super::{Duration, Entry, Holder, Key, Loaded, StoreError};

    /// A store for blocking [`Links`](crate::blocking::Links): the same operations as those of the async
    /// [`Store`](super::Store), by the same rules.
    pub trait Store: Send + Sync {
        /// The same as [`super::Store::load`].
        ///
        /// # Errors
        ///
        /// [`StoreError`] if the store did not answer, or not in time.
        fn load(&self, key: &Key) -> Result<Loaded, StoreError>;

        /// The same as [`super::Store::lock`].
        ///
        /// # Errors
        ///
        /// [`StoreError`], as for [`Self::load`].
        fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError>;

        /// The same as [`super::Store::save`].
        ///
        /// # Errors
        ///
        /// [`StoreError`], as for [`Self::load`].
        fn save(
            &self,
            key: &Key,
            holder: &Holder,
            entry: &Entry,
            lasts: Duration,
        ) -> Result<bool, StoreError>;

        /// The same as [`super::Store::release`], but it may block for the store's own short time.
        fn release(&self, key: &Key, holder: &Holder);

        /// The same as [`super::Store::remove`].
        ///
        /// # Errors
        ///
        /// [`StoreError`], as for [`Self::load`].
        fn remove(&self, key: &Key) -> Result<(), StoreError>;
    }
}

/// A blocking store as an async one.
pub(crate) struct Immediate<S>(pub(crate) S);

#[async_trait]
impl<S: blocking::Store> Store for Immediate<S> {
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

#[cfg(test)]
mod tests {
    use sphere_core::{ApiKey, CustomerId};

    use super::*;

    #[test]
    fn debug_shows_neither_id_nor_link_nor_holder() {
        let customer = CustomerId::new("customer_canary").unwrap();
        let key = Key::of(&customer, "0f", &Config::new(ApiKey::new("sk_test_1").unwrap()));
        assert_eq!(key.as_str(), "face-verification-link/customer_canary/0f/https://api.spherepay.co");
        let shown = format!("{key:?} {:?} {:?}", Holder::new(7), Loaded::Entry(Entry::new("canary")));
        assert_eq!(shown, "Key(face-verification-link, ..) Holder(..) Entry(Entry(..))");
    }
}
