//! Business representatives: create, get, list, update, delete.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::{
    customer,
    input::{Id, NoBody, Object, Query},
    page::Page,
    problem::{FieldError, Problem, json},
    rules,
};
use crate::world::{Kind, People, Record, World};

/// `POST /v2/business-representative`
pub(super) async fn create(
    State(world): State<Arc<World>>,
    Object(members): Object,
) -> Result<Response, Problem> {
    let members = rules::check(members, rules::REPRESENTATIVE)?;
    let business = members.get("customerId").and_then(Value::as_str).unwrap_or_default().to_owned();
    world.people(|people, _| match people.get(&business).map(|person| &person.kind) {
        Some(Kind::Business) => Ok(()),
        Some(Kind::Onboarding) => Err(Problem::ONBOARDING_LINK_FLOW),
        Some(Kind::Individual) => Err(Problem::WRONG_KIND),
        // A business that nobody created will do: how to create one is not known well enough.
        None if business.starts_with("customer_") && world.knows(&business) => Ok(()),
        Some(Kind::Representative { .. }) | None => Err(Problem::NOT_FOUND),
    })?;
    let kind = Kind::Representative { customer: business };
    let view = customer::insert(&world, "associatedPerson_", kind, members, Record::view)?;
    Ok(json(StatusCode::CREATED, &view))
}

/// `GET /v2/business-representative/{id}`
pub(super) async fn get(State(world): State<Arc<World>>, Id(id): Id) -> Result<Response, Problem> {
    world.people(|people, _| Ok(json(StatusCode::OK, &find(people, &id)?.view())))
}

/// `GET /v2/business-representative`, the oldest first.
pub(super) async fn list(State(world): State<Arc<World>>, query: Query) -> Result<Response, Problem> {
    let page = Page::from_query(&query)?;
    if query.get("customerId").is_some_and(str::is_empty) {
        return Err(Problem::invalid(vec![FieldError::in_query("customerId", "Must not be empty")]));
    }
    let found = world.people(|people, _| {
        let of_business = |person: &&Record| match &person.kind {
            Kind::Representative { customer } => {
                query.get("customerId").is_none_or(|wanted| wanted == customer)
            }
            _ => false,
        };
        people.iter().filter(of_business).map(Record::view).collect()
    });
    let (data, pagination) = page.cut(found);
    Ok(json(StatusCode::OK, &json!({"data": data, "pagination": pagination})))
}

/// `PATCH /v2/business-representative/{id}`. Each member that is named is replaced as a whole.
pub(super) async fn update(
    State(world): State<Arc<World>>,
    Id(id): Id,
    Object(members): Object,
) -> Result<Response, Problem> {
    let members = rules::check(members, rules::REPRESENTATIVE_UPDATE)?;
    let allowed = ["address", "personalInformation", "representationDetails"];
    world.people(|people, now| customer::update_members(find(people, &id)?, members, &allowed, now))
}

/// `DELETE /v2/business-representative/{id}`. Not once the verification of the business has begun.
pub(super) async fn delete(
    State(world): State<Arc<World>>,
    Id(id): Id,
    _: NoBody,
) -> Result<Response, Problem> {
    world.people(|people, _| {
        if let Kind::Representative { customer } = &find(people, &id)?.kind {
            let business = customer.clone();
            if people.get(&business).is_some_and(|business| business.status() != "incomplete") {
                return Err(Problem::LOCKED);
            }
        }
        people.remove(&id);
        Ok(json(StatusCode::OK, &json!({"ok": true})))
    })
}

pub(super) fn find<'a>(people: &'a mut People, id: &str) -> Result<&'a mut Record, Problem> {
    let found = people.get_mut(id).filter(|person| matches!(person.kind, Kind::Representative { .. }));
    found.ok_or(Problem::NOT_FOUND)
}
