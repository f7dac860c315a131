//! The work: one POST, answered with a link or with a problem. Bodies are the contract's own examples.

use serde::Deserialize;

/// The key that every client sends.
pub const API_KEY: &str = "sk_live_0123456789abcdef0123456789abcdef";

/// A customer whose answer is a link. Both ids have the length of the contract's example.
pub const WITH_LINK: &str = "customer_f31121c389624d3697cbf3ea8830b7a4";

/// A customer whose answer is a problem with two field errors.
pub const WITH_PROBLEM: &str = "customer_422121c389624d3697cbf3ea8830b7a4";

/// The contract's 201.
pub const LINK: &str =
    r#"{"url":"https://in.sumsub.com/websdk/p/sbx_uq30ag1ov7oHZhmx","expiresAt":"2026-03-09T20:46:31.305Z"}"#;

/// The contract's 422.
pub const PROBLEM: &str = r#"{"status":422,"detail":"Validation failed","code":"validation/failed","correlationId":"28c61e885c6e5eaa78c1a2183a9b883c","errors":[{"detail":"Invalid email format","pointer":"/email"},{"detail":"Name is required","pointer":"/name"}]}"#;

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A link.
    Link,
    /// A problem, read.
    Problem,
}

/// A failure of a kind that the work does not provoke.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The link as somebody reads it by hand: two strings, no checks.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlainLink {
    /// The link.
    pub url: String,
    /// Until when it works.
    pub expires_at: String,
}

/// A problem as somebody reads it by hand: the contract's schema, derived.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlainProblem {
    /// A summary.
    pub title: Option<String>,
    /// The status, once more.
    pub status: u16,
    /// What went wrong.
    pub detail: String,
    /// A code.
    pub code: Option<String>,
    /// What support asks for.
    pub correlation_id: Option<String>,
    /// Faults of single fields.
    #[serde(default)]
    pub errors: Vec<PlainFieldError>,
}

/// One fault of one field, by hand.
#[derive(Debug, Deserialize)]
pub struct PlainFieldError {
    /// What is wrong.
    pub detail: String,
    /// Where.
    pub pointer: Option<String>,
    /// In which parameter.
    pub parameter: Option<String>,
    /// In which header.
    pub header: Option<String>,
}

/// Reads an answer by hand: the status decides which of the two it is.
///
/// # Errors
///
/// If the body is not what the status says.
pub fn read_by_hand(is_success: bool, body: &[u8]) -> Result<Outcome, Failure> {
    if is_success {
        let link: PlainLink = serde_json::from_slice(body)?;
        std::hint::black_box((&link.url, &link.expires_at));
        return Ok(Outcome::Link);
    }
    let problem: PlainProblem = serde_json::from_slice(body)?;
    std::hint::black_box(&problem);
    Ok(Outcome::Problem)
}
