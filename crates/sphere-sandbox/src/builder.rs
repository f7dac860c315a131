//! How a sandbox is set up before it starts.

use std::{
    collections::HashSet,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    Sandbox, StartError,
    clock::Clock,
    server::{self, Server},
    tls::Tls,
    world::{Settings, World},
};

/// Sets up a [`Sandbox`]; made by [`Sandbox::builder`].
///
/// ```
/// use sphere_sandbox::Sandbox;
/// use std::time::Duration;
///
/// let sandbox = Sandbox::builder()
///     .api_key("sk_test_1234")
///     .customers(["customer_ada", "customer_grace"])
///     .link_lifetime(Duration::from_secs(60))
///     .start()?;
/// assert_eq!(sandbox.api_key(), "sk_test_1234");
/// # Ok::<(), sphere_sandbox::StartError>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct SandboxBuilder {
    port: u16,
    api_key: String,
    link_lifetime: Duration,
    customers: Option<HashSet<String>>,
    stopped_at: Option<SystemTime>,
    return_to: Option<String>,
    tls: bool,
}

impl SandboxBuilder {
    pub(crate) fn new() -> Self {
        Self {
            port: 0,
            api_key: Sandbox::DEFAULT_API_KEY.to_owned(),
            link_lifetime: Duration::from_secs(15 * 60),
            customers: None,
            stopped_at: None,
            return_to: None,
            tls: false,
        }
    }

    /// The port to listen on. The default, 0, takes any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The key that clients must send; by default [`Sandbox::DEFAULT_API_KEY`].
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = api_key.into();
        self
    }

    /// How long a link is good for; by default 15 minutes.
    pub fn link_lifetime(mut self, lifetime: Duration) -> Self {
        self.link_lifetime = lifetime;
        self
    }

    /// The customers that exist, and no others (but for
    /// [`MAGIC_CUSTOMERS`](crate::MAGIC_CUSTOMERS)). By default every id that starts with
    /// `customer_` is known, save those that start with `customer_unknown`.
    pub fn customers(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.customers = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Makes the sandbox's clock stand still at `time`; only
    /// [`Sandbox::advance`] moves it. By default it runs with the machine's clock.
    ///
    /// ```
    /// use sphere_sandbox::Sandbox;
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// // Every link expires at 1970-01-01T00:15:00.000Z, whenever this runs.
    /// let sandbox = Sandbox::builder().clock_stopped_at(UNIX_EPOCH).start()?;
    /// // Now they all have.
    /// sandbox.advance(Duration::from_secs(15 * 60));
    /// # Ok::<(), sphere_sandbox::StartError>(())
    /// ```
    pub fn clock_stopped_at(mut self, time: SystemTime) -> Self {
        self.stopped_at = Some(time);
        self
    }

    /// Where a customer goes on to when they are done: the page with the result of the check, and
    /// those that say that a link has expired or is unknown, then lead to this URL. By default
    /// they lead nowhere.
    ///
    /// SpherePay does not document what follows its check. This is the sandbox's own choice, and so is it
    /// that the URL is the same for all customers and says nothing of the outcome: that a browser
    /// comes back proves nothing.
    ///
    /// ```
    /// use sphere_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().return_to("http://127.0.0.1:8080/return").start()?;
    /// # Ok::<(), sphere_sandbox::StartError>(())
    /// ```
    pub fn return_to(mut self, url: impl Into<String>) -> Self {
        self.return_to = Some(url.into());
        self
    }

    /// Serves https, with a certificate for `localhost`, `127.0.0.1` and `::1` from an authority
    /// made on the spot: see [`Sandbox::authority_pem`].
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// When the key cannot be sent in a header, the URL to return to is not one, the port is taken, no certificate can be made,
    /// or the system gives no thread.
    pub fn start(self) -> Result<Sandbox, StartError> {
        if self.api_key.is_empty() || !self.api_key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(StartError::UnusableApiKey);
        }
        if self.return_to.as_deref().is_some_and(|url| !is_web_url(url)) {
            return Err(StartError::UnusableReturnUrl);
        }
        let tls = self.tls.then(Tls::generate).transpose()?;
        let (config, authority_pem) = tls.map(|tls| (tls.config, tls.authority_pem)).unzip();
        let (listener, port) = server::listen(self.port)?;
        // The address rather than `localhost`, which may lead to ::1, where nobody listens or,
        // worse, somebody else does.
        let scheme = if self.tls { "https" } else { "http" };
        let world = Arc::new(World::new(
            Settings {
                base_url: format!("{scheme}://127.0.0.1:{port}"),
                api_key: self.api_key,
                link_lifetime: self.link_lifetime,
                customers: self.customers,
                return_to: self.return_to,
            },
            Clock::new(self.stopped_at),
        ));
        let server = Server::start(listener, config, Arc::clone(&world))?;
        Ok(Sandbox::new(server, world, authority_pem))
    }
}

/// Whether a page can link to it: no `javascript:`, no path that only makes sense elsewhere.
fn is_web_url(url: &str) -> bool {
    // A `Uri` with a scheme has a host too, but may have more than ASCII in its path.
    url.bytes().all(|b| b.is_ascii_graphic())
        && url.parse::<http::Uri>().is_ok_and(|url| matches!(url.scheme_str(), Some("http" | "https")))
}

/// Without the key.
impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("port", &self.port)
            .field("link_lifetime", &self.link_lifetime)
            .field("customers", &self.customers)
            .field("stopped_at", &self.stopped_at)
            .field("return_to", &self.return_to)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}
