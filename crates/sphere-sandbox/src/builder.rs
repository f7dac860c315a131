//! The settings of a sandbox before it starts.

use std::{
    collections::HashSet,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    clock::Clock,
    error::StartError,
    sandbox::Sandbox,
    server::{self, Server},
    tls::Tls,
    world::{Log, Model, Settings, World},
};

impl Sandbox {
    /// Starts a sandbox with the defaults: plain HTTP on any free port.
    ///
    /// # Errors
    ///
    /// If no port can be opened or the server's thread cannot start.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// A builder for a sandbox with other settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }
}

/// Settings of a [`Sandbox`] before it starts; from [`Sandbox::builder`].
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
    model: Model,
    log: Option<Log>,
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
            model: Model::default(),
            log: None,
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

    /// The ids for which there are links although nobody created them through the API, and no others (except
    /// [`MAGIC_CUSTOMERS`](crate::MAGIC_CUSTOMERS)). By default there are links for every id that starts with
    /// `customer_` or `associatedPerson_`, except those that start with `customer_unknown`.
    pub fn customers(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.customers = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Stops the sandbox's clock at `time`: only [`Sandbox::advance`] moves it. By default it follows the
    /// machine's clock.
    ///
    /// ```
    /// use sphere_sandbox::Sandbox;
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// // Every link expires at 1970-01-01T00:15:00.000Z, whenever this runs.
    /// let sandbox = Sandbox::builder().clock_stopped_at(UNIX_EPOCH).start()?;
    /// // Now they all have expired.
    /// sandbox.advance(Duration::from_secs(15 * 60));
    /// # Ok::<(), sphere_sandbox::StartError>(())
    /// ```
    pub fn clock_stopped_at(mut self, time: SystemTime) -> Self {
        self.stopped_at = Some(time);
        self
    }

    /// Where a customer goes after a hosted page. The pages with a result, and those that say that a link has
    /// expired or is unknown, lead to this URL. By default they lead nowhere.
    ///
    /// SpherePay does not document what follows its pages. This is the sandbox's own choice. The URL is the same
    /// for all customers and does not contain the outcome: that a browser comes back proves nothing.
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

    /// The model of all customers: who collects documents, terms and the face check. By default
    /// [`Model::SphereManaged`].
    ///
    /// SpherePay decides the model for a whole application, and so does this. What the service responds to an
    /// operation of the other model is not documented: the sandbox responds with 422.
    pub fn model(mut self, model: Model) -> Self {
        self.model = model;
        self
    }

    /// Calls `log` with one line for each API request: status, method and path. The line has no key, no query
    /// and no body. `log` runs on the sandbox's thread and must not block.
    ///
    /// ```
    /// use sphere_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().log(|line| eprintln!("{line}")).start()?;
    /// # Ok::<(), sphere_sandbox::StartError>(())
    /// ```
    pub fn log(mut self, log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.log = Some(Arc::new(log));
        self
    }

    /// Serves https, with a certificate for `localhost`, `127.0.0.1` and `::1` from an authority
    /// that is generated at start: see [`Sandbox::authority_pem`].
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// If the key cannot be sent in a header, the URL to return to is not one, the port is taken, no certificate
    /// can be made, or the system gives no thread.
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
        // Not `localhost`: it may lead to ::1, where nothing or another program listens.
        let scheme = if self.tls { "https" } else { "http" };
        let world = Arc::new(World::new(
            Settings {
                base_url: format!("{scheme}://127.0.0.1:{port}"),
                api_key: self.api_key,
                link_lifetime: self.link_lifetime,
                customers: self.customers,
                return_to: self.return_to,
                model: self.model,
                log: self.log,
            },
            Clock::new(self.stopped_at),
        ));
        let server = Server::start(listener, config, Arc::clone(&world))?;
        Ok(Sandbox::new(server, world, authority_pem))
    }
}

/// Whether a page can link to it: an absolute `http` or `https` URL.
fn is_web_url(url: &str) -> bool {
    // A `Uri` with a scheme has a host too, but may have more than ASCII in its path.
    url.bytes().all(|b| b.is_ascii_graphic())
        && url.parse::<http::Uri>().is_ok_and(|url| matches!(url.scheme_str(), Some("http" | "https")))
}

/// Shows everything but the key.
impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("port", &self.port)
            .field("link_lifetime", &self.link_lifetime)
            .field("customers", &self.customers)
            .field("stopped_at", &self.stopped_at)
            .field("return_to", &self.return_to)
            .field("model", &self.model)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}
