//! Operations that give a link to a hosted page: face check, terms of service, onboarding.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    customer,
    input::{Id, NoBody, Object},
    problem::{Problem, json},
    representative, rules,
};
use crate::world::{Kind, Model, Purpose, World};

/// `POST /v2/customer/{id}/face-verification-link`
pub(super) async fn customer_face_check(
    State(world): State<Arc<World>>,
    Id(id): Id,
    _: NoBody,
) -> Result<Response, Problem> {
    check_customer(&world, &id)?;
    face_check(&world, id)
}

/// `POST /v2/business-representative/{id}/face-verification-link`
pub(super) async fn representative_face_check(
    State(world): State<Arc<World>>,
    Id(id): Id,
    _: NoBody,
) -> Result<Response, Problem> {
    if !is_unused(&world, &id, "associatedPerson_") {
        world.people(|people, _| representative::find(people, &id).map(drop))?;
    }
    face_check(&world, id)
}

fn face_check(world: &World, id: String) -> Result<Response, Problem> {
    if world.settings().model == Model::PlatformManaged {
        return Err(Problem::PLATFORM_MANAGED);
    }
    let (url, expires_at) = world.make_link(Purpose::FaceCheck, id)?;
    Ok(json(StatusCode::CREATED, &json!({"url": url, "expiresAt": written(expires_at)})))
}

/// `POST /v2/customer/{id}/tos-link`
pub(super) async fn terms(
    State(world): State<Arc<World>>,
    Id(id): Id,
    _: NoBody,
) -> Result<Response, Problem> {
    check_customer(&world, &id)?;
    if world.settings().model == Model::PlatformManaged {
        return Err(Problem::PLATFORM_MANAGED);
    }
    let (link, expires_at) = world.make_link(Purpose::Terms, id)?;
    Ok(json(StatusCode::CREATED, &json!({"link": link, "expiresAt": written(expires_at)})))
}

/// An individual of the direct flow, or an id that nobody created.
fn check_customer(world: &World, id: &str) -> Result<(), Problem> {
    if is_unused(world, id, "customer_") {
        return Ok(());
    }
    world.people(|people, _| match customer::find(people, id)?.kind {
        Kind::Individual => Ok(()),
        _ => Err(Problem::WRONG_KIND),
    })
}

/// Whether nobody created this id and it still counts as existing, so that one request is enough to see a
/// link.
fn is_unused(world: &World, id: &str, prefix: &str) -> bool {
    // With a list of ids of its own, a test decides their form too.
    let fits = id.starts_with(prefix) || world.settings().customers.is_some();
    fits && world.knows(id) && world.people(|people, _| people.get(id).is_none())
}

/// `POST /v2/customer/kyc-link`
pub(super) async fn create_onboarding(
    State(world): State<Arc<World>>,
    Object(members): Object,
) -> Result<Response, Problem> {
    let members = rules::check(members, rules::ONBOARDING)?;
    let id = customer::insert(&world, "customer_", Kind::Onboarding, members, |record| record.id.clone())?;
    onboarding(&world, &id)
}

/// `POST /v2/customer/{id}/kyc-link`
pub(super) async fn regenerate_onboarding(
    State(world): State<Arc<World>>,
    Id(id): Id,
    _: NoBody,
) -> Result<Response, Problem> {
    world.people(|people, _| match people.get(&id).map(|person| &person.kind) {
        Some(Kind::Onboarding) => Ok(()),
        Some(Kind::Individual | Kind::Business) => Err(Problem::DIRECT_FLOW),
        Some(Kind::Representative { .. }) | None => Err(Problem::NOT_FOUND),
    })?;
    onboarding(&world, &id)
}

fn onboarding(world: &World, id: &str) -> Result<Response, Problem> {
    let (url, expires_at) = world.make_link(Purpose::Onboarding, id.to_owned())?;
    let body: Value = json!({"customerId": id, "url": url, "expiresAt": written(expires_at)});
    Ok(json(StatusCode::CREATED, &body))
}

fn written(time: Timestamp) -> String {
    format!("{time:.3}")
}
