//! What the host throws, as errors.

use js_sys::{Error, Reflect};
use sphere_core::transport::{BoxError, TransportError, TransportErrorKind as Kind};
use wasm_bindgen::{JsCast as _, JsValue};

/// The most that is kept of a host's own text, in characters.
const MAX_TEXT: usize = 200;

/// `fetch` or the body of its response failed. The standard's "network error" tells nothing: not whether there was a
/// connection, and not whether the request was sent (Fetch, section 2.2.6).
pub(crate) fn failed(thrown: &JsValue) -> TransportError {
    let cause = Reflect::get(thrown, &"cause".into()).ok().and_then(|cause| message(&cause));
    let text = without_urls(&message(thrown).into_iter().chain(cause).collect::<Vec<_>>().join(": "));
    let text: String = text.chars().take(MAX_TEXT).collect();
    TransportError::new(Kind::Interrupted, format!("fetch failed: {}", text.escape_debug()))
}

/// The request cannot be sent as it is, or not here, and was not.
pub(crate) fn setup(fault: impl Into<BoxError>) -> TransportError {
    TransportError::new(Kind::Setup, fault).not_sent()
}

/// Some hosts quote the URL, which has the customer's id in it.
fn without_urls(text: &str) -> String {
    let words = text.split(' ').map(|word| if word.contains("://") { "[url]" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn message(thrown: &JsValue) -> Option<String> {
    Some(String::from(thrown.dyn_ref::<Error>()?.message()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_host_shows_no_url() {
        let text = "Fetch API cannot load: https://api.test/v2/customer/c_1?email=a (blocked)";
        assert_eq!(without_urls(text), "Fetch API cannot load: [url] (blocked)");
    }
}
