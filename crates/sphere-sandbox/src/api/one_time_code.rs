//! One-time codes: send and verify.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    customer,
    input::{Id, Object},
    problem::{FieldError, Problem, json},
    rules,
};
use crate::world::{Channel, Code, Kind, People, Record, World};

/// `POST /v2/customer/{id}/otp-send`. A new code replaces the one before.
pub(super) async fn send(
    State(world): State<Arc<World>>,
    Id(id): Id,
    Object(members): Object,
) -> Result<Response, Problem> {
    let members = rules::check(members, rules::SEND_CODE)?;
    world.people(|people, now| {
        let customer = find(people, &id)?;
        let code = Code::new(channel(&members)?, now)?;
        let body = json!({"customerId": id, "expiresAt": format!("{:.3}", code.expires_at)});
        customer.code = Some(code);
        Ok(json(StatusCode::CREATED, &body))
    })
}

/// `POST /v2/customer/{id}/otp-verify`. A code is good for one use.
pub(super) async fn verify(
    State(world): State<Arc<World>>,
    Id(id): Id,
    Object(members): Object,
) -> Result<Response, Problem> {
    let members = rules::check(members, rules::VERIFY_CODE)?;
    let digits = members.get("code").and_then(Value::as_str).unwrap_or_default();
    world.people(|people, now| {
        let customer = find(people, &id)?;
        let channel = channel(&members)?;
        let is_right = customer
            .code
            .as_ref()
            .is_some_and(|code| code.channel == channel && code.digits == digits && now < code.expires_at);
        if !is_right {
            return Err(Problem::invalid(vec![FieldError::at("/code", "Wrong or expired code")]));
        }
        customer.code = None;
        customer.complete(channel.criterion(), now);
        Ok(json(StatusCode::CREATED, &json!({"customerId": id, "verifiedAt": format!("{now:.3}")})))
    })
}

fn find<'a>(people: &'a mut People, id: &str) -> Result<&'a mut Record, Problem> {
    let customer = customer::find(people, id)?;
    if customer.kind == Kind::Individual { Ok(customer) } else { Err(Problem::WRONG_KIND) }
}

fn channel(members: &Map<String, Value>) -> Result<Channel, Problem> {
    let channel = members.get("type").and_then(Value::as_str).and_then(Channel::from_name);
    // The rules have checked it.
    channel.ok_or(Problem::SERVER_ERROR)
}
