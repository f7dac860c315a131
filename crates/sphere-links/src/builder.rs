//! The options, the same for async and blocking links.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sphere_core::client::{self, Async, Blocking, Mode};
use sphere_core::unstable::key_label;
use sphere_core::{Client, blocking::Client as BlockingClient};

use crate::blocking;
use crate::cache::Rules;
use crate::error::WhenStoreFails;
use crate::fetch::{FetchContext, SharedStore};
use crate::inner::{Inner, WaitMode};
use crate::links::Links;
use crate::store::{Immediate, Store, blocking::Store as BlockingStore};

/// Sets up [`Links`] or [`blocking::Links`](crate::blocking::Links), by the client it was given; made by
/// their `builder`.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::Client;
/// use sphere_links::Links;
///
/// fn links(client: Client) -> Links {
///     Links::builder(client).min_remaining(Duration::from_secs(120)).max_customers(50_000).build()
/// }
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct LinksBuilder<M: Mode> {
    client: client::Client<M>,
    rules: Rules,
}

const DEFAULT_MIN_REMAINING: Duration = Duration::from_secs(60);
const DEFAULT_MAX_CUSTOMERS: usize = 10_000;

impl<M: Mode> LinksBuilder<M> {
    fn new(client: client::Client<M>) -> Self {
        let rules = Rules {
            min_remaining: DEFAULT_MIN_REMAINING,
            max_customers: DEFAULT_MAX_CUSTOMERS,
            clock: Arc::new(SystemTime::now),
        };
        Self { client, rules }
    }

    /// How much life a link must have left to be handed out again; by default one minute. The customer
    /// has to reach the page and begin in that time.
    ///
    /// A link that comes fresh from the server is handed out whatever is left of it.
    pub fn min_remaining(mut self, at_least: Duration) -> Self {
        self.rules.min_remaining = at_least;
        self
    }

    /// How many links of each kind this process remembers at most, at least one (0 counts as 1); by default 10,000. The
    /// one that was asked for longest ago is forgotten first.
    pub fn max_customers(mut self, at_most: usize) -> Self {
        self.rules.max_customers = at_most.max(1);
        self
    }

    /// The clock by which the life of links is judged, for tests; by default [`SystemTime::now`].
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use sphere_core::Client;
    /// use sphere_links::Links;
    ///
    /// /// As if it were an hour later.
    /// fn late(client: Client) -> Links {
    ///     Links::builder(client).clock(|| SystemTime::now() + Duration::from_secs(3600)).build()
    /// }
    /// ```
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.rules.clock = Arc::new(now);
        self
    }
}

fn inner<M: WaitMode>(
    builder: LinksBuilder<M>,
    store: Option<(Arc<dyn Store>, WhenStoreFails)>,
) -> Arc<Inner<M>> {
    let LinksBuilder { client, rules } = builder;
    let store = store.map(|(store, when_it_fails)| {
        let account = key_label(client.config(), "sphere-links");
        SharedStore { store, when_it_fails, account }
    });
    Arc::new(Inner::new(FetchContext { client, rules, store }))
}

impl Links {
    /// Links with the defaults: handed out again while a minute is left, for 10,000 customers, in this process's
    /// memory.
    pub fn new(client: Client) -> Self {
        Self::builder(client).build()
    }

    /// Links with options.
    pub fn builder(client: Client) -> LinksBuilder<Async> {
        LinksBuilder::new(client)
    }
}

impl blocking::Links {
    /// Links with the defaults: handed out again while a minute is left, for 10,000 customers, in this process's
    /// memory.
    pub fn new(client: BlockingClient) -> Self {
        Self::builder(client).build()
    }

    /// Links with options.
    pub fn builder(client: BlockingClient) -> LinksBuilder<Blocking> {
        LinksBuilder::new(client)
    }
}

impl LinksBuilder<Async> {
    /// Links that are remembered in this process only.
    pub fn build(self) -> Links {
        Links(inner(self, None))
    }

    /// Links that all processes share which use the same store.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::Client;
    /// use sphere_links::{Links, WhenStoreFails, store::Store};
    ///
    /// fn links(client: Client, store: impl Store + 'static) -> Links {
    ///     Links::builder(client).build_with_store(store, WhenStoreFails::Ask)
    /// }
    /// ```
    pub fn build_with_store(self, store: impl Store + 'static, when_store_fails: WhenStoreFails) -> Links {
        Links(inner(self, Some((Arc::new(store), when_store_fails))))
    }
}

impl LinksBuilder<Blocking> {
    /// Links that are remembered in this process only.
    pub fn build(self) -> blocking::Links {
        blocking::Links(inner(self, None))
    }

    /// Links that all processes share which use the same store.
    pub fn build_with_store(
        self,
        store: impl BlockingStore + 'static,
        when_store_fails: WhenStoreFails,
    ) -> blocking::Links {
        blocking::Links(inner(self, Some((Arc::new(Immediate(store)), when_store_fails))))
    }
}

impl<M: Mode> fmt::Debug for LinksBuilder<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules.fmt("LinksBuilder", f)
    }
}
