//! The identity document: from the browser to SpherePay, nothing of it kept.

use std::sync::Arc;

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use sphere_core::endpoints::{DocumentSide, UploadIdentityDocument};
use sphere_core::{Client, CustomerId, Error};

use crate::failure::Failure;
use crate::journey::{Need, Step, need, next, path};
use crate::session::{Visitor, finish};
use crate::upload::{Draft, Upload};
use crate::{App, pages};

pub(crate) async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let customer = app.client.get_customer(&visitor.id).send().await?;
    Ok(match need(&customer, Step::Document) {
        Some(Need::Required) => pages::document(app.model, StatusCode::OK, None, &Draft::default()),
        Some(Need::Failed(why)) => {
            let why = why.unwrap_or_default();
            pages::document(app.model, StatusCode::OK, Some(&why), &Draft::default())
        }
        None => Redirect::to(path(&next(&customer))).into_response(),
    })
}

pub(crate) async fn upload(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Failure> {
    match Upload::read(form).await {
        Ok(upload) => {
            finish(send(app.client.clone(), visitor.id, upload)).await?;
            Ok(Redirect::to("/continue").into_response())
        }
        Err(draft) => Ok(pages::document(app.model, StatusCode::UNPROCESSABLE_ENTITY, None, &draft)),
    }
}

/// A passport is one file without a side. Each side of any other document is an upload of its own.
async fn send(client: Client, customer: CustomerId, upload: Upload) -> Result<(), Error> {
    let document =
        |file| UploadIdentityDocument::new(&customer, upload.document_type, upload.country.as_str(), file);
    match upload.back {
        None => client.upload_identity_document(document(upload.front)).send().await?,
        Some(back) => {
            let front = document(upload.front).side(DocumentSide::Front);
            client.upload_identity_document(front).send().await?;
            client.upload_identity_document(document(back).side(DocumentSide::Back)).send().await?
        }
    };
    Ok(())
}
