//! An application with a sandbox behind it, and what a browser would send it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use sphere_bounded::LIMIT;
use sphere_core::transport::Transport;
use sphere_core::{ApiKey, Client, Config, RetryPolicy};
use sphere_example_web::App;
use sphere_hyper::TokioClock;
use sphere_links::Links;
use sphere_sandbox::Sandbox;
use tokio::time::timeout;
use tower_service::Service as _;

pub struct World {
    pub sandbox: Arc<Sandbox>,
    pub app: Router,
    now: Arc<Mutex<SystemTime>>,
}

impl World {
    /// The clock of the sandbox and that of the links stand still.
    pub fn new() -> Self {
        let start = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let sandbox = Sandbox::builder().clock_stopped_at(start).link_lifetime(Duration::from_secs(900));
        let sandbox = Arc::new(sandbox.start().unwrap());
        let now = Arc::new(Mutex::new(start));
        let config = config(sandbox.base_url());
        let clock = Arc::clone(&now);
        let links = Links::builder(sphere_hyper::client(config).unwrap());
        let links = links.clock(move || *clock.lock().unwrap()).build();
        let app = App::with_sandbox(links, Arc::clone(&sandbox)).router();
        Self { sandbox, app, now }
    }

    pub fn advance(&self, by: Duration) {
        self.sandbox.advance(by);
        *self.now.lock().unwrap() += by;
    }

    pub fn calls(&self) -> usize {
        self.sandbox.requests().len()
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(&self.app, Request::get(path)).await
    }

    pub async fn post(&self, path: &str) -> Reply {
        send(&self.app, Request::post(path)).await
    }

    pub async fn come_back(&self, cookie: &str) -> Reply {
        send(&self.app, Request::get("/return").header("cookie", cookie)).await
    }

    /// Presses a button of the sandbox's page behind a link.
    pub fn press(&self, link: &str, button: &str) {
        let path = link.strip_prefix(self.sandbox.base_url()).unwrap();
        let mut stream = TcpStream::connect(self.sandbox.base_url().trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        write!(stream, "POST {path}/{button} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n\r\n")
            .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 303 "), "{reply}");
    }
}

fn config(base_url: &str) -> Config {
    let key = ApiKey::new(Sandbox::DEFAULT_API_KEY).unwrap();
    Config::builder(key).base_url(base_url).retry(RetryPolicy::never()).timeout(LIMIT).build().unwrap()
}

/// An application whose calls go through this transport, as if to SpherePay.
pub fn app_over(transport: impl Transport + 'static) -> Router {
    App::new(Links::new(Client::new(config("https://api.example"), transport, TokioClock::new()))).router()
}

/// What a browser sees.
pub struct Reply {
    pub status: StatusCode,
    pub text: String,
    headers: Vec<(String, String)>,
}

impl Reply {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let mut of_name = self.headers.iter().filter(|(n, _)| n == name);
        let (_, value) = of_name.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(of_name.next().is_none(), "{name} twice");
        value
    }

    pub fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(n, _)| n == name)
    }

    /// The link that the customer is sent to.
    #[track_caller]
    pub fn link(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text);
        self.header("location")
    }

    #[track_caller]
    pub fn assert_says(&self, status: u16, title: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert!(self.text.contains(&format!("<h1>{title}</h1>")), "{title} not in {}", self.text);
    }

    #[track_caller]
    pub fn assert_has(&self, part: &str) {
        assert!(self.text.contains(part), "{part} not in {}", self.text);
    }

    #[track_caller]
    pub fn assert_lacks(&self, part: &str) {
        assert!(!self.text.contains(part), "{part} in {}", self.text);
    }
}

/// Sends a request and checks what every response must have.
pub async fn send(app: &Router, request: axum::http::request::Builder) -> Reply {
    // A router is always ready.
    let response = app.clone().call(request.body(Body::empty()).unwrap());
    let response = timeout(LIMIT, response).await.expect("a response in time").unwrap();
    let status = response.status();
    let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let body = timeout(LIMIT, response.into_body().collect()).await.expect("a body in time");
    let body = body.unwrap().to_bytes();
    let reply = Reply { status, headers, text: String::from_utf8(body.to_vec()).unwrap() };

    let policy = reply.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("script-src"), "{policy}");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    if status != 303 {
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        for part in [
            "<!doctype html>",
            "<html lang=\"en\">",
            "name=\"viewport\" content=\"width=device-width",
            "<title>",
        ] {
            reply.assert_has(part);
        }
        assert_eq!(reply.text.matches("<h1>").count(), 1, "{}", reply.text);
        for foreign in ["<script", "javascript:", "http://", "https://", " on"] {
            assert!(!tags(&reply.text).contains(foreign), "{foreign} in {}", reply.text);
        }
    }
    reply
}

/// What stands between `<` and `>`.
fn tags(html: &str) -> String {
    html.split('<')
        .skip(1)
        .filter_map(|part| part.split_once('>'))
        .flat_map(|(tag, _)| ["<", tag, ">"])
        .collect()
}
