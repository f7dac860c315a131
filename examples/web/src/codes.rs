//! One-time codes that prove an e-mail address or a phone number, for customers of whom SpherePay asks for them.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use sphere_core::verification::CriterionName;
use sphere_core::{Customer, OneTimePasswordChannel};

use crate::failure::Failure;
use crate::form::Mistake;
use crate::journey::{is_required, next, path};
use crate::session::{Visitor, finish};
use crate::{App, pages};

/// What the query says once a code was sent.
const SENT: &str = "sent";

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let customer = app.client.get_customer(&visitor.id).send().await?;
    let was_sent = query.as_deref() == Some(SENT);
    Ok(match required(&customer) {
        Some(channel) if was_sent => pages::enter_code(app.model, StatusCode::OK, channel, &[]),
        Some(channel) => pages::send_code(app.model, channel),
        None => Redirect::to(path(&next(&customer))).into_response(),
    })
}

/// Which of the two is proven next.
fn required(customer: &Customer) -> Option<OneTimePasswordChannel> {
    if is_required(customer, &CriterionName::EmailVerification) {
        Some(OneTimePasswordChannel::Email)
    } else if is_required(customer, &CriterionName::PhoneVerification) {
        Some(OneTimePasswordChannel::Phone)
    } else {
        None
    }
}

/// Sends a code. Each press sends a message.
pub(crate) async fn send(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let (client, channel) = (app.client.clone(), channel(&body));
    finish(async move { client.send_one_time_password(&visitor.id, channel).send().await }).await?;
    Ok(Redirect::to("/codes?sent").into_response())
}

/// Checks a code that the customer typed.
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Failure> {
    let channel = channel(&body);
    let code = field(&body, "code").replace([' ', '-'], "");
    let again = |text| {
        let mistakes = [Mistake::new("code", text)];
        Ok(pages::enter_code(app.model, StatusCode::UNPROCESSABLE_ENTITY, channel, &mistakes))
    };
    if code.is_empty() {
        return again("Enter the code from the message");
    }
    let client = app.client.clone();
    let call = async move { client.verify_one_time_password(&visitor.id, channel, &code).send().await };
    match finish(call).await {
        Ok(_) => Ok(Redirect::to("/continue").into_response()),
        Err(error) if error.is_validation() => {
            again("The code is wrong or too old. Try again, or ask for another")
        }
        Err(error) => Err(error.into()),
    }
}

fn channel(body: &[u8]) -> OneTimePasswordChannel {
    match field(body, "channel").as_str() {
        "phone" => OneTimePasswordChannel::Phone,
        _ => OneTimePasswordChannel::Email,
    }
}

fn field(body: &[u8], name: &str) -> String {
    let mut fields = form_urlencoded::parse(body);
    fields.find(|(other, _)| other == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}
