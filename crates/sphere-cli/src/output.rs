//! What a command shows of a response: text for people, or one line of JSON for scripts.

use serde::Serialize;

use crate::console::Console;
use crate::failure::Failure;
use crate::json_line::one_line;
use crate::key::Key;

/// Prints `value` as JSON, or the text.
pub(crate) fn show(
    value: &impl Serialize,
    json: bool,
    text: impl FnOnce() -> String,
    key: &Key,
    console: &mut Console,
) -> Result<(), Failure> {
    let shown = if json { to_json(value, key)? } else { text() };
    Ok(console.print(&shown)?)
}

/// The value as one line of JSON, without the key.
pub(crate) fn to_json(value: &impl Serialize, key: &Key) -> Result<String, Failure> {
    let json = serde_json::to_string(value).map_err(|error| Failure::Other(error.to_string()))?;
    Ok(one_line(&key.hide(&json)))
}
