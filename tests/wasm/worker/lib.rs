//! What the worker does for a request, called by `worker.mjs`.

use serde_json::Value;
use sphere_fetch::{FetchClock, FetchTransport};
use sphere_platforms::subject::{self, number};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// The five cases of `tests/platforms`, to these base URLs.
#[wasm_bindgen]
pub async fn five_cases(urls: String) -> Result<String, JsError> {
    let outcomes = sphere_platforms::five_cases::outcomes(urls.split(' '), sphere_fetch::client);
    outcomes.await.map_err(|error| JsError::new(&error.to_string()))
}

/// The message `send` of the conformance suite's protocol, and the reply to it.
#[wasm_bindgen]
pub async fn send(message: String) -> Result<String, JsError> {
    let (id, message) = parse(&message, "send")?;
    Ok(subject::send(&FetchTransport::new(), id, &message).await.to_string())
}

/// The message `sleep`.
#[wasm_bindgen]
pub async fn sleep(message: String) -> Result<String, JsError> {
    let (id, message) = parse(&message, "sleep")?;
    Ok(subject::sleep(&FetchClock::new(), id, &message).await.to_string())
}

/// The id and the members of a message of this name.
fn parse(message: &str, name: &str) -> Result<(u64, Value), JsError> {
    let mut message: Value = serde_json::from_str(message)?;
    let message = message[name].take();
    let id = number(&message, "id").map_err(|error| JsError::new(&error.to_string()))?;
    Ok((id, message))
}
