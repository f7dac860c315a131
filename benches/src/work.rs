//! The work: one POST, answered with a link or with a problem. Bodies are the contract's own examples.

use std::fmt::Write as _;

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

/// The largest file that may be uploaded, in bytes.
pub const FILE_BYTES: usize = 15 * 1024 * 1024;

/// A customer under review, as the contract shows one.
pub fn customer(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","type":"individual","email":"jane.smith@example.com","phone":"+14155550123","firstName":"Jane","lastName":"Smith","dateOfBirth":"1990-12-31","tosStatus":"incomplete","verificationProfiles":[{{"name":"kyc_profile_a","status":"pending","criteria":{{"complete":["email_address","phone_number"],"pending":["identity_document"],"required":["liveness_report_document"],"errors":[]}}}}],"meta":{{"plan":"gold"}},"createdAt":"2026-03-09T20:46:31.305Z","updatedAt":"2026-03-10T20:46:31.305Z"}}"#
    )
}

/// A form with a file by hand: its content type, and what precedes and follows the file. The boundary is not compared
/// with the file.
pub fn form_by_hand(customer: &str) -> (&'static str, String, &'static str) {
    let mut head = String::new();
    for (name, text) in
        [("target", "customer"), ("targetId", customer), ("type", "passport"), ("country", "USA")]
    {
        let _ = write!(
            head,
            "--FormBoundary01\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"
        );
    }
    head += "--FormBoundary01\r\nContent-Disposition: form-data; name=\"file\"; filename=\"passport.png\"\r\nContent-Type: image/png\r\n\r\n";
    ("multipart/form-data; boundary=FormBoundary01", head, "\r\n--FormBoundary01--\r\n")
}

/// The form as one piece of memory.
pub fn whole_form_by_hand(customer: &str, file: &[u8]) -> (&'static str, Vec<u8>) {
    let (content_type, head, tail) = form_by_hand(customer);
    (content_type, [head.as_bytes(), file, tail.as_bytes()].concat())
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A link.
    Link,
    /// A problem, read.
    Problem,
    /// A document, stored.
    Document,
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
