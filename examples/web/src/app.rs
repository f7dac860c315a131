//! What the handlers share.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use sphere_core::Client;
use sphere_links::Links;
use sphere_sandbox::Sandbox;

use crate::routes;
use crate::session::Sessions;

/// Who does the face check and the terms of service. SpherePay decides it for a whole application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// SpherePay hosts them, and customers follow links. The default.
    SphereManaged,
    /// The platform does the face check and uploads its report. Needs SpherePay's approval.
    PlatformManaged,
}

type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The web backend.
pub struct App {
    pub(crate) client: Client,
    pub(crate) links: Links,
    pub(crate) model: Model,
    pub(crate) sandbox: Option<Arc<Sandbox>>,
    pub(crate) sessions: Sessions,
    clock: Clock,
}

impl App {
    /// A backend for the Sphere-Managed model. `links` are those of the same client.
    ///
    /// `public_url` is where customers see it, such as `https://verify.example`. Over https, its cookie is `Secure`.
    pub fn new(client: Client, links: Links, public_url: &str) -> Self {
        Self {
            client,
            links,
            model: Model::SphereManaged,
            sandbox: None,
            sessions: Sessions::new(public_url.starts_with("https://")),
            clock: Arc::new(SystemTime::now),
        }
    }

    /// Chooses the model.
    pub fn model(mut self, model: Model) -> Self {
        self.model = model;
        self
    }

    /// Says that the client's service is this sandbox, so that the page for developers can choose outcomes.
    pub fn sandbox(mut self, sandbox: Arc<Sandbox>) -> Self {
        self.sandbox = Some(sandbox);
        self
    }

    /// The clock by which links expire, for tests; by default the system's.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    /// Its routes.
    pub fn router(self) -> Router {
        routes::router(Arc::new(self))
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }
}

/// Shows no session and no link.
impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("model", &self.model)
            .field("sandbox", &self.sandbox)
            .finish_non_exhaustive()
    }
}
