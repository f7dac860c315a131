//! The API: the one endpoint of the contract, and what happens to every API request before that: it is
//! recorded, and a script can decide its response.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State, rejection::PathRejection},
    middleware::{self, Next},
    response::Response,
    routing::post,
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::Serialize;

use crate::{
    Turn, magic,
    problem::{Problem, json},
    received::ReceivedRequest,
    world::World,
};

/// No request of the contract has a body at all.
const MOST_BODY_BYTES: usize = 64 * 1024;

pub(crate) fn routes(world: &Arc<World>) -> Router<Arc<World>> {
    Router::new()
        .route("/v2/customer/{id}/face-verification-link", post(face_verification_link))
        .fallback(no_such_route)
        .method_not_allowed_fallback(wrong_method)
        // After the fallbacks, so that it stands in front of them too.
        .layer(middleware::from_fn_with_state(Arc::clone(world), receive))
}

/// Reads the request to its end, records it, and takes its turn of the script.
async fn receive(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MOST_BODY_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Problem::TOO_LARGE.response(),
        Err(_) => return Problem::BROKEN_BODY.response(),
    };

    let turn = world.receive(ReceivedRequest::new(&parts, body.clone()));
    let normal = || next.run(Request::from_parts(parts, Body::from(body)));
    match turn {
        Some(turn) => turn.respond(normal).await,
        None => normal().await,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FaceVerificationLink {
    url: String,
    expires_at: String,
}

/// `POST /v2/customer/{id}/face-verification-link`
async fn face_verification_link(
    State(world): State<Arc<World>>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // The key first: a stranger learns nothing about which customers exist.
    if !has_key(&headers, world.api_key()) {
        return Problem::FORBIDDEN.response();
    }
    let Ok(Path(customer)) = id else {
        return Problem::BAD_REQUEST.response();
    };
    if !body.is_empty() {
        return Problem::BAD_REQUEST.response();
    }
    if let Some(reply) = magic::reply_for(&customer) {
        return Turn::from(reply).respond(no_such_route).await;
    }
    if !world.knows(&customer) {
        return Problem::NOT_FOUND.response();
    }
    match world.make_link(customer) {
        Ok((url, expires_at)) => {
            json(StatusCode::CREATED, &FaceVerificationLink { url, expires_at: format!("{expires_at:.3}") })
        }
        // A link whose token could be guessed is worse than none.
        Err(_) => Problem::SERVER_ERROR.response(),
    }
}

/// Exactly one `Authorization`, exactly `Bearer`, one space and the key: what the documentation
/// shows, and nothing that the service might or might not forgive.
fn has_key(headers: &HeaderMap, key: &str) -> bool {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    value.as_bytes().strip_prefix(b"Bearer ") == Some(key.as_bytes())
}

async fn no_such_route() -> Response {
    Problem::NO_SUCH_ROUTE.response()
}

pub(crate) async fn wrong_method() -> Response {
    Problem::WRONG_METHOD.response()
}
