//! The terms of service: SpherePay hosts them, and the customer accepts them there.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use sphere_core::TimeText;

use crate::failure::Failure;
use crate::journey::{Step, need, next, path};
use crate::session::Visitor;
use crate::{App, pages};

pub(crate) async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let customer = app.client.get_customer(&visitor.id).send().await?;
    Ok(match need(&customer, Step::Terms) {
        Some(_) => pages::terms(app.model),
        None => Redirect::to(path(&next(&customer))).into_response(),
    })
}

/// The button: a link of this moment, and the way there. By POST, so that no prefetching browser makes links.
pub(crate) async fn accept(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let link = app.client.generate_terms_of_service_link(&visitor.id).send().await?;
    let expires_at = link.expires_at().and_then(TimeText::timestamp);
    if expires_at.is_some_and(|at| at.duration_since(app.now()).is_zero()) {
        return Err(Failure::expired_link("generate_terms_of_service_link"));
    }
    Ok(Redirect::to(link.url()).into_response())
}
