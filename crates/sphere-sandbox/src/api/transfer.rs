//! Transfers: create quoted or floating, get, list, cancel. What becomes of one is decided by a test or on the start page.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    account::{check_approved, find, new_id, with_times},
    input::{Id, NoBody, Object, Query},
    page::Page,
    problem::{FieldError, Problem, json},
    quote::{cents, priced},
    rules,
};
use crate::{
    quirk::Quirk,
    world::{Item, ItemKind, Money, World},
};

/// `POST /v2/transfer`
pub(super) async fn create(
    State(world): State<Arc<World>>,
    Object(members): Object,
) -> Result<Response, Problem> {
    let is_quoted = members.contains_key("quoteId");
    let members = rules::check(members, if is_quoted { rules::QUOTED } else { rules::FLOATING })?;
    let customer = members.get("customer").and_then(Value::as_str).unwrap_or_default().to_owned();
    check_approved(&world, &customer)?;
    let ids = [new_id(ItemKind::Transfer)?, new_id(ItemKind::Transfer)?];
    world.money(|money, now| {
        let quote = if is_quoted { Some(use_quote(money, &members, &customer, now)?) } else { None };
        let times = if money.has(Quirk::PostRepeated) { 2 } else { 1 };
        let mut response = Err(Problem::SERVER_ERROR);
        for id in ids.into_iter().take(times) {
            let transfer = make(money, members.clone(), quote.as_ref(), &customer, &id, now)?;
            response = Ok(json(StatusCode::CREATED, &shown(money, &transfer, false)));
            money.insert(transfer);
        }
        response
    })
}

/// The sides and fees of a quote that has not expired and has not been used.
fn use_quote(
    money: &mut Money,
    members: &Map<String, Value>,
    customer: &str,
    now: Timestamp,
) -> Result<(Map<String, Value>, u64), Problem> {
    let id = members.get("quoteId").and_then(Value::as_str).unwrap_or_default();
    let quote = find(money, ItemKind::Quote, id, customer)?;
    if quote.is_used || quote.expires_at.is_none_or(|end| end <= now) {
        return Err(Problem::QUOTE_IS_OVER);
    }
    quote.is_used = true;
    Ok((quote.view.clone(), quote.cents))
}

fn make(
    money: &mut Money,
    members: Map<String, Value>,
    quote: Option<&(Map<String, Value>, u64)>,
    customer: &str,
    id: &str,
    now: Timestamp,
) -> Result<Item, Problem> {
    for side in ["source", "destination"] {
        let text = |name| {
            members.get(side).and_then(|side| side.get(name)).and_then(Value::as_str).unwrap_or_default()
        };
        let kind = if text("type") == "wallet" { ItemKind::Wallet } else { ItemKind::BankAccount };
        find(money, kind, text("id"), customer)?;
    }
    let (mut view, cents) = match quote {
        Some((quoted, cents)) => (by_quote(members, quoted), *cents),
        None => floating(members),
    };
    view = with_times(view, id, now);
    let network = side_text(&view, "source", "network");
    view.remove("quoteId");
    // The response says where money comes from, and not how much.
    if let Some(source) = view.get_mut("source").and_then(Value::as_object_mut) {
        source.retain(|name, _| ["id", "type"].contains(&name.as_str()));
    }
    let is_on_ramp = view.get("type").and_then(Value::as_str) == Some("on_ramp");
    let account = if is_on_ramp { deposit_account(&network, &view) } else { json!({"type": "wallet"}) };
    view.insert("depositAccount".to_owned(), account);
    view.insert("status".to_owned(), json!("pendingFunding"));
    Ok(Item { cents, ..Item::new(ItemKind::Transfer, customer, view) })
}

/// A transfer with the sides, the fees and the type of its quote.
fn by_quote(mut members: Map<String, Value>, quoted: &Map<String, Value>) -> Map<String, Value> {
    for side in ["source", "destination"] {
        let (own, other) = (members.get_mut(side).and_then(Value::as_object_mut), quoted.get(side));
        if let (Some(own), Some(Value::Object(other))) = (own, other) {
            own.extend(other.clone());
        }
    }
    for name in ["fees", "type"] {
        members.insert(name.to_owned(), quoted.get(name).cloned().unwrap_or_default());
    }
    members.insert("quote".to_owned(), json!({"id": quoted.get("id"), "expiresAt": quoted.get("expiresAt")}));
    members
}

/// A transfer at the rate of the moment, and its cents.
fn floating(mut members: Map<String, Value>) -> (Map<String, Value>, u64) {
    let own_points = members.remove("integratorBpsFeeRate");
    members.remove("integratorFixedFee");
    let cents = members.remove("amount").as_ref().and_then(Value::as_str).map(cents).unwrap_or_default();
    members.insert("quote".to_owned(), Value::Null);
    (priced(members, cents, own_points.as_ref().and_then(Value::as_str)), cents)
}

fn side_text(view: &Map<String, Value>, side: &str, name: &str) -> String {
    view.get(side).and_then(|side| side.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Where the money is to be paid to: an invented bank, complete for the network.
fn deposit_account(network: &str, view: &Map<String, Value>) -> Value {
    let memo = view.get("id").and_then(Value::as_str).unwrap_or_default().trim_start_matches("payout_");
    let mut details = json!({
        "bankName": "Sandbox Bank", "accountHolderName": "Sandbox Payments Inc.", "accountType": "checking",
        "bankAddress": "1 Sandbox Square, Springfield", "beneficiaryAddress": "2 Sandbox Square, Springfield",
        "memo": memo.get(..10).unwrap_or(memo).to_uppercase(),
    });
    let numbers: &[(&str, &str)] = match network {
        "sepa" => &[("iban", "DE89370400440532013000"), ("bic", "COBADEFFXXX")],
        "pix" => &[("pixKey", "pagamentos@sandbox.example"), ("brCode", "00020126580014br.gov.bcb.pix")],
        _ => &[("accountNumber", "000123456789"), ("routingNumber", "021000089")],
    };
    for (name, number) in numbers {
        details[*name] = json!(number);
    }
    json!({"type": "bank_account", "bankDetails": details})
}

/// A transfer as the API shows it now.
fn shown(money: &Money, transfer: &Item, is_read: bool) -> Value {
    let is_older = is_read && money.has(Quirk::OlderReads);
    let mut view = if is_older { transfer.before.clone() } else { transfer.view.clone() };
    if money.has(Quirk::ExternalIdMissing) {
        view.remove("externalId");
    } else if money.has(Quirk::ExternalIdInUpperCase) {
        if let Some(Value::String(id)) = view.get_mut("externalId") {
            *id = id.to_uppercase();
        }
    }
    let mut view = Value::Object(view);
    if money.has(Quirk::NumbersWithoutZeros) {
        if let Some(number) = view.pointer_mut("/depositAccount/bankDetails/routingNumber") {
            *number = number.as_str().and_then(|text| text.parse::<u64>().ok()).into();
        }
    }
    view
}

/// `GET /v2/transfer/{id}`
pub(super) async fn get(State(world): State<Arc<World>>, Id(id): Id) -> Result<Response, Problem> {
    world.money(|money, _| {
        let transfer = money.newest_first(ItemKind::Transfer).find(|transfer| transfer.text("id") == id);
        Ok(json(StatusCode::OK, &shown(money, transfer.ok_or(Problem::NOT_FOUND)?, true)))
    })
}

/// `DELETE /v2/transfer/{id}`: only while it waits for its money.
pub(super) async fn cancel(
    State(world): State<Arc<World>>,
    Id(id): Id,
    _: NoBody,
) -> Result<Response, Problem> {
    world.money(|money, now| {
        let transfer = money.get_mut(ItemKind::Transfer, &id).ok_or(Problem::NOT_FOUND)?;
        if transfer.text("status") != "pendingFunding" {
            return Err(Problem::TOO_LATE);
        }
        transfer.set_status("canceled", now);
        Ok(json(StatusCode::OK, &transfer.view))
    })
}

/// `GET /v2/transfer`, the newest first unless it is sorted.
pub(super) async fn list(State(world): State<Arc<World>>, query: Query) -> Result<Response, Problem> {
    let sort = query.get("sort").unwrap_or("-created");
    let keys: Vec<(&str, bool)> = sort
        .split(',')
        .map(|key| key.strip_prefix('-').map_or((key.trim_start_matches('+'), false), |key| (key, true)))
        .collect();
    if keys.iter().any(|(key, _)| !["created", "updated", "status", "type", "amount"].contains(key)) {
        return Err(Problem::invalid(vec![FieldError::in_query("sort", "Not one of the allowed values")]));
    }
    let wanted_type = match query.get("type") {
        None => None,
        Some("onRamp") => Some("on_ramp"),
        Some("offRamp") => Some("off_ramp"),
        Some("onChain" | "microdeposit" | "unmatchedDeposit") => Some("none of the sandbox"),
        Some(_) => {
            return Err(Problem::invalid(vec![FieldError::in_query(
                "type",
                "Not one of the allowed values",
            )]));
        }
    };
    let mut page = Page::from_query(&query)?;
    let found = world.money(|money, _| {
        if money.has(Quirk::LimitCapped) {
            page.cap(2);
        }
        let is = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
        let lagging = usize::from(money.has(Quirk::ListLags));
        let mut found: Vec<_> = money
            .newest_first(ItemKind::Transfer)
            .skip(lagging)
            .filter(|item| is("customer", &item.customer) && is("status", item.text("status")))
            .filter(|item| wanted_type.is_none_or(|wanted| wanted == item.text("type")))
            .collect();
        if money.has(Quirk::SortIgnored) {
            found.reverse();
        } else {
            // Stable, so the last key is sorted by first. Equal ones stay the newest first.
            for (key, falls) in keys.iter().rev() {
                found.sort_by(|one, two| {
                    let order = match *key {
                        "amount" => one.cents.cmp(&two.cents),
                        key => one.text(key).cmp(two.text(key)),
                    };
                    if *falls { order.reverse() } else { order }
                });
            }
        }
        found.into_iter().map(|item| shown(money, item, false)).collect()
    });
    let (data, pagination) = page.cut(found);
    Ok(json(StatusCode::OK, &json!({"data": data, "pagination": pagination})))
}
