//! Where the customer stands: on to the next step, waiting, approved, rejected, or something to correct.

use std::sync::{Arc, PoisonError};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use sphere_core::Customer;
use sphere_core::verification::NextStep;

use crate::face::WAIT;
use crate::failure::Failure;
use crate::journey::{PROFILE, next, path, step};
use crate::session::Visitor;
use crate::{App, pages};

pub(crate) async fn front(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let has_begun = app.sessions.find(&headers).is_some_and(|session| session.customer.initialized());
    pages::front(app.model, has_begun)
}

/// Where customers come back to, from a hosted page or a week later. That a browser comes here proves nothing, so
/// SpherePay is asked.
pub(crate) async fn go_on(
    State(app): State<Arc<App>>,
    visitor: Result<Visitor, Response>,
) -> Result<Response, Failure> {
    // A phone that followed the QR code has no session.
    let Ok(visitor) = visitor else { return Ok(pages::returned_elsewhere()) };
    let customer = app.client.get_customer(&visitor.id).send().await?;
    Ok(Redirect::to(path(&next(&customer))).into_response())
}

pub(crate) async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let customer = app.client.get_customer(&visitor.id).send().await?;
    Ok(page(&app, &customer))
}

/// The same page once the review has ended or asks for a correction, or else after a while.
pub(crate) async fn updates(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let seen = visitor.session.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let wait = app.client.wait_for_approval(&visitor.id, WAIT).profile(PROFILE).resume(seen);
    let outcome = wait.outcome().await?;
    visitor.session.seen.lock().unwrap_or_else(PoisonError::into_inner).clone_from(outcome.state());
    match outcome.record() {
        Some(customer) => Ok(page(&app, customer)),
        // No read succeeded.
        None => show(State(app), visitor).await,
    }
}

fn page(app: &App, customer: &Customer) -> Response {
    let next = next(customer);
    match &next {
        NextStep::Correct(errors) => pages::correction(app.model, errors),
        NextStep::WaitForReview => pages::waiting(app.model, customer),
        NextStep::Approved => pages::approved(app.model),
        NextStep::Rejected => pages::rejected(app.model),
        NextStep::NotKnown => pages::not_known(app.model),
        // No page here asks for it.
        _ if step(&next).is_none() => pages::stuck(app.model),
        _ => Redirect::to(path(&next)).into_response(),
    }
}
