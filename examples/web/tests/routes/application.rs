//! An application with a sandbox behind it, and browsers that keep their cookie.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use sphere_bounded::LIMIT;
use sphere_core::testing::FakeTransport;
use sphere_core::{ApiKey, Config, RetryPolicy};
use sphere_example_web::{App, Model};
use sphere_links::Links;
use sphere_sandbox::{Person, Reply, Sandbox};
use tokio::time::timeout;
use tower_service::Service as _;

use crate::page::Page;

/// What a customer types, but for the e-mail address.
pub const DETAILS: &str = "phone=%2B1+415-555-0123&country=USA&line1=1+Main+Street&line2=&city=Chicago&state=IL\
    &postal_code=60606&tax_type=ssn&tax_number=123456789";

pub struct World {
    pub sandbox: Arc<Sandbox>,
    pub app: Router,
    now: Arc<Mutex<SystemTime>>,
}

impl World {
    pub fn new() -> Self {
        Self::of(Model::SphereManaged, "http://web.example")
    }

    pub fn platform_managed() -> Self {
        Self::of(Model::PlatformManaged, "http://web.example")
    }

    /// The clock of the sandbox and that of links stand still.
    pub fn of(model: Model, public_url: &str) -> Self {
        let start = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let sandbox = Sandbox::builder()
            .clock_stopped_at(start)
            .link_lifetime(Duration::from_secs(900))
            .model(match model {
                Model::SphereManaged => sphere_sandbox::Model::SphereManaged,
                Model::PlatformManaged => sphere_sandbox::Model::PlatformManaged,
            });
        let sandbox = Arc::new(sandbox.start().unwrap());
        let now = Arc::new(Mutex::new(start));
        let key = ApiKey::new(Sandbox::DEFAULT_API_KEY).unwrap();
        let config = Config::builder(key).base_url(sandbox.base_url()).retry(RetryPolicy::never());
        let client = sphere_hyper::client(config.timeout(LIMIT).build().unwrap()).unwrap();
        let clock = Arc::clone(&now);
        let clock = move || *clock.lock().unwrap();
        let links = Links::builder(client.clone()).clock(clock.clone()).build();
        let app = App::new(client, links, public_url).model(model).clock(clock);
        Self { app: app.sandbox(Arc::clone(&sandbox)).router(), sandbox, now }
    }

    pub fn advance(&self, by: Duration) {
        self.sandbox.advance(by);
        *self.now.lock().unwrap() += by;
    }

    /// The calls so far, as method and the last part of the path.
    pub fn calls(&self) -> Vec<String> {
        let requests = self.sandbox.requests();
        let last = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        requests.iter().map(|request| format!("{} {}", request.method, last(&request.path))).collect()
    }

    /// How many of the calls were this one.
    pub fn count(&self, call: &str) -> usize {
        self.calls().iter().filter(|other| *other == call).count()
    }

    pub fn browser(&self) -> Browser {
        Browser { app: self.app.clone(), cookie: String::new() }
    }

    /// A browser whose customer has given their details.
    pub async fn customer(&self) -> Browser {
        let mut browser = self.browser();
        browser.get("/details").await.assert_says(200, "Your details");
        let page = browser.post("/details", &format!("email=jane%40example.com&{DETAILS}")).await;
        page.assert_leads_to("/continue");
        browser.get("/continue").await;
        browser
    }

    /// A browser whose customer has to do the face check next.
    pub async fn at_the_face_check(&self) -> Browser {
        let mut browser = self.customer().await;
        self.person().accept_terms();
        let page = browser.upload("/document", &[("kind", "passport"), ("country", "USA")], &["front"]).await;
        page.assert_leads_to("/continue");
        browser
    }

    /// The customer who was created last.
    pub fn person(&self) -> Person<'_> {
        self.sandbox.customer(&self.id())
    }

    /// The next response is about the customer who was created last, with a profile that says this.
    pub fn says(&self, status: &str, required: &[&str], errors: &[&str]) {
        self.sandbox.reply_next(profile_of(&self.id(), status, required, errors));
    }

    pub fn id(&self) -> String {
        let requests = self.sandbox.requests();
        let ids = requests.iter().rev().filter_map(|request| request.path.strip_prefix("/v2/customer/"));
        let known = ids.map(|rest| rest.split('/').next().unwrap()).next();
        known.expect("the customer was read").to_owned()
    }
}

/// A browser whose customer was created through a fake transport, whose clock is virtual. The rest is its script.
pub async fn customer_over(rest: impl IntoIterator<Item = Reply>) -> (Browser, FakeTransport) {
    let transport = FakeTransport::script([created()].into_iter().chain(rest));
    let client = transport.client();
    let app = App::new(client.clone(), Links::new(client), "http://web.example").router();
    let mut browser = Browser { app, cookie: String::new() };
    browser.get("/details").await;
    browser
        .post("/details", &format!("email=jane%40example.com&{DETAILS}"))
        .await
        .assert_leads_to("/continue");
    (browser, transport)
}

fn created() -> Reply {
    Reply::status(201).body("application/json", r#"{"id":"customer_1","verificationProfiles":[]}"#)
}

/// The customer of [`customer_over`], with a profile that says this.
pub fn profile(status: &str, required: &[&str], errors: &[&str]) -> Reply {
    profile_of("customer_1", status, required, errors)
}

/// A customer with a profile that says this, beside one that does not matter.
fn profile_of(id: &str, status: &str, required: &[&str], errors: &[&str]) -> Reply {
    let criteria = json!({"complete": [], "pending": [], "required": required, "errors": errors});
    let profile = json!({"name": "kyc_profile_a", "status": status, "criteria": criteria});
    let other = json!({"name": "kyc_profile_b", "status": "incomplete"});
    let body = json!({"id": id, "verificationProfiles": [other, profile]});
    Reply::status(200).body("application/json", body.to_string())
}

/// A browser that keeps the cookie.
#[derive(Clone)]
pub struct Browser {
    pub app: Router,
    pub cookie: String,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, form: &str) -> Page {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request, Body::from(form.to_owned())).await
    }

    /// Sends a form with a small picture for each of these fields.
    pub async fn upload(&mut self, path: &str, texts: &[(&str, &str)], files: &[&str]) -> Page {
        let files: Vec<_> = files.iter().map(|name| (*name, "jane-smith.PNG", &b"\x89PNG"[..])).collect();
        self.upload_files(path, texts, &files).await
    }

    /// The same, with the name and content of each file.
    pub async fn upload_files(
        &mut self,
        path: &str,
        texts: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Page {
        let mut body = Vec::new();
        let mut part = |head: String, content: &[u8]| {
            body.extend(format!("--b\r\ncontent-disposition: form-data; {head}\r\n\r\n").bytes());
            body.extend(content);
            body.extend(b"\r\n");
        };
        for (name, text) in texts {
            part(format!("name=\"{name}\""), text.as_bytes());
        }
        for (name, file_name, content) in files {
            part(format!("name=\"{name}\"; filename=\"{file_name}\""), content);
        }
        body.extend(b"--b--\r\n");
        let request = Request::post(path).header("content-type", "multipart/form-data; boundary=b");
        self.send(request, Body::from(body)).await
    }

    pub async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let request = request.header("cookie", self.cookie.as_str()).body(body).unwrap();
        // A router is always ready.
        let response = timeout(LIMIT, self.app.call(request)).await.expect("a response in time").unwrap();
        let page = Page::read(response).await;
        if let Some(cookie) = page.cookie() {
            cookie.split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        page
    }
}
