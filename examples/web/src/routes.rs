//! Which request goes to which handler.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Router, middleware};

use crate::{
    App, assets, codes, details, developers, document, face, pages, protection, review, terms, upload,
};

/// Enough for the details of anybody.
const MOST_FORM_BYTES: usize = 64 * 1024;

pub(crate) fn router(app: Arc<App>) -> Router {
    let document = get(document::show).post(document::upload);
    Router::new()
        .route("/", get(review::front))
        .route("/details", get(details::show).post(details::submit))
        .route("/codes", get(codes::show).post(codes::verify))
        .route("/codes/send", post(codes::send))
        .route("/terms", get(terms::show).post(terms::accept))
        .route("/document", document.layer(DefaultBodyLimit::max(upload::MOST_BYTES)))
        .route("/face", get(face::show).post(face::start))
        .route("/face/updates", get(face::updates))
        .route("/review", get(review::show))
        .route("/review/updates", get(review::updates))
        .route("/continue", get(review::go_on))
        .route("/developers", get(developers::show))
        .route("/developers/start", post(developers::start))
        .route("/assets/style.css", get(assets::style))
        .route("/assets/journey.js", get(assets::script))
        .fallback(async || pages::no_such_page())
        .method_not_allowed_fallback(async || pages::wrong_method())
        .layer(DefaultBodyLimit::max(MOST_FORM_BYTES))
        .layer(middleware::from_fn(protection::protect))
        .with_state(app)
}
