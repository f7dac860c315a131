//! The handle to a running sandbox.

use std::{fmt, sync::Arc, time::Duration};

use sphere_core::{ApiKey, Config, ConfigBuilder, InvalidApiKey};

use crate::{
    person::Person,
    quirk::Quirk,
    server::Server,
    transfer::Transfer,
    turn::Turn,
    world::{CheckState, ItemKind, Kind, ReceivedRequest, World},
};

/// SpherePay on your own machine, for as long as this value lives.
///
/// It serves on a thread of its own, on 127.0.0.1 only. It works in blocking code and inside any async runtime.
/// Dropping it ends all connections and waits for the thread, which takes no noticeable time.
///
/// ```
/// use sphere_sandbox::Sandbox;
///
/// let sandbox = Sandbox::start()?;
/// println!("{} takes the key {}", sandbox.base_url(), sandbox.api_key());
/// # Ok::<(), sphere_sandbox::StartError>(())
/// ```
pub struct Sandbox {
    world: Arc<World>,
    authority_pem: Option<String>,
    /// Held for its `Drop`.
    _server: Server,
}

impl Sandbox {
    /// The default key.
    pub const DEFAULT_API_KEY: &'static str = "sandbox_key_not_secret";

    pub(crate) fn new(server: Server, world: Arc<World>, authority_pem: Option<String>) -> Self {
        Self { world, authority_pem, _server: server }
    }

    /// The base URL of the API, without a slash at the end: `http://127.0.0.1:PORT`, or
    /// `https://127.0.0.1:PORT` with TLS. In a browser it shows the start page. (`https://localhost:PORT` works
    /// too where that name leads to 127.0.0.1.)
    pub fn base_url(&self) -> &str {
        &self.world.settings().base_url
    }

    /// The key to send.
    pub fn api_key(&self) -> &str {
        &self.world.settings().api_key
    }

    /// A client's configuration for this sandbox: its base URL and its key.
    ///
    /// # Errors
    ///
    /// [`InvalidApiKey`] if the key that the sandbox was given is none that a client takes.
    ///
    /// ```
    /// use sphere_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::start()?;
    /// let config = sandbox.config()?.build()?;
    /// # let _ = config;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn config(&self) -> Result<ConfigBuilder, InvalidApiKey> {
        Ok(Config::builder(ApiKey::new(self.api_key())?).base_url(self.base_url()))
    }

    /// With TLS, the certificate of the authority that a client must trust, as PEM. Each sandbox
    /// has its own; its key is gone as soon as the server's certificate is signed.
    pub fn authority_pem(&self) -> Option<&str> {
        self.authority_pem.as_deref()
    }

    /// The requests that the API has received so far, the oldest first; at most the latest 10,000, and 256 MiB of
    /// bodies. Visits to pages are not recorded, nor requests whose body is too large or breaks off.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.world.requests()
    }

    /// Blocks until the API has received `count` requests since the start, for at most `at_most`, and returns
    /// whether they came. With a [`Gate`](crate::Gate), a test knows then that a request is in flight. (In async
    /// code, call it where blocking is allowed.)
    pub fn wait_for_requests(&self, count: usize, at_most: Duration) -> bool {
        self.world.wait_for_requests(count, at_most)
    }

    /// Scripts the response to the next API request, whatever its path and key. Takes a
    /// [`Reply`](crate::Reply) or a [`Turn`]. Several are used in order, before
    /// [`reply_every`](Self::reply_every).
    ///
    /// # Panics
    ///
    /// If a server cannot send it: a failure of the transport, a response that is cut off, or an informational
    /// status (1xx).
    ///
    /// ```
    /// use sphere_sandbox::{Reply, Sandbox};
    ///
    /// let sandbox = Sandbox::start()?;
    /// // Fails twice, then works.
    /// sandbox.reply_next(Reply::unavailable(Some(1)));
    /// sandbox.reply_next(Reply::bad_gateway_html());
    /// # Ok::<(), sphere_sandbox::StartError>(())
    /// ```
    #[track_caller]
    pub fn reply_next(&self, turn: impl Into<Turn>) {
        let turn = turn.into();
        turn.validate();
        self.world.reply_next(turn);
    }

    /// Scripts the response to every API request. Replaces an earlier `reply_every`.
    ///
    /// # Panics
    ///
    /// As [`reply_next`](Self::reply_next).
    #[track_caller]
    pub fn reply_every(&self, turn: impl Into<Turn>) {
        let turn = turn.into();
        turn.validate();
        self.world.reply_every(turn);
    }

    /// Clears the script: every request gets its normal response again.
    pub fn reply_normally(&self) {
        self.world.reply_normally();
    }

    /// Advances the sandbox's clock, so that links and codes expire without waiting.
    pub fn advance(&self, by: Duration) {
        self.world.clock().advance(by);
    }

    /// How far the face check of this customer or representative has come. The last button pressed counts, on
    /// any of the links.
    pub fn check_state(&self, id: &str) -> CheckState {
        self.world.check_state(id)
    }

    /// A customer that was created through the API, to script the outcome and to act for them.
    ///
    /// # Panics
    ///
    /// If no customer has this id.
    #[track_caller]
    pub fn customer(&self, id: &str) -> Person<'_> {
        let kind = self.world.people(|people, _| people.get(id).map(|person| person.kind.clone()));
        assert!(
            kind.is_some_and(|kind| !matches!(kind, Kind::Representative { .. })),
            "nobody has created a customer {id:?}"
        );
        Person::new(&self.world, id)
    }

    /// A representative that was created through the API, to script the outcome and to act for them.
    ///
    /// # Panics
    ///
    /// If no representative has this id.
    #[track_caller]
    pub fn representative(&self, id: &str) -> Person<'_> {
        let kind = self.world.people(|people, _| people.get(id).map(|person| person.kind.clone()));
        assert!(
            matches!(kind, Some(Kind::Representative { .. })),
            "nobody has created a representative {id:?}"
        );
        Person::new(&self.world, id)
    }

    /// A transfer that was made through the API, to decide what becomes of it.
    ///
    /// # Panics
    ///
    /// If no transfer has this id.
    #[track_caller]
    pub fn transfer(&self, id: &str) -> Transfer<'_> {
        let is_known = self.world.money(|money, _| money.get_mut(ItemKind::Transfer, id).is_some());
        assert!(is_known, "nobody has made a transfer {id:?}");
        Transfer::new(&self.world, id)
    }

    /// All transfers that were made through the API, the newest first.
    pub fn transfers(&self) -> Vec<Transfer<'_>> {
        self.world.money(|money, _| {
            let transfers = money.newest_first(ItemKind::Transfer);
            transfers.map(|transfer| Transfer::new(&self.world, transfer.text("id"))).collect()
        })
    }

    /// From now on it has these quirks, and no others.
    pub fn set_quirks(&self, quirks: impl IntoIterator<Item = Quirk>) {
        let quirks = quirks.into_iter().collect();
        self.world.money(|money, _| money.quirks = quirks);
    }

    /// The last one-time code that was sent to this customer and not used yet.
    pub fn one_time_code(&self, customer: &str) -> Option<String> {
        self.world.people(|people, _| Some(people.get(customer)?.code.as_ref()?.digits.clone()))
    }
}

/// Shows the base URL only: no key and nothing that was received.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
