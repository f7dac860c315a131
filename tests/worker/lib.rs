//! What the worker does for a request, called by `worker.mjs`.

use serde_json::Value;
use sphere_fetch::FetchTransport;
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
    let call: Value = serde_json::from_str(&message)?;
    let id = number(&call, "id").map_err(|error| JsError::new(&error.to_string()))?;
    Ok(subject::send(&FetchTransport::new(), id, &call).await.to_string())
}
