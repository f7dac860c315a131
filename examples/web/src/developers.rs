//! The page for developers: test customers, and how their verification ends. Only with a sandbox.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use sphere_core::CustomerId;
use sphere_sandbox::{MAGIC_CUSTOMERS, MAGIC_TAGS};

use crate::failure::Failure;
use crate::form::Details;
use crate::{App, pages};

pub(crate) async fn show(State(app): State<Arc<App>>) -> Response {
    pages::developers(app.model, app.sandbox.as_ref().map(|sandbox| sandbox.base_url()))
}

/// Ends this browser's session and starts one for a test: with a form that is filled in (`tag`), or as a customer for
/// whom each call fails (`customer`).
pub(crate) async fn start(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    if app.sandbox.is_none() {
        return Ok(pages::no_such_page());
    }
    app.sessions.end(&headers);
    let chosen = form_urlencoded::parse(&body).find(|(_, value)| !value.is_empty());
    let customer = match &chosen {
        Some((name, value)) if name == "customer" => {
            let magic = MAGIC_CUSTOMERS.iter().find(|magic| magic.id == *value);
            magic.and_then(|magic| CustomerId::new(magic.id).ok())
        }
        _ => None,
    };
    let to = match (&customer, &chosen) {
        (Some(_), _) => "/continue".to_owned(),
        (None, Some((name, tag))) if name == "tag" => format!("/details?test={}", known_tag(tag)),
        _ => "/".to_owned(),
    };
    let (_, cookie) = app.sessions.start(customer)?;
    Ok((cookie, Redirect::to(&to)).into_response())
}

/// Details to fill into the form, if the query asks for a test person.
pub(crate) fn test_person(app: &App, query: Option<&str>) -> Option<Details> {
    app.sandbox.as_ref()?;
    let tag = query?.strip_prefix("test=")?;
    Some(Details::of_test_person(match known_tag(tag) {
        "" => "jane.smith@example.com".to_owned(),
        tag => format!("jane.smith+{tag}@example.com"),
    }))
}

fn known_tag(tag: &str) -> &'static str {
    MAGIC_TAGS.iter().find(|magic| magic.tag == tag).map_or("", |magic| magic.tag)
}
