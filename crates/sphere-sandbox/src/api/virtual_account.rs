//! Virtual accounts: the number of an invented bank, whose deposits a test or the start page makes.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    account::{self, register},
    input::{Id, NoBody, Object},
    problem::{Problem, json},
    rules,
};
use crate::world::{ItemKind, World};

const KIND: ItemKind = ItemKind::VirtualAccount;

/// `POST /v2/virtual-account`
pub(super) async fn create(
    State(world): State<Arc<World>>,
    Object(members): Object,
) -> Result<Response, Problem> {
    let mut members = rules::check(members, rules::VIRTUAL_ACCOUNT)?;
    let currency = members.remove("sourceCurrency").unwrap_or_default();
    let mut instructions = json!({
        "currency": currency, "bankName": "Sandbox Bank", "bankAddress": "1 Sandbox Square, Springfield",
        "bankBeneficiaryName": "Sandbox Payments Inc.", "bankBeneficiaryAddress": "2 Sandbox Square, Springfield",
    });
    let numbers = match currency.as_str() {
        Some("eur") => [("iban", "DE89370400440532013000"), ("bic", "COBADEFFXXX")],
        _ => [("bankAccountNumber", "000987654321"), ("bankRoutingNumber", "021000089")],
    };
    for (name, number) in numbers {
        instructions[name] = json!(number);
    }
    let mut view = Map::new();
    view.insert("active".to_owned(), json!(true));
    view.insert("depositInstructions".to_owned(), instructions);
    view.insert("destination".to_owned(), json!({}));
    view.insert("customer".to_owned(), members.remove("customerId").unwrap_or_default());
    members.entry("integratorFeeBps").or_insert_with(|| json!("0"));
    redirect(&mut view, members);
    register(&world, KIND, view)
}

/// Changes where deposits go, and the fee.
fn redirect(view: &mut Map<String, Value>, mut members: Map<String, Value>) {
    for (name, own) in
        [("destinationCurrency", "currency"), ("network", "network"), ("walletAddress", "walletAddress")]
    {
        if let Some(value) = members.remove(name) {
            view["destination"][own] = value;
        }
    }
    if let Some(points) = members.remove("integratorFeeBps") {
        let own: u64 = points.as_str().and_then(|points| points.parse().ok()).unwrap_or_default();
        let fee = json!({
            "totalBpsRate": own.saturating_add(30).to_string(), "integratorFee": {"bpsRate": points},
            "platformFee": {"bpsRate": "30"},
        });
        view.insert("fee".to_owned(), fee);
    }
}

/// `GET /v2/virtual-account/{id}`
pub(super) async fn get(State(world): State<Arc<World>>, Id(id): Id) -> Result<Response, Problem> {
    account::get(&world, KIND, &id)
}

/// `GET /v2/virtual-account`: an array.
pub(super) async fn list(State(world): State<Arc<World>>) -> Response {
    let all: Vec<_> =
        world.money(|money, _| money.newest_first(KIND).map(|item| item.view.clone()).collect());
    json(StatusCode::OK, &all)
}

/// `PATCH /v2/virtual-account/{id}`
pub(super) async fn update(
    State(world): State<Arc<World>>,
    Id(id): Id,
    Object(members): Object,
) -> Result<Response, Problem> {
    let members = rules::check(members, rules::VIRTUAL_ACCOUNT_UPDATE)?;
    world.money(|money, now| {
        let found = money.get_mut(KIND, &id).ok_or(Problem::NOT_FOUND)?;
        let is_active = found.view["active"].clone();
        found.change("active", is_active, now);
        redirect(&mut found.view, members);
        Ok(json(StatusCode::OK, &found.view))
    })
}

/// `PATCH /v2/virtual-account/{id}/deactivate`
pub(super) async fn deactivate(
    State(world): State<Arc<World>>,
    Id(id): Id,
    _: NoBody,
) -> Result<Response, Problem> {
    set_active(&world, &id, false)
}

/// `PATCH /v2/virtual-account/{id}/reactivate`
pub(super) async fn reactivate(
    State(world): State<Arc<World>>,
    Id(id): Id,
    _: NoBody,
) -> Result<Response, Problem> {
    set_active(&world, &id, true)
}

fn set_active(world: &World, id: &str, is_active: bool) -> Result<Response, Problem> {
    world.money(|money, now| {
        let found = money.get_mut(KIND, id).ok_or(Problem::NOT_FOUND)?;
        found.change("active", json!(is_active), now);
        Ok(json(StatusCode::OK, &found.view))
    })
}

/// `GET /v2/virtual-account/{id}/transfer`: an array; nobody pays in the sandbox.
pub(super) async fn deposits(State(world): State<Arc<World>>, Id(id): Id) -> Result<Response, Problem> {
    world.money(|money, _| money.get_mut(KIND, &id).map(drop).ok_or(Problem::NOT_FOUND))?;
    Ok(json(StatusCode::OK, &json!([])))
}
