//! The face check: SpherePay's, at a link; or, in the Platform-Managed model, the platform's own, whose report is
//! uploaded.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use sphere_core::endpoints::{DocumentFile, DocumentFormat, UploadDocument};
use sphere_core::{Client, Customer, CustomerId, Error, FaceVerificationLink};

use crate::failure::Failure;
use crate::journey::{Need, PROFILE, Step, need, next, path};
use crate::session::{Visitor, finish};
use crate::{App, Model, pages};

/// How long a request for updates waits. Shorter than proxies keep a silent connection.
pub(crate) const WAIT: Duration = Duration::from_secs(25);

pub(crate) async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let customer = app.client.get_customer(&visitor.id).send().await?;
    page(&app, &customer).await
}

/// The same page once the face check is done, on whichever device, or else after a while.
pub(crate) async fn updates(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let seen = visitor.session.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let wait = app.client.wait_for_face_check(&visitor.id, WAIT).profile(PROFILE).resume(seen);
    let outcome = wait.outcome().await?;
    visitor.session.seen.lock().unwrap_or_else(PoisonError::into_inner).clone_from(outcome.state());
    match outcome.record() {
        Some(customer) => page(&app, customer).await,
        // No read succeeded.
        None => show(State(app), visitor).await,
    }
}

async fn page(app: &App, customer: &Customer) -> Result<Response, Failure> {
    let last_fault = match need(customer, Step::Face) {
        Some(Need::Required) => None,
        Some(Need::Failed(why)) => Some(why.unwrap_or_default()),
        None => {
            // Of no use any more.
            app.links.forget(customer.id()).await?;
            return Ok(Redirect::to(path(&next(customer))).into_response());
        }
    };
    Ok(match app.model {
        Model::SphereManaged => {
            let link = working_link(app, customer.id()).await?;
            pages::face_with_link(link.url(), last_fault.as_deref())
        }
        Model::PlatformManaged => pages::face_of_platform(last_fault.as_deref()),
    })
}

/// The button: to the link, or the platform's own check.
pub(crate) async fn start(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let to = match app.model {
        Model::SphereManaged => working_link(&app, &visitor.id).await?.into_url(),
        Model::PlatformManaged => {
            finish(upload_report(app.client.clone(), visitor.id)).await?;
            "/continue".to_owned()
        }
    };
    Ok(Redirect::to(&to).into_response())
}

/// The customer's link: the one at hand or a fresh one, never one that has expired. `Links` itself keeps none that has
/// little time left, but a fresh one may come late, or from a server whose clock is wrong.
async fn working_link(app: &App, customer: &CustomerId) -> Result<FaceVerificationLink, Failure> {
    for _ in 0..2 {
        let link = app.links.face_verification_link(customer).await?;
        if !link.is_expired_at(app.now()) {
            return Ok(link);
        }
    }
    Err(Failure::expired_link("generate_face_verification_link"))
}

/// Uploads the report of the platform's own liveness check. Your liveness provider's report goes here: this example
/// has no provider, and its report is a page that says so.
async fn upload_report(client: Client, customer: CustomerId) -> Result<(), Error> {
    let pdf = &include_bytes!("assets/no_liveness_check.pdf")[..];
    let report = DocumentFile::new("liveness.pdf", DocumentFormat::Pdf, pdf);
    client.upload_document(UploadDocument::liveness_report(&customer, report)).send().await?;
    Ok(())
}
