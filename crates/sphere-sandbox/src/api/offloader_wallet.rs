//! Offloader wallets: the address of an invented wallet.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::json;

use super::{
    account::{self, find, register},
    input::{Id, Object},
    page::Page,
    problem::{FieldError, Problem, json},
    rules,
};
use crate::{
    random,
    world::{ItemKind, World},
};

const KIND: ItemKind = ItemKind::OffloaderWallet;

/// `POST /v2/offloader-wallet`
pub(super) async fn create(
    State(world): State<Arc<World>>,
    Object(members): Object,
) -> Result<Response, Problem> {
    let mut members = rules::check(members, rules::OFFLOADER_WALLET)?;
    let text = |name: &str| members["destination"][name].as_str().unwrap_or_default().to_owned();
    let (network, currency, bank_account) = (text("network"), text("currency"), text("bankAccountId"));
    let known =
        rules::OFFLOADER_REFERENCES.into_iter().find(|(own, money, _)| *own == network && *money == currency);
    let Some((.., reference)) = known else {
        return Err(Problem::invalid(vec![FieldError::at(
            "/destination/network",
            "Not one of the currency",
        )]));
    };
    members = rules::check(members, reference)?;
    let points = members.remove("integratorBpsFeeRate").unwrap_or(json!("0"));
    if points.as_str().and_then(|points| points.parse().ok()).is_none_or(|points: u32| points > 1000) {
        return Err(Problem::invalid(vec![FieldError::at("/integratorBpsFeeRate", "Must be 0 to 1000")]));
    }
    let customer = members["customerId"].as_str().unwrap_or_default().to_owned();
    world.money(|money, _| find(money, ItemKind::BankAccount, &bank_account, &customer).map(drop))?;
    let address = random::hex_32()?;
    members.insert("address".to_owned(), json!(format!("0x{address}{}", &address[..8])));
    members.insert("status".to_owned(), json!("active"));
    members.insert("fees".to_owned(), json!({"integratorFee": {"bpsRate": points, "currency": currency}}));
    register(&world, KIND, members)
}

/// `GET /v2/offloader-wallet/{id}`
pub(super) async fn get(State(world): State<Arc<World>>, Id(id): Id) -> Result<Response, Problem> {
    account::get(&world, KIND, &id)
}

/// `GET /v2/offloader-wallet`: how its pages are asked for is not documented, so it is one page.
pub(super) async fn list(State(world): State<Arc<World>>) -> Response {
    let all =
        world.money(|money, _| money.newest_first(KIND).map(|item| json!(item.view)).collect::<Vec<_>>());
    let (data, pagination) = Page::of(all.len()).cut(all);
    json(StatusCode::OK, &json!({"data": data, "pagination": pagination}))
}
