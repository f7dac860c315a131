//! A client and a scripted server with a socket between them, for the promises of the table of operations.

use std::sync::{Arc, Mutex};

use sphere_bounded::{LIMIT, within};
use sphere_conformance::server::{Received, Reply, Server};
use sphere_core::{ApiKey, Config};
use sphere_operations::{Carrier, Played, Row};

use crate::secret::KEY;
use crate::{Backend, without_waits};

/// One backend and its server.
#[derive(Debug)]
pub struct Wire {
    backend: Backend,
    reply: Arc<Mutex<String>>,
    received: Arc<Mutex<Vec<Received>>>,
    _server: Server,
}

impl Wire {
    /// One for each backend. `url` is where the client sends to: the server's URL, or that of a proxy to it.
    ///
    /// # Panics
    ///
    /// If one cannot be made.
    pub fn both(url: impl Fn(&str) -> String) -> [Self; 2] {
        [0, 1].map(|index| {
            let (reply, received) = (Arc::<Mutex<String>>::default(), Arc::<Mutex<Vec<_>>>::default());
            let (next, log) = (Arc::clone(&reply), Arc::clone(&received));
            let server = Server::serve(move |request: &Received| {
                log.lock().unwrap().push(request.clone());
                Reply::new(&*next.lock().unwrap())
            });
            let config = Config::builder(ApiKey::new(KEY).unwrap()).base_url(url(&server.url("")));
            let config = config.retry(without_waits().unlimited_budget()).build().unwrap();
            let [hyper, ureq] = Backend::both(&config, None);
            let backend = if index == 0 { hyper } else { ureq };
            Self { backend, reply, received, _server: server }
        })
    }
}

impl Wire {
    /// The client, and what its server responds with from now on.
    ///
    /// # Panics
    ///
    /// If an earlier call has panicked.
    pub fn replying(&self, status: u16, body: &str) -> &Backend {
        *self.reply.lock().unwrap() = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        &self.backend
    }
}

impl Carrier for Wire {
    fn play(&self, row: &Row, status: u16, body: &str) -> Played {
        let outcome = match self.replying(status, body) {
            Backend::Hyper(client, runtime) => {
                let (client, runtime, call) = (client.clone(), runtime.handle().clone(), row.asynchronous);
                within(LIMIT, move || runtime.block_on(call(&client)))
            }
            Backend::Ureq(client) => {
                let (client, call) = (client.clone(), row.blocking);
                within(LIMIT, move || call(&client))
            }
        };
        let sent = self.received.lock().unwrap().drain(..).map(|request| as_http(&request)).collect();
        Played { sent, outcome }
    }
}

fn as_http(received: &Received) -> http::Request<Vec<u8>> {
    let mut request = http::Request::builder().method(&*received.method()).uri(received.target());
    for (name, value) in received.headers() {
        request = request.header(name, value);
    }
    request.body(received.body().to_vec()).unwrap()
}
