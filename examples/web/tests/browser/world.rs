//! The web backend on a port, a sandbox behind it, and a clock for both that stands still.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use sphere_core::{ApiKey, Config, RetryPolicy};
use sphere_example_web::{App, Model};
use sphere_links::Links;
use sphere_sandbox::{Person, Sandbox};
use tokio::runtime::{Builder, Runtime};

pub const LIFETIME: Duration = Duration::from_secs(15 * 60);

pub struct World {
    pub url: String,
    pub sandbox: Arc<Sandbox>,
    now: Arc<Mutex<SystemTime>>,
    /// Held, because the server ends with it.
    _runtime: Runtime,
}

impl World {
    pub fn start(model: Model) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let now = Arc::new(Mutex::new(SystemTime::now()));
        let sandbox = Sandbox::builder()
            .clock_stopped_at(*now.lock().unwrap())
            .link_lifetime(LIFETIME)
            .return_to(format!("{url}/continue"))
            .model(match model {
                Model::SphereManaged => sphere_sandbox::Model::SphereManaged,
                Model::PlatformManaged => sphere_sandbox::Model::PlatformManaged,
            });
        let sandbox = Arc::new(sandbox.start().unwrap());

        let config = Config::builder(ApiKey::new(sandbox.api_key()).unwrap()).base_url(sandbox.base_url());
        let client = sphere_hyper::client(config.retry(RetryPolicy::never()).build().unwrap()).unwrap();
        let clock = Arc::clone(&now);
        let clock = move || *clock.lock().unwrap();
        let links = Links::builder(client.clone()).clock(clock.clone()).build();
        let app =
            App::new(client, links, &url).model(model).clock(clock).sandbox(Arc::clone(&sandbox)).router();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
        Self { url, sandbox, now, _runtime: runtime }
    }

    pub fn advance(&self, by: Duration) {
        self.sandbox.advance(by);
        *self.now.lock().unwrap() += by;
    }

    /// How often the API was called at a path that ends so.
    pub fn calls(&self, ending: &str) -> usize {
        self.sandbox.requests().iter().filter(|request| request.path.ends_with(ending)).count()
    }

    /// The customer who was created last.
    pub fn customer(&self) -> Person<'_> {
        let requests = self.sandbox.requests();
        let ids = requests.iter().rev().filter_map(|request| request.path.strip_prefix("/v2/customer/"));
        let id = ids.map(|rest| rest.split('/').next().unwrap()).next().expect("a customer was created");
        self.sandbox.customer(id)
    }
}

/// A file to upload: a small picture, or one that is too large.
pub fn file(name: &str, bytes: usize) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut content = include_bytes!("passport.png").to_vec();
    content.resize(content.len().max(bytes), 0);
    // Under another name first: tests run at the same time.
    let draft = path.with_extension(format!("{}-{:?}", std::process::id(), std::thread::current().id()));
    std::fs::write(&draft, content).unwrap();
    std::fs::rename(draft, &path).unwrap();
    path
}
