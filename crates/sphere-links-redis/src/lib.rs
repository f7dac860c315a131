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
//! The same [`RedisStore`] serves [`sphere_links::blocking::Links`]. Without the default feature `async` there is only
//! that, and no async runtime in the tree.
//!
//! # What is in Redis
//!
//! For each link a string `sphere-links:{KIND/ID/ACCOUNT/BASE-URL}:link`, which Redis forgets when the link expires,
//! and while one is being made a string `…:lock`. `ACCOUNT` is a [label of the API key](sphere_links::store::Key) that
//! shows nothing of it, so that platforms with different keys can share a Redis and never get each other's links. After
//! a change of the API key the old entries are not found any more, new links are made, and Redis forgets the old ones
//! when they expire.
//!
//! The value of the link is encrypted with [`EncryptionKey`] (ChaCha20-Poly1305 with a random nonce, bound to its
//! name), so Redis, its backups and who can read them know which customers have links, and not the links. A value that
//! does not decrypt counts as missing; `sphere-links` says so in a trace event.
//!
//! Where Redis has access control, this is all that the user needs: `~sphere-links:* +get +set +del +eval`, and
//! `+select` if the URL names a database.
//!
//! # What is promised
//!
//! - **One link for one customer while Redis is up**: a process asks SpherePay only while it holds the lock of that
//!   link, or after it has [waited for it](sphere_links#several-processes). The lock is taken, given back and checked
//!   at saving by scripts, which Redis runs one at a time.
//! - **Each operation ends within two seconds**, whatever Redis does: lookup, connection, TLS, login, command and reply
//!   together. A reply of more than 1 MiB is refused when it is announced.
//! - **A connection that broke is replaced**, and the command sent again. A restart of Redis costs no caller an error,
//!   nor does a connection that a firewall has forgotten: after a second of silence a new one is tried.
//! - **A failover is followed**: if a server says that it is a replica, has lost its primary or is still loading, all
//!   connections are dropped, the host's name is looked up again, and the command is sent to whoever is there now.
//! - At most 32 connections at once, for async and blocking links together. Eight of them are kept.
//!
//! # What is not
//!
//! - Redis loses locks and links when it restarts without persistence, when it evicts keys (`maxmemory-policy`), and
//!   when a replica takes over that had not received them. Then a customer may get a second link.
//! - One server, or something that behaves like one. Redis Cluster and Sentinel are not spoken.
//! - Over `redis://` the password of Redis travels in clear. `rediss://` is TLS 1.2 or 1.3, and trusts the bundled
//!   Mozilla roots or, with [`RedisStore::with_roots`], authorities of your own beside them.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod address;
#[cfg(feature = "async")]
mod asynchronous;
mod blocking;
mod commands;
mod connection;
mod failure;
mod key;
mod network;
mod operation;
mod resp;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use sphere_links::store::{Entry, Key, Loaded, StoreError};
use sphere_net::tls::Trust;

use address::{Address, Location};
use network::Socket;
use operation::{Pool, Server};

pub use key::EncryptionKey;

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
    server: Server,
    key: EncryptionKey,
    pool: Pool<Socket>,
}

impl RedisStore {
    /// A store at this URL, such as `redis://user:password@host:6379/0`, `rediss://:password@host` (TLS) or
    /// `unix:///run/redis/redis.sock?user=…&pass=…&db=…`. It connects at its first use.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it is not the URL of a Redis server.
    pub fn new(url: &str, key: EncryptionKey) -> Result<Self, StoreError> {
        Self::trusting(url, key, &Trust::default())
    }

    /// A store that also trusts the certificate authorities in this PEM, if the URL is one with TLS.
    ///
    /// ```no_run
    /// use sphere_links_redis::{EncryptionKey, RedisStore};
    ///
    /// fn store(key: EncryptionKey) -> Result<RedisStore, Box<dyn std::error::Error>> {
    ///     Ok(RedisStore::with_roots("rediss://redis.internal", key, std::fs::read("/etc/ssl/internal.pem")?)?)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreError`] if it is not the URL of a Redis server, or there is no certificate in the PEM.
    pub fn with_roots(url: &str, key: EncryptionKey, pem: impl Into<Vec<u8>>) -> Result<Self, StoreError> {
        let mut trust = Trust::default();
        trust.add_pem(pem);
        Self::trusting(url, key, &trust)
    }

    fn trusting(url: &str, key: EncryptionKey, trust: &Trust) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let tls = match &address.location {
            Location::Network { host, is_tls: true, .. } => {
                let config = trust
                    .client_config()
                    .map_err(|_| StoreError::new("Redis: there is no usable certificate in the PEM"))?;
                let name = ServerName::try_from(host.clone())
                    .map_err(|_| StoreError::new("Redis: the host is no name of a certificate"))?;
                let mut config = (*config).clone();
                // It is not HTTP.
                config.alpn_protocols.clear();
                Some((Arc::new(config), name))
            }
            _ => None,
        };
        let server = Server { address, tls };
        Ok(Self(Arc::new(Inner { server, key, pool: Pool::default() })))
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
