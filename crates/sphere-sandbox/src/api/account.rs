//! Bank accounts and wallets: create, get, list, change, delete.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    input::{Id, NoBody, Object, Query},
    page::Page,
    problem::{FieldError, Problem, json},
    rules,
};
use crate::{
    random,
    world::{Item, ItemKind, Money, World, written},
};

/// `POST /v2/bank-account`. The account number is shown masked.
pub(super) async fn create_bank_account(
    State(world): State<Arc<World>>,
    Object(members): Object,
) -> Result<Response, Problem> {
    let mut members = rules::check(members, rules::BANK_ACCOUNT)?;
    let numbers: &[&str] = match members.get("currency").and_then(Value::as_str) {
        Some("usd") => &["accountNumber", "routingNumber", "accountType"],
        Some("eur") => &["iban", "bic"],
        _ => &["pixKey", "pixKeyType"],
    };
    let details = members.get_mut("accountDetails").and_then(Value::as_object_mut);
    let details =
        details.filter(|details| numbers.iter().all(|name| details.get(*name).is_some_and(Value::is_string)));
    let Some(details) = details else {
        return Err(Problem::invalid(vec![FieldError::at("/accountDetails", "Not those of the currency")]));
    };
    for name in ["accountNumber", "iban", "pixKey"] {
        if let Some(number) = details.get(name).and_then(Value::as_str) {
            let last = number.char_indices().rev().nth(3).map_or("", |(at, _)| &number[at..]);
            details.insert(name.to_owned(), json!(format!("****{last}")));
        }
    }
    if let Some(owner) = members.get_mut("accountOwner").and_then(Value::as_object_mut) {
        owner.remove("address");
        owner.insert("relationship".to_owned(), json!("self"));
    }
    members.insert("status".to_owned(), json!("active"));
    register(&world, ItemKind::BankAccount, members)
}

/// `POST /v2/wallet`
pub(super) async fn create_wallet(
    State(world): State<Arc<World>>,
    Object(members): Object,
) -> Result<Response, Problem> {
    register(&world, ItemKind::Wallet, rules::check(members, rules::WALLET)?)
}

pub(super) fn register(
    world: &World,
    kind: ItemKind,
    members: Map<String, Value>,
) -> Result<Response, Problem> {
    let customer = members.get("customerId").or_else(|| members.get("customer"));
    let customer = customer.and_then(Value::as_str).unwrap_or_default().to_owned();
    check_approved(world, &customer)?;
    let id = new_id(kind)?;
    Ok(world.money(|money, now| {
        let item = Item::new(kind, &customer, with_times(members, &id, now));
        let response = json(StatusCode::CREATED, &item.view);
        money.insert(item);
        response
    }))
}

/// An id of its own for an item.
pub(super) fn new_id(kind: ItemKind) -> Result<String, Problem> {
    let mut id = format!("{}{}", kind.prefix(), random::hex_32()?);
    // The documented form has 24 characters.
    id.truncate(kind.prefix().len() + 24);
    Ok(id)
}

/// The members with an id, and with the times at which an item was created and updated.
pub(super) fn with_times(mut members: Map<String, Value>, id: &str, now: Timestamp) -> Map<String, Value> {
    members.insert("id".to_owned(), json!(id));
    members.insert("created".to_owned(), json!(written(now)));
    members.insert("updated".to_owned(), json!(written(now)));
    members
}

/// A customer who may move money: created here, and approved.
pub(super) fn check_approved(world: &World, customer: &str) -> Result<(), Problem> {
    world.people(|people, _| match people.get(customer) {
        Some(person) if person.status() == "approved" => Ok(()),
        Some(_) => Err(Problem::NOT_APPROVED),
        None => Err(Problem::NOT_FOUND),
    })
}

/// An item of this kind and customer.
pub(super) fn find<'a>(
    money: &'a mut Money,
    kind: ItemKind,
    id: &str,
    customer: &str,
) -> Result<&'a mut Item, Problem> {
    let found = money.get_mut(kind, id).filter(|item| item.customer == customer);
    found.ok_or(Problem::NOT_FOUND)
}

/// `GET /v2/bank-account/{id}`
pub(super) async fn get_bank_account(
    State(world): State<Arc<World>>,
    Id(id): Id,
) -> Result<Response, Problem> {
    get(&world, ItemKind::BankAccount, &id)
}

/// `GET /v2/wallet/{id}`
pub(super) async fn get_wallet(State(world): State<Arc<World>>, Id(id): Id) -> Result<Response, Problem> {
    get(&world, ItemKind::Wallet, &id)
}

/// `PATCH /v2/bank-account/{id}`: nothing but the networks.
pub(super) async fn update_bank_account(
    State(world): State<Arc<World>>,
    Id(id): Id,
    Object(members): Object,
) -> Result<Response, Problem> {
    let mut members = rules::check(members, rules::NETWORKS)?;
    let networks = members.remove("networks").unwrap_or_default();
    world.money(|money, now| {
        let account = money.get_mut(ItemKind::BankAccount, &id).ok_or(Problem::NOT_FOUND)?;
        account.change("networks", networks, now);
        Ok(json(StatusCode::OK, &account.view))
    })
}

/// `DELETE /v2/bank-account/{id}`
pub(super) async fn delete_bank_account(
    State(world): State<Arc<World>>,
    Id(id): Id,
    _: NoBody,
) -> Result<Response, Problem> {
    delete(&world, ItemKind::BankAccount, &id)
}

/// `DELETE /v2/wallet/{id}`
pub(super) async fn delete_wallet(
    State(world): State<Arc<World>>,
    Id(id): Id,
    _: NoBody,
) -> Result<Response, Problem> {
    delete(&world, ItemKind::Wallet, &id)
}

/// Not while a transfer with it is on its way. The contract says so of bank accounts; wallets are treated alike.
fn delete(world: &World, kind: ItemKind, id: &str) -> Result<Response, Problem> {
    world.money(|money, _| {
        money.get_mut(kind, id).ok_or(Problem::NOT_FOUND)?;
        let is_end = |transfer: &Item, side: &str| transfer.view.get(side).is_some_and(|end| end["id"] == id);
        let is_on_its_way = |transfer: &Item| {
            ["pendingFunding", "pendingReview", "fundsReceived", "processing"]
                .contains(&transfer.text("status"))
        };
        if money.newest_first(ItemKind::Transfer).any(|transfer| {
            is_on_its_way(transfer) && (is_end(transfer, "source") || is_end(transfer, "destination"))
        }) {
            return Err(Problem::IN_USE);
        }
        money.remove(kind, id);
        Ok(json(StatusCode::OK, &json!({"ok": true})))
    })
}

pub(super) fn get(world: &World, kind: ItemKind, id: &str) -> Result<Response, Problem> {
    let found = world.money(|money, _| money.get_mut(kind, id).map(|item| json(StatusCode::OK, &item.view)));
    found.ok_or(Problem::NOT_FOUND)
}

/// `GET /v2/bank-account`, the newest first.
pub(super) async fn list_bank_accounts(
    State(world): State<Arc<World>>,
    query: Query,
) -> Result<Response, Problem> {
    list(&world, ItemKind::BankAccount, &query)
}

/// `GET /v2/wallet`, the newest first.
pub(super) async fn list_wallets(State(world): State<Arc<World>>, query: Query) -> Result<Response, Problem> {
    list(&world, ItemKind::Wallet, &query)
}

fn list(world: &World, kind: ItemKind, query: &Query) -> Result<Response, Problem> {
    let page = Page::from_query(query)?;
    let found = world.money(|money, _| {
        let of_customer = |item: &&Item| query.get("customerId").is_none_or(|wanted| wanted == item.customer);
        money.newest_first(kind).filter(of_customer).map(|item| Value::Object(item.view.clone())).collect()
    });
    let (data, pagination) = page.cut(found);
    Ok(json(StatusCode::OK, &json!({"data": data, "pagination": pagination})))
}
