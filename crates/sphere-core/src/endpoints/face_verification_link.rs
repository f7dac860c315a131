//! `POST /v2/customer/{id}/face-verification-link`: a link at which a customer can do the face check.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::Method;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Object, Operation, Safety,
};
use crate::values::web_url::WebUrl;
use crate::values::{CustomerId, TimeText, Timestamp};

/// The call of [`Client::generate_face_verification_link`].
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

impl<M: Mode> Client<M> {
    /// Asks for a link at which the customer can do the face check that SpherePay hosts.
    ///
    /// For individual customers in the Sphere-Managed onboarding model. Send the customer's browser to
    /// [`FaceVerificationLink::url`]; once it has expired, ask again. Asking twice makes two links, which is
    /// harmless ([`Safety::Repeatable`]); whether a new link ends an older one is not documented.
    ///
    /// Source: the contract, `POST /v2/customer/{id}/face-verification-link` (certain).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn location(client: &Client, customer: &CustomerId) -> Result<String, Error> {
    ///     Ok(client.generate_face_verification_link(customer).send().await?.into_url())
    /// }
    /// ```
    pub fn generate_face_verification_link<'a>(
        &self,
        customer: &'a CustomerId,
    ) -> Call<'_, M, GenerateFaceVerificationLink<'a>> {
        self.call(GenerateFaceVerificationLink::new(customer))
    }
}

impl Endpoint for GenerateFaceVerificationLink<'_> {
    type Output = FaceVerificationLink;
    const OPERATION: Operation =
        Operation::new("generate_face_verification_link", Method::POST, Safety::Repeatable);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "customer", self.customer.as_str(), "face-verification-link"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<FaceVerificationLink, DecodeError> {
        FaceVerificationLink::read(&response.object()?)
    }
}

/// A link at which one customer can do the face check, and the time until which it works.
///
/// The URL is the server's exact text, and checked: `https` (or `http` to a loopback host, so that a
/// sandbox works), a host, no user name, no control characters, spaces or quotes, at most 8000 bytes. It can
/// go into a `Location` header as it is. The time is the server's exact text too. One that cannot be read, or is
/// missing, does not lose the link.
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
/// assert_eq!(link.remaining_at(now), Some(Duration::from_secs(60)));
/// assert_eq!(
///     format!("{link:?}"),
///     "FaceVerificationLink { host: \"in.sumsub.com\", expires_at: \"2026-03-09T20:46:31.305Z\" }",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Unchecked")]
pub struct FaceVerificationLink {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<TimeText>,
}

impl FaceVerificationLink {
    /// Checks a link, for tests and for links that were stored.
    ///
    /// # Errors
    ///
    /// [`InvalidFaceVerificationLink`] if the URL is not one to send a customer to.
    pub fn new(url: impl Into<String>, expires_at: Timestamp) -> Result<Self, InvalidFaceVerificationLink> {
        Self::validated(url.into(), Some(expires_at.into()))
    }

    pub(super) fn read(members: &Object<'_>) -> Result<Self, DecodeError> {
        let url: String = members.required("url")?;
        Self::validated(url, members.time("expiresAt"))
            .map_err(|invalid| DecodeError::field(invalid.field, invalid.fault))
    }

    fn validated(url: String, expires_at: Option<TimeText>) -> Result<Self, InvalidFaceVerificationLink> {
        match WebUrl::parse(&url).and_then(WebUrl::require_https_or_loopback) {
            Ok(_) => Ok(Self { url, expires_at }),
            Err(fault) => Err(InvalidFaceVerificationLink { field: "url", fault: fault.to_string() }),
        }
    }

    /// Where to send the customer's browser: the server's exact text.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL, by value.
    pub fn into_url(self) -> String {
        self.url
    }

    /// When the link stops working; `None` if the server sent no text there, or one that is not an RFC 3339 time.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at.as_ref()?.timestamp()
    }

    /// When the link stops working, in the server's own text; `None` if the server sent no text there.
    pub fn expires_at_text(&self) -> Option<&str> {
        self.expires_at.as_ref().map(TimeText::as_str)
    }

    /// Whether the link no longer works at `now`. A link whose expiry cannot be read counts as working.
    pub fn is_expired_at(&self, now: SystemTime) -> bool {
        self.remaining_at(now).is_some_and(|remaining| remaining.is_zero())
    }

    /// How long the link still works at `now`; zero once it has expired, `None` if its expiry cannot be read.
    pub fn remaining_at(&self, now: SystemTime) -> Option<Duration> {
        self.expires_at().map(|expires_at| expires_at.duration_since(now))
    }

    /// Whether the link no longer works, by the system's clock. See [`Self::is_expired_at`].
    ///
    /// Not on `wasm32-unknown-unknown`, where the standard library has no clock.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub fn is_expired(&self) -> bool {
        self.is_expired_at(SystemTime::now())
    }

    /// How long the link still works, by the system's clock. See [`Self::remaining_at`].
    ///
    /// Not on `wasm32-unknown-unknown`, where the standard library has no clock.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub fn remaining(&self) -> Option<Duration> {
        self.remaining_at(SystemTime::now())
    }
}

/// Shows the host and the expiry: the rest of the URL is the customer's secret.
impl fmt::Debug for FaceVerificationLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = WebUrl::parse(&self.url).map(|url| url.host).unwrap_or_default();
        let expires_at = self.expires_at().map(|time| time.to_string());
        f.debug_struct("FaceVerificationLink")
            .field("host", &host)
            .field("expires_at", &expires_at.as_deref().unwrap_or("unreadable"))
            .finish()
    }
}

/// A link as it was stored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unchecked {
    url: String,
    expires_at: Option<TimeText>,
}

impl TryFrom<Unchecked> for FaceVerificationLink {
    type Error = InvalidFaceVerificationLink;

    fn try_from(unchecked: Unchecked) -> Result<Self, Self::Error> {
        Self::validated(unchecked.url, unchecked.expires_at)
    }
}

/// Error for a link that cannot be used: which field, and what is wrong with it, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {fault}")]
pub struct InvalidFaceVerificationLink {
    field: &'static str,
    fault: String,
}

impl InvalidFaceVerificationLink {
    /// The field that is wrong, as the contract names it.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// What is wrong with it.
    pub fn fault(&self) -> &str {
        &self.fault
    }
}

#[cfg(test)]
mod tests;
