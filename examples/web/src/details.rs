//! The customer's details: created at SpherePay once, corrected as often as needed.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use sphere_core::{Client, CreateCustomer, CustomerId, Error, Meta, Scalar, UpdateCustomer};

use crate::failure::{Explanation, Failure};
use crate::form::{Details, Mistake, mistakes_of};
use crate::journey::{Need, Step, need, next, path};
use crate::session::{Session, finish};
use crate::{App, developers, pages};

/// The name in `meta` of the session's reference.
const REFERENCE: &str = "reference";

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let session = app.sessions.find(&headers);
    if let Some(id) = session.as_ref().and_then(|session| session.customer.get()) {
        let customer = app.client.get_customer(id).send().await?;
        return Ok(match need(&customer, Step::Details) {
            Some(Need::Failed(Some(why))) => correction(&app, &[Mistake::new("", why)]),
            Some(_) => correction(&app, &[]),
            None => Redirect::to(path(&next(&customer))).into_response(),
        });
    }
    let details = developers::test_person(&app, query.as_deref()).unwrap_or_default();
    let page = pages::details(app.model, StatusCode::OK, true, &details, &[]);
    // The session must be there before the button is pressed: it is what makes a second press harmless.
    Ok(match session {
        Some(_) => page,
        None => (app.sessions.start(None)?.1, page).into_response(),
    })
}

fn correction(app: &App, mistakes: &[Mistake]) -> Response {
    pages::details(app.model, StatusCode::OK, false, &Details::default(), mistakes)
}

pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let Some(session) = app.sessions.find(&headers) else { return Ok(pages::no_cookie()) };
    let details = Details::read(&body);
    let is_new = session.customer.get().is_none();
    let mistakes = details.mistakes(is_new);
    if !mistakes.is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(pages::details(app.model, status, is_new, &details, &mistakes));
    }
    let details = Arc::new(details);
    match finish(save(app.client.clone(), session, Arc::clone(&details))).await {
        Ok(()) => Ok(Redirect::to("/continue").into_response()),
        // The form again, so that nothing must be typed twice.
        Err(error) => {
            eprintln!("{error}");
            let explanation = Explanation::of(&error);
            let mut mistakes = mistakes_of(&error);
            if mistakes.is_empty() {
                mistakes.push(Mistake::new("", explanation.in_one_paragraph()));
            }
            Ok(pages::details(app.model, explanation.status, is_new, &details, &mistakes))
        }
    }
}

/// Creates the session's customer, or corrects them if they are there. Whoever presses twice waits for the first press.
async fn save(client: Client, session: Arc<Session>, details: Arc<Details>) -> Result<(), Error> {
    if let Some(id) = session.customer.get() {
        let update = UpdateCustomer::new(id).address(details.address());
        client.update_customer(update.personal_information(details.personal_information())).send().await?;
        return Ok(());
    }
    session.customer.get_or_try_init(|| create(&client, &session, &details)).await?;
    Ok(())
}

async fn create(client: &Client, session: &Session, details: &Details) -> Result<CustomerId, Error> {
    if session.may_be_created.load(Ordering::Relaxed) {
        if let Some(id) = created_before(client, session, details.get("email")).await? {
            return Ok(id);
        }
    }
    let new = CreateCustomer::individual(details.get("email"), details.get("phone"), details.address())
        .personal_information(details.personal_information())
        .meta(Meta::new().with(REFERENCE, session.reference.as_str()));
    let created = client.create_customer(new).send().await;
    let is_unknown = created.as_ref().is_err_and(Error::may_have_been_processed);
    session.may_be_created.fetch_or(is_unknown, Ordering::Relaxed);
    Ok(created?.id().clone())
}

/// The customer whom an earlier attempt of this session created after all. An e-mail address alone would not do: anyone
/// can type somebody else's.
async fn created_before(
    client: &Client,
    session: &Session,
    email: &str,
) -> Result<Option<CustomerId>, Error> {
    let reference = Scalar::from(session.reference.as_str());
    let mut customers = client.list_customers().email(email);
    while let Some(customer) = customers.next().await {
        let customer = customer?;
        if customer.meta().is_some_and(|meta| meta.get(REFERENCE) == Some(&reference)) {
            return Ok(Some(customer.id().clone()));
        }
    }
    Ok(None)
}
