//! `POST /v2/customer/{id}/face-verification-link`: a link at which a customer can do the face check.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::endpoint::{Answer, DecodeError, Endpoint, Path, Safety};
use crate::json;
use crate::values::web_url::WebUrl;
use crate::values::{CustomerId, Timestamp};

/// Asks for a link at which the customer can do the face check that SpherePay hosts.
///
/// For individual customers in the Sphere-Managed onboarding model. Send the customer's browser to
/// [`FaceVerificationLink::url`]; once it has expired, ask again. Asking twice makes two links, which is
/// harmless: hence [`Safety::Repeatable`].
///
/// Most callers use [`Client::face_verification_link`](crate::Client::face_verification_link).
///
/// # Example
///
/// With a time limit of its own:
///
/// ```
/// use std::time::Duration;
/// use sphere_core::endpoints::GenerateFaceVerificationLink;
/// use sphere_core::{CallOptions, Client, CustomerId, Error, FaceVerificationLink};
///
/// async fn quick(client: &Client, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
///     let options = CallOptions::default().timeout(Duration::from_secs(3));
///     client.call_with(GenerateFaceVerificationLink::new(customer), options).await
/// }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct GenerateFaceVerificationLink<'a> {
    customer: &'a CustomerId,
}

impl<'a> GenerateFaceVerificationLink<'a> {
    /// The request for this customer.
    pub fn new(customer: &'a CustomerId) -> Self {
        Self { customer }
    }
}

impl Endpoint for GenerateFaceVerificationLink<'_> {
    type Output = FaceVerificationLink;
    const OPERATION: &'static str = "generate_face_verification_link";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Repeatable;

    fn path(&self, path: &mut Path) {
        path.push("v2").push("customer").push(self.customer.as_str()).push("face-verification-link");
    }

    fn decode(&self, answer: &Answer<'_>) -> Result<FaceVerificationLink, DecodeError> {
        answer.require_object()?;
        let text = std::str::from_utf8(answer.body()).map_err(|_| DecodeError::body("is not UTF-8"))?;
        // The contract's two strings in one pass. What differs in any way is read member by member.
        if let Ok(link) = serde_json::from_str::<Promised<'_>>(text) {
            return Self::check(link.url.into(), link.expires_at);
        }
        let (mut url, mut expires_at) = (None, None);
        json::members(text, |name, value| match &*name {
            "url" if url.is_none() => url = Some(value),
            "expiresAt" if expires_at.is_none() => expires_at = Some(value),
            _ => {}
        })
        .map_err(|error| DecodeError::body(answer.json_fault(&error)))?;
        let url = required("url", url)?;
        let expires_at = required("expiresAt", expires_at)?;
        Self::check(url, &expires_at)
    }
}

/// The contract's answer, without a string that has to be unescaped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Promised<'a> {
    url: &'a str,
    expires_at: &'a str,
}

impl GenerateFaceVerificationLink<'_> {
    fn check(url: Cow<'_, str>, expires_at: &str) -> Result<FaceVerificationLink, DecodeError> {
        FaceVerificationLink::check(url, expires_at)
            .map_err(|invalid| DecodeError::field(invalid.field, invalid.fault))
    }
}

fn required<'a>(name: &str, value: Option<&'a RawValue>) -> Result<Cow<'a, str>, DecodeError> {
    let value = value.ok_or_else(|| DecodeError::field(name, "is missing"))?;
    json::string(value).ok_or_else(|| DecodeError::field(name, "is not a string"))
}

/// A link at which one customer can do the face check, and the time until which it works.
///
/// The URL is the server's exact text, and checked: `https` (or `http` to a loopback host, so that a
/// sandbox works), a host, no user name, no control characters, spaces or quotes, at most 8000 bytes. It can
/// go into a `Location` header as it is.
///
/// **The link is a secret of the customer's**: whoever has it can take the check in their place. `Debug`
/// shows its host only. It can be read and written with serde, in the shape of the contract.
///
/// # Example
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use sphere_core::{FaceVerificationLink, Timestamp};
///
/// let expires_at: Timestamp = "2026-03-09T20:46:31.305Z".parse()?;
/// let link = FaceVerificationLink::new("https://in.sumsub.com/websdk/p/sbx_uq30", expires_at)?;
///
/// let now = SystemTime::from(expires_at) - Duration::from_secs(60);
/// assert!(!link.is_expired_at(now));
/// assert_eq!(link.remaining_at(now), Duration::from_secs(60));
/// assert_eq!(
///     format!("{link:?}"),
///     "FaceVerificationLink { host: \"in.sumsub.com\", expires_at: 2026-03-09T20:46:31.305Z }",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Unchecked<'_>")]
pub struct FaceVerificationLink {
    url: String,
    expires_at: Timestamp,
}

impl FaceVerificationLink {
    /// Checks a link, for tests and for links that were stored.
    ///
    /// # Errors
    ///
    /// [`InvalidFaceVerificationLink`] if the URL is not one to send a customer to.
    pub fn new(url: impl Into<String>, expires_at: Timestamp) -> Result<Self, InvalidFaceVerificationLink> {
        let url = url.into();
        check_url(&url)?;
        Ok(Self { url, expires_at })
    }

    fn check(url: Cow<'_, str>, expires_at: &str) -> Result<Self, InvalidFaceVerificationLink> {
        check_url(&url)?;
        let expires_at =
            expires_at.parse().map_err(|fault| InvalidFaceVerificationLink::new("expiresAt", fault))?;
        Ok(Self { url: url.into_owned(), expires_at })
    }

    /// Where to send the customer's browser: the server's exact text.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// When the link stops working.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Whether the link no longer works at `now`.
    pub fn is_expired_at(&self, now: SystemTime) -> bool {
        self.remaining_at(now).is_zero()
    }

    /// How long the link still works at `now`; zero once it has expired.
    pub fn remaining_at(&self, now: SystemTime) -> Duration {
        self.expires_at.duration_since(now)
    }
}

fn check_url(url: &str) -> Result<(), InvalidFaceVerificationLink> {
    match WebUrl::parse(url).and_then(WebUrl::require_https_or_loopback) {
        Ok(_) => Ok(()),
        Err(fault) => Err(InvalidFaceVerificationLink::new("url", fault)),
    }
}

/// Shows the host and the expiry: the rest of the URL is the customer's secret.
impl fmt::Debug for FaceVerificationLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = WebUrl::parse(&self.url).map(|url| url.host).unwrap_or_default();
        f.debug_struct("FaceVerificationLink")
            .field("host", &host)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unchecked<'a> {
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow)]
    expires_at: Cow<'a, str>,
}

impl TryFrom<Unchecked<'_>> for FaceVerificationLink {
    type Error = InvalidFaceVerificationLink;

    fn try_from(unchecked: Unchecked<'_>) -> Result<Self, Self::Error> {
        Self::check(unchecked.url, &unchecked.expires_at)
    }
}

/// Why something is no [`FaceVerificationLink`]: which field, and what is wrong with it, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {fault}")]
pub struct InvalidFaceVerificationLink {
    field: &'static str,
    fault: String,
}

impl InvalidFaceVerificationLink {
    fn new(field: &'static str, fault: impl fmt::Display) -> Self {
        Self { field, fault: fault.to_string() }
    }
}

#[cfg(test)]
mod tests;
