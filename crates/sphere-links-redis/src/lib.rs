//! Links of [`sphere-links`](sphere_links) in Redis or Valkey, so that many processes share them.
//!
//! ```no_run
//! use sphere_core::Config;
//! use sphere_links::{Links, WhenStoreFails};
//! use sphere_links_redis::{EncryptionKey, RedisStore};
//!
//! fn links(key: EncryptionKey) -> Result<Links, Box<dyn std::error::Error>> {
//!     let store = RedisStore::new("redis://10.0.0.7:6379", key)?;
//!     let client = sphere_hyper::client(Config::from_env()?)?;
//!     Ok(Links::builder(client).build_with_store(store, WhenStoreFails::Ask))
//! }
//! ```
//!
//! The same [`RedisStore`] serves [`sphere_links::blocking::Links`]. Without the default feature `async` there is only that,
//! and no async runtime in the tree.
//!
//! # What is in Redis
//!
//! For each link a string `sphere-links:{KIND/ID/BASE-URL}:link`, which Redis forgets when the link expires, and while one is
//! being made a string `…:lock`. The value of the first is encrypted with [`EncryptionKey`] (ChaCha20-Poly1305 with a random
//! nonce, bound to its name), so Redis, its backups and who can read them know which customers have links, and not the
//! links. A value that does not decrypt counts as missing; `sphere-links` says so in a trace event.
//!
//! Where Redis has access control, this is all that the user needs: `~sphere-links:* +get +set +del +eval`.
//!
//! # What is promised
//!
//! - **One link for one customer while Redis is up**: a process asks SpherePay only while it holds the lock of that link. The
//!   lock is taken, given back and checked at saving by scripts, which Redis runs one at a time.
//! - **Each operation ends within two seconds**, whether Redis responds or not: one to connect and one for the response. The
//!   lookup of a host name in a blocking program is the exception; there, name Redis by its address.
//! - **A connection that broke is replaced** at its next use. A restart of Redis costs no caller an error.
//!
//! # What is not
//!
//! - Redis loses locks and links when it restarts without persistence, when it evicts keys (`maxmemory-policy`), and when a
//!   replica takes over that had not received them. Then a customer may get a second link.
//! - One server, or something that behaves like one. Redis Cluster and Sentinel are not spoken.
//! - `rediss://` (TLS) works if your program turns on the features `tls-rustls` and, for async links, `tokio-rustls-comp` of the
//!   crate `redis`; otherwise [`RedisStore::new`] refuses it. Over `redis://` the password of Redis travels in clear.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "async")]
mod asynchronous;
mod blocking;
mod commands;
mod failure;
mod key;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sphere_links::store::{Entry, Key, Loaded, StoreError};

pub use key::EncryptionKey;

/// Time to connect, and time for a response.
const LIMIT: Duration = Duration::from_secs(1);

/// A store in Redis or Valkey, for async and blocking links. Cheap to clone; clones share their connections.
///
/// # Example
///
/// ```no_run
/// use sphere_core::blocking::Client;
/// use sphere_links::{WhenStoreFails, blocking::Links, store::StoreError};
/// use sphere_links_redis::{EncryptionKey, RedisStore};
///
/// fn links(client: Client, key: EncryptionKey) -> Result<Links, StoreError> {
///     let store = RedisStore::new("unix:///run/redis/redis.sock", key)?;
///     Ok(Links::builder(client).build_with_store(store, WhenStoreFails::Fail))
/// }
/// ```
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    client: redis::Client,
    key: EncryptionKey,
    #[cfg(feature = "async")]
    shared: asynchronous::Shared,
    idle: blocking::Idle,
}

impl RedisStore {
    /// A store at this URL, such as `redis://user:password@host:6379/0` or `unix:///run/redis/redis.sock`. It connects at its
    /// first use.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it is not the URL of a Redis server, or one with TLS and the crate `redis` has none.
    pub fn new(url: &str, key: EncryptionKey) -> Result<Self, StoreError> {
        let client = redis::Client::open(url).map_err(|error| StoreError::new(error.to_string()))?;
        Ok(Self(Arc::new(Inner {
            client,
            key,
            #[cfg(feature = "async")]
            shared: asynchronous::Shared::default(),
            idle: blocking::Idle::default(),
        })))
    }

    fn sealed(&self, key: &Key, entry: &Entry) -> Result<Vec<u8>, StoreError> {
        self.0
            .key
            .seal(key.as_str(), entry.as_str())
            .map_err(|_| StoreError::new("the system gives no random bytes to encrypt with"))
    }

    fn opened(&self, key: &Key, sealed: Option<Vec<u8>>) -> Loaded {
        let Some(sealed) = sealed else { return Loaded::Nothing };
        self.0
            .key
            .open(key.as_str(), sealed)
            .map_or(Loaded::Unreadable, |text| Loaded::Entry(Entry::new(text)))
    }
}

/// Shows neither the URL, which may have a password in it, nor the key.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").finish_non_exhaustive()
    }
}

/// The README's example is compiled with the others.
#[cfg(all(doctest, feature = "async"))]
#[doc = include_str!("../README.md")]
struct Readme;
