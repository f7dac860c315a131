//! Quotes: a rate that holds for a short time. Rates and fees are invented: nobody knows SpherePay's.

use std::{sync::Arc, time::Duration};

use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    account::{check_approved, new_id, with_times},
    input::Object,
    problem::{FieldError, Problem, json},
    rules,
};
use crate::{
    clock,
    world::{Item, ItemKind, World, written},
};

/// `POST /v2/quote`
pub(super) async fn create(
    State(world): State<Arc<World>>,
    Object(members): Object,
) -> Result<Response, Problem> {
    let mut members = rules::check(members, rules::QUOTE)?;
    let seconds = members.remove("quoteDurationSeconds").unwrap_or(json!(60));
    // 60.0 is 60 in JSON.
    let Some(seconds) = [30_u32, 60, 300].into_iter().find(|known| seconds.as_f64() == Some((*known).into()))
    else {
        let fault = FieldError::at("/quoteDurationSeconds", "Must be 30, 60 or 300");
        return Err(Problem::invalid(vec![fault]));
    };
    let customer = members.get("customerId").and_then(Value::as_str).unwrap_or_default().to_owned();
    check_approved(&world, &customer)?;
    let cents = cents(members.remove("amount").as_ref().and_then(Value::as_str).unwrap_or_default());
    let own_points = members.remove("integratorBpsFeeRate");
    let (view, id) =
        (priced(members, cents, own_points.as_ref().and_then(Value::as_str)), new_id(ItemKind::Quote)?);
    Ok(world.money(|money, now| {
        let expires_at = clock::later(now, Duration::from_secs(seconds.into()));
        let mut view = with_times(view, &id, now);
        view.remove("updated");
        view.insert("expiresAt".to_owned(), json!(written(expires_at)));
        let quote =
            Item { expires_at: Some(expires_at), cents, ..Item::new(ItemKind::Quote, &customer, view) };
        let response = json(StatusCode::CREATED, &quote.view);
        money.insert(quote);
        response
    }))
}

/// The cents of an amount that has been checked.
pub(super) fn cents(amount: &str) -> u64 {
    let (whole, cents) = amount.split_once('.').unwrap_or((amount, "00"));
    let number = |text: &str| text.parse::<u64>().unwrap_or_default();
    number(whole).saturating_mul(100).saturating_add(number(cents))
}

/// An amount as the API writes it.
pub(super) fn decimal(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Whether money of this currency is in a bank.
pub(super) fn is_fiat(currency: &str) -> bool {
    matches!(currency, "usd" | "eur" | "brl")
}

/// Source, destination and fees of a transfer of this amount: 30 basis points for the platform, yours besides.
pub(super) fn priced(
    mut view: Map<String, Value>,
    cents: u64,
    own_points: Option<&str>,
) -> Map<String, Value> {
    let part = |points: u64| cents.saturating_mul(points) / 10_000;
    let own_points = own_points.and_then(|points| points.parse().ok()).unwrap_or_default();
    let left = cents.saturating_sub(part(30)).saturating_sub(part(own_points));
    let currency = |view: &Map<String, Value>, side: &str| {
        view.get(side)
            .and_then(|side| side.get("currency"))
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (from, to) = (currency(&view, "source"), currency(&view, "destination"));
    let (rate, arrives) = match (from.as_str(), to.as_str()) {
        (_, "brl") => ("5.455", format!("{}.{:03}", left * 5455 / 100_000, left * 5455 / 100 % 1000)),
        ("brl", _) => ("0.1833", decimal(left * 1833 / 10_000)),
        _ => ("1.00", decimal(left)),
    };
    let mut put = |side: &str, name: &str, value: Value| {
        if let Some(side) = view.get_mut(side).and_then(Value::as_object_mut) {
            side.insert(name.to_owned(), value);
        }
    };
    put("source", "amount", json!(decimal(cents)));
    put("destination", "amount", json!(arrives));
    put("destination", "exchangeRate", json!(rate));
    let fee = |points: u64| {
        let amount = decimal(part(points));
        json!({
            "fixedAmount": "0.00", "bpsRate": points.to_string(), "bpsAmount": amount, "totalAmount": amount,
            "currency": from,
        })
    };
    view.insert("fees".to_owned(), json!({"integratorFee": fee(own_points), "platformFee": fee(30)}));
    view.insert("type".to_owned(), json!(if is_fiat(&from) { "on_ramp" } else { "off_ramp" }));
    view
}
