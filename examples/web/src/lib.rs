//! A web backend that sends customers to their face check and gets them back.
//!
//! ```sh
//! cargo run -p sphere-example-web                 # prints where it listens; --port N to choose
//! ```
//!
//! Without `SPHEREPAY_API_KEY` it starts a sandbox, with a page in place of the hosted check. With it, it
//! uses SpherePay.
//!
//! | request | what happens |
//! | --- | --- |
//! | `GET /`, `GET /customer/{customer}` | a page with a button |
//! | `POST /verify/{customer}` | gets the customer's link, redirects to it with `303 See Other` |
//! | `GET /return` | where the customer comes back to |
//!
//! `routes` has the handlers, `failure` the texts for a person when a call fails, `pages` the HTML. There is no
//! script in it.
//!
//! # What is worth copying
//!
//! - **The link is made by POST**, not by GET: a mail scanner or a prefetching browser must not
//!   make calls. The response is 303, so that the browser GETs the link.
//! - **The link is a secret of the customer's**: `Cache-Control: no-store`, `Referrer-Policy: no-referrer`, and
//!   in no log.
//! - **One call for a customer who presses twice**: `sphere_links::Links`, made once, shared by all handlers.
//!   If the browser disconnects, axum drops the handler; others who wait for the same link still get it.
//! - **The content security policy must let the form through to the check**: browsers hold `form-action`
//!   against the redirect too.
//! - **Every failure has a page and a status of its own**, and the id that SpherePay's support asks for.
//!
//! # What a real backend must add
//!
//! - **A session that decides which customer this is.** Here the path does, and whoever knows an id gets that
//!   customer's link. A cookie with the id, good for `/return` only, stands in for the session afterwards.
//! - **The session's own protection against forged requests.** The check of `Sec-Fetch-Site` here turns away
//!   forms on other sites, in browsers that send it (all of today's do, to https and to loopback).
//! - **The result, from SpherePay.** That a browser comes back proves nothing: anyone can open `/return`. A
//!   backend asks SpherePay how the customer's verification stands. The contract of that endpoint is not in
//!   this SDK yet, so this example does not pretend: with SpherePay it says that the result is not known here.
//!   Only with the sandbox it shows a result, because the sandbox can be asked (`Sandbox::check_state`).

mod failure;
mod pages;
mod routes;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use sphere_links::Links;
use sphere_sandbox::Sandbox;

/// What the handlers share.
pub struct App {
    links: Links,
    /// If the check is the sandbox's.
    sandbox: Option<Arc<Sandbox>>,
}

impl App {
    /// An application whose links come from SpherePay.
    pub fn new(links: Links) -> Self {
        Self { links, sandbox: None }
    }

    /// An application whose links come from this sandbox, which can therefore be asked for results.
    pub fn with_sandbox(links: Links, sandbox: Arc<Sandbox>) -> Self {
        Self { links, sandbox: Some(sandbox) }
    }

    /// Its routes.
    pub fn router(self) -> Router {
        routes::router(self)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("links", &self.links).field("sandbox", &self.sandbox).finish()
    }
}
