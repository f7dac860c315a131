//! The hosted check: the pages that a customer's browser visits. They need no key; the link's
//! token is what lets the customer in.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State, rejection::PathRejection},
    response::Response,
    routing::{get, post},
};
use http::StatusCode;

use crate::{
    api,
    links::{CheckState, Found},
    pages,
    world::World,
};

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/check/{token}", get(show))
        .route("/check/{token}/result", get(result))
        .route("/check/{token}/{outcome}", post(decide))
        // A browser that asks for an icon all the same must not use up a turn that a test
        // scripted for the API.
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .method_not_allowed_fallback(api::wrong_method)
}

async fn show(State(world): State<Arc<World>>, token: Result<Path<String>, PathRejection>) -> Response {
    // A token that is not even text is one that was never handed out.
    let Ok(Path(token)) = token else {
        return pages::unknown(world.return_to());
    };
    match world.find_link(&token) {
        Found::Open(link) => pages::check(&token, &link),
        Found::Expired => pages::expired(world.return_to()),
        Found::Unknown => pages::unknown(world.return_to()),
    }
}

async fn result(State(world): State<Arc<World>>, token: Result<Path<String>, PathRejection>) -> Response {
    let Ok(Path(token)) = token else {
        return pages::unknown(world.return_to());
    };
    match world.find_link(&token) {
        Found::Open(link) => pages::result(&token, &link, world.return_to()),
        Found::Expired => pages::expired(world.return_to()),
        Found::Unknown => pages::unknown(world.return_to()),
    }
}

async fn decide(
    State(world): State<Arc<World>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Response {
    let Ok(Path((token, outcome))) = path else {
        return pages::unknown(world.return_to());
    };
    let outcome = match outcome.as_str() {
        "pass" => CheckState::Passed,
        "fail" => CheckState::Failed,
        "leave" => CheckState::Left,
        _ => return pages::unknown(world.return_to()),
    };
    match world.decide(&token, outcome) {
        // Onward by redirect, so that reloading the result does not press the button again.
        Found::Open(_) => pages::to_result(&token),
        Found::Expired => pages::expired(world.return_to()),
        Found::Unknown => pages::unknown(world.return_to()),
    }
}
