//! The API: its routes, and what happens to every API request first. It is recorded, a script can decide its
//! response, and the key is checked.

mod account;
mod customer;
mod document;
mod input;
mod links;
mod offloader_wallet;
mod one_time_code;
mod page;
mod problem;
mod quote;
mod representative;
mod rules;
mod transfer;
mod virtual_account;

use std::{fmt::Write as _, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{self, Next},
    response::Response,
    routing::{get, patch, post},
};
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time;

pub(crate) use self::problem::Problem;
use crate::world::{ReceivedRequest, World};

/// Bodies other than uploads.
const MOST_BODY_BYTES: usize = 64 * 1024;
/// The largest file that can be uploaded: 15 MB, read as 15 × 2²⁰ bytes.
const MOST_FILE_BYTES: usize = 15 * 1024 * 1024;

/// The one path that takes files.
const DOCUMENT_PATH: &str = "/v2/document";

pub(crate) fn routes(world: &Arc<World>) -> Router<Arc<World>> {
    Router::new()
        .route("/v2/customer", post(customer::create).get(customer::list))
        .route("/v2/customer/{id}", get(customer::get).patch(customer::update))
        .route("/v2/customer/{id}/face-verification-link", post(links::customer_face_check))
        .route("/v2/customer/{id}/tos-link", post(links::terms))
        .route("/v2/customer/{id}/otp-send", post(one_time_code::send))
        .route("/v2/customer/{id}/otp-verify", post(one_time_code::verify))
        .route("/v2/customer/kyc-link", post(links::create_onboarding))
        .route("/v2/customer/{id}/kyc-link", post(links::regenerate_onboarding))
        .route(DOCUMENT_PATH, post(document::upload))
        .route("/v2/business-representative", post(representative::create).get(representative::list))
        .route(
            "/v2/business-representative/{id}",
            get(representative::get).patch(representative::update).delete(representative::delete),
        )
        .route(
            "/v2/business-representative/{id}/face-verification-link",
            post(links::representative_face_check),
        )
        .route("/v2/bank-account", post(account::create_bank_account).get(account::list_bank_accounts))
        .route(
            "/v2/bank-account/{id}",
            get(account::get_bank_account)
                .patch(account::update_bank_account)
                .delete(account::delete_bank_account),
        )
        .route("/v2/wallet", post(account::create_wallet).get(account::list_wallets))
        .route("/v2/wallet/{id}", get(account::get_wallet).delete(account::delete_wallet))
        .route("/v2/quote", post(quote::create))
        .route("/v2/transfer", post(transfer::create).get(transfer::list))
        .route("/v2/transfer/{id}", get(transfer::get).delete(transfer::cancel))
        .route("/v2/virtual-account", post(virtual_account::create).get(virtual_account::list))
        .route("/v2/virtual-account/{id}", get(virtual_account::get).patch(virtual_account::update))
        .route("/v2/virtual-account/{id}/deactivate", patch(virtual_account::deactivate))
        .route("/v2/virtual-account/{id}/reactivate", patch(virtual_account::reactivate))
        .route("/v2/virtual-account/{id}/transfer", get(virtual_account::deposits))
        .route("/v2/offloader-wallet", post(offloader_wallet::create).get(offloader_wallet::list))
        .route("/v2/offloader-wallet/{id}", get(offloader_wallet::get))
        .route_layer(middleware::from_fn_with_state(Arc::clone(world), check_key))
        .fallback(no_such_route)
        .method_not_allowed_fallback(wrong_method)
        // `receive` has its own limit.
        .layer(DefaultBodyLimit::disable())
        // Last, so that it comes first, the fallbacks included.
        .layer(middleware::from_fn_with_state(Arc::clone(world), receive))
}

/// Reads the request to its end, records it, and takes its turn of the script.
async fn receive(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let line = format!("{} {}", request.method(), printable(request.uri().path()));
    let response = respond(&world, request, next).await;
    if let Some(log) = &world.settings().log {
        log(&format!("{} {line}", response.status().as_u16()));
    }
    response
}

async fn respond(world: &World, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let limit = match parts.uri.path() {
        // Room for the other fields.
        DOCUMENT_PATH => MOST_FILE_BYTES + MOST_BODY_BYTES,
        _ => MOST_BODY_BYTES,
    };
    let body = match read(body, limit).await {
        Ok(body) => body,
        Err(problem) => return problem.response(),
    };

    let turn = world.receive(ReceivedRequest::new(&parts, body.clone()));
    let normal = || next.run(Request::from_parts(parts, Body::from(body)));
    match turn {
        Some(turn) => turn.respond(normal).await,
        None => normal().await,
    }
}

/// What a client may take for the TLS handshake, and for the head and the body of each request.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The whole body, within [`PATIENCE`].
pub(crate) async fn read(body: Body, limit: usize) -> Result<Bytes, Problem> {
    match time::timeout(PATIENCE, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::TOO_LARGE),
        Ok(Err(_)) => Err(Problem::BROKEN_BODY),
        Err(_) => Err(Problem::LATE_BODY),
    }
}

/// The key before everything else: somebody without it learns nothing about who exists.
async fn check_key(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    if has_key(request.headers(), &world.settings().api_key) {
        next.run(request).await
    } else {
        Problem::FORBIDDEN.response()
    }
}

/// Exactly one `Authorization`: `Bearer` in any case (RFC 9110, section 11.1), one space and the key. Nothing else that
/// the service might or might not forgive.
const SCHEME: &[u8] = b"Bearer ";

fn has_key(headers: &HeaderMap, key: &str) -> bool {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    value
        .as_bytes()
        .split_at_checked(SCHEME.len())
        .is_some_and(|(scheme, rest)| scheme.eq_ignore_ascii_case(SCHEME) && rest == key.as_bytes())
}

/// A path for a terminal: at most 200 characters, nothing but visible ASCII.
fn printable(path: &str) -> String {
    let mut text = String::new();
    for c in path.chars().take(200) {
        if c.is_ascii_graphic() {
            text.push(c);
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{}", c.escape_unicode());
        }
    }
    text
}

async fn no_such_route() -> Problem {
    Problem::NO_SUCH_ROUTE
}

pub(crate) async fn wrong_method() -> Problem {
    Problem::WRONG_METHOD
}
