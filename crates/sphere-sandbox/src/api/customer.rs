//! Customers: create, get, list, update.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    input::{Id, Object, Query},
    page::Page,
    problem::{FieldError, Problem, json},
    rules,
};
use crate::{
    random,
    world::{Kind, People, Record, World},
};

/// `POST /v2/customer`
pub(super) async fn create(
    State(world): State<Arc<World>>,
    Object(members): Object,
) -> Result<Response, Problem> {
    let (kind, tables) = match members.get("type").and_then(Value::as_str) {
        Some("individual") => (Kind::Individual, rules::INDIVIDUAL),
        Some("business") => (Kind::Business, rules::BUSINESS),
        _ => {
            return Err(Problem::invalid(vec![FieldError::at("/type", "Must be individual or business")]));
        }
    };
    let members = rules::check(members, tables)?;
    let view = insert(&world, "customer_", kind, members, Record::view)?;
    Ok(json(StatusCode::CREATED, &view))
}

/// Creates somebody with a new id.
pub(super) fn insert<T>(
    world: &World,
    prefix: &str,
    kind: Kind,
    members: Map<String, Value>,
    view: impl FnOnce(&Record) -> T,
) -> Result<T, Problem> {
    let id = format!("{prefix}{}", random::hex_32()?);
    Ok(world.people(|people, now| {
        let record = Record::new(id, kind, world.settings().model, members, now);
        let view = view(&record);
        people.insert(record);
        view
    }))
}

/// `GET /v2/customer/{id}`
pub(super) async fn get(State(world): State<Arc<World>>, Id(id): Id) -> Result<Response, Problem> {
    world.people(|people, _| Ok(json(StatusCode::OK, &find(people, &id)?.view())))
}

/// `GET /v2/customer`, the oldest first. Customers of the onboarding link are not listed.
pub(super) async fn list(State(world): State<Arc<World>>, query: Query) -> Result<Response, Problem> {
    let page = Page::from_query(&query)?;
    if query.get("search").is_some_and(|text| text.is_empty() || text.chars().count() > 255) {
        return Err(Problem::invalid(vec![FieldError::in_query("search", "Must be 1 to 255 characters")]));
    }
    let found = world.people(|people, _| {
        let customers =
            people.iter().filter(|person| matches!(person.kind, Kind::Individual | Kind::Business));
        customers.filter(|person| matches_query(person, &query)).map(Record::view).collect()
    });
    let (customers, pagination) = page.cut(found);
    Ok(json(StatusCode::OK, &json!({"customers": customers, "pagination": pagination})))
}

/// What `search` looks at: names and e-mail address.
const SEARCHED: [&str; 5] = [
    "/personalInformation/firstName",
    "/personalInformation/lastName",
    "/businessInformation/legalName",
    "/businessInformation/tradeName",
    "/email",
];

fn matches_query(person: &Record, query: &Query) -> bool {
    let is = |name: &str, value: Option<&str>| query.get(name).is_none_or(|wanted| value == Some(wanted));
    let search = query.get("search").map(str::to_lowercase);
    let contains = |text: &str| search.as_ref().is_none_or(|search| text.to_lowercase().contains(search));
    is("email", person.text("/email"))
        && is("type", person.text("/type"))
        && is("status", Some(person.status()))
        && (search.is_none() || SEARCHED.iter().filter_map(|pointer| person.text(pointer)).any(contains))
}

/// `PATCH /v2/customer/{id}`. Each member that is named is replaced as a whole.
pub(super) async fn update(
    State(world): State<Arc<World>>,
    Id(id): Id,
    Object(members): Object,
) -> Result<Response, Problem> {
    let members = rules::check(members, rules::CUSTOMER_UPDATE)?;
    world.people(|people, now| {
        let customer = find(people, &id)?;
        if customer.kind != Kind::Individual {
            return Err(Problem::WRONG_KIND);
        }
        update_members(customer, members, &["address", "personalInformation", "meta"], now)
    })
}

/// Replaces the members that may change. Identity members are locked once verification has begun.
pub(super) fn update_members(
    person: &mut Record,
    mut members: Map<String, Value>,
    allowed: &[&str],
    now: jiff::Timestamp,
) -> Result<Response, Problem> {
    members.retain(|name, _| allowed.contains(&name.as_str()));
    if person.status() != "incomplete" && members.keys().any(|name| name != "meta") {
        return Err(Problem::LOCKED);
    }
    person.update(members, now);
    Ok(json(StatusCode::OK, &person.view()))
}

/// A customer of the direct flow.
pub(super) fn find<'a>(people: &'a mut People, id: &str) -> Result<&'a mut Record, Problem> {
    match people.get_mut(id) {
        Some(person) => match person.kind {
            Kind::Individual | Kind::Business => Ok(person),
            Kind::Onboarding => Err(Problem::ONBOARDING_LINK_FLOW),
            Kind::Representative { .. } => Err(Problem::NOT_FOUND),
        },
        None => Err(Problem::NOT_FOUND),
    }
}
