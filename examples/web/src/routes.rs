//! The handlers, and the headers on all their responses.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use sphere_core::CustomerId;
use sphere_sandbox::CheckState;

use crate::failure::Explanation;
use crate::{App, pages};

/// Whom the front page is for.
const DEMO_CUSTOMER: &str = "customer_f31121c389624d3697cbf3ea8830b7a4";

pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/customer/{customer}", get(start))
        .route("/verify/{customer}", post(verify))
        .route("/return", get(returned))
        .fallback(no_such_page)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::map_response(protect))
        .with_state(Arc::new(app))
}

async fn front(State(app): State<Arc<App>>) -> Response {
    pages::start(DEMO_CUSTOMER, app.sandbox.is_some())
}

async fn start(State(app): State<Arc<App>>, customer: Result<Path<String>, PathRejection>) -> Response {
    match id(customer) {
        Some(customer) => pages::start(customer.as_str(), app.sandbox.is_some()),
        None => pages::no_such_page(),
    }
}

/// The button: gets the customer's link and sends the browser there.
async fn verify(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    customer: Result<Path<String>, PathRejection>,
) -> Response {
    if comes_from_elsewhere(&headers) {
        return pages::comes_from_elsewhere();
    }
    // A session would say who this is, and the path would have no id.
    let Some(customer) = id(customer) else {
        return pages::no_such_page();
    };
    match app.links.face_verification_link(&customer).await {
        Ok(link) => ([remember(&customer)], Redirect::to(link.url())).into_response(),
        Err(error) => {
            // One line, without the key.
            eprintln!("{error}");
            pages::failure(customer.as_str(), &Explanation::of_link(&error))
        }
    }
}

/// The customer is back. That is all that is known, unless the check was the sandbox's.
async fn returned(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(customer) = remembered(&headers) else {
        return pages::returned_without_a_start();
    };
    let Some(sandbox) = &app.sandbox else {
        return pages::returned();
    };
    match sandbox.check_state(customer.as_str()) {
        CheckState::Passed => {
            // Of no use any more.
            if let Err(error) = app.links.forget(&customer).await {
                eprintln!("{error}");
            }
            pages::passed()
        }
        CheckState::Failed => pages::failed(customer.as_str()),
        _ => pages::unfinished(customer.as_str()),
    }
}

async fn no_such_page() -> Response {
    pages::no_such_page()
}

async fn wrong_method() -> Response {
    pages::wrong_method()
}

fn id(path: Result<Path<String>, PathRejection>) -> Option<CustomerId> {
    CustomerId::new(path.ok()?.0).ok()
}

/// Whether another site's page made the browser send this. `Origin` would not tell: with `no-referrer`
/// browsers send `null` from our own pages too.
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    // Programs other than browsers do not send it, and have no cookies to abuse.
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin")
}

/// What stands in for a session. `Lax`, because the customer comes back from another site.
fn remember(customer: &CustomerId) -> (header::HeaderName, String) {
    (header::SET_COOKIE, format!("customer={customer}; Path=/return; Max-Age=86400; HttpOnly; SameSite=Lax"))
}

fn remembered(headers: &HeaderMap) -> Option<CustomerId> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
    CustomerId::new(pairs.find_map(|pair| pair.trim().strip_prefix("customer="))?).ok()
}

/// No script, no frame, nothing from anywhere. Forms go to this server, and by its redirect to the check:
/// browsers hold `form-action` against that too. Where the check is, the SDK's own rule says: https, or
/// loopback for a sandbox.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    form-action 'self' https: http://127.0.0.1:* http://localhost:*; base-uri 'none'; frame-ancestors 'none'";

/// All of it is one customer's: in no cache, in no referrer, in no frame.
async fn protect(mut response: Response) -> Response {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
