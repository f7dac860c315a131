//! `POST /v2/customer/{id}/tos-link`: a link at which a customer accepts the terms of service.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::Method;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::web_url::{UrlFault, WebUrl};
use crate::values::{CustomerId, TimeText};

/// The call of [`Client::generate_terms_of_service_link`].
#[derive(Debug, Clone, Copy)]
pub struct GenerateTermsOfServiceLink<'a> {
    customer: &'a CustomerId,
}

impl<'a> GenerateTermsOfServiceLink<'a> {
    /// The request for this customer.
    pub fn new(customer: &'a CustomerId) -> Self {
        Self { customer }
    }
}

impl<M: Mode> Client<M> {
    /// Asks for a link at which the customer accepts the terms of service that SpherePay hosts.
    ///
    /// For customers in the Sphere-Managed onboarding model; older pages ask it of businesses too. Asking twice makes
    /// two links, which is harmless ([`Safety::Repeatable`]); whether a new link ends an older one is not documented.
    ///
    /// Source: the contract, `POST /v2/customer/{id}/tos-link` (certain).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn location(client: &Client, customer: &CustomerId) -> Result<String, Error> {
    ///     Ok(client.generate_terms_of_service_link(customer).send().await?.into_url())
    /// }
    /// ```
    pub fn generate_terms_of_service_link<'a>(
        &self,
        customer: &'a CustomerId,
    ) -> Call<'_, M, GenerateTermsOfServiceLink<'a>> {
        self.call(GenerateTermsOfServiceLink::new(customer))
    }
}

impl Endpoint for GenerateTermsOfServiceLink<'_> {
    type Output = TermsOfServiceLink;
    const OPERATION: Operation =
        Operation::new("generate_terms_of_service_link", Method::POST, Safety::Repeatable);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "customer", self.customer.as_str(), "tos-link"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<TermsOfServiceLink, DecodeError> {
        let members = response.object()?;
        TermsOfServiceLink::validated(members.required("link")?, members.time("expiresAt"))
            .map_err(|fault| DecodeError::field("link", fault))
    }
}

/// A link at which one customer can accept the terms of service.
///
/// The URL is the server's exact text, and checked as that of a [`FaceVerificationLink`](crate::FaceVerificationLink).
/// **It is a secret of the customer's** (it holds a signed token): `Debug` shows its host only. It can be read and
/// written with serde, in the shape of the contract, and is checked again when it is read.
///
/// # Example
///
/// ```
/// use sphere_core::TermsOfServiceLink;
///
/// let stored = r#"{"link":"https://tos.example/a-token","expiresAt":"2026-03-09T20:46:31Z"}"#;
/// let link: TermsOfServiceLink = serde_json::from_str(stored)?;
/// assert_eq!(link.url(), "https://tos.example/a-token");
/// assert_eq!(serde_json::to_string(&link)?, stored);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct TermsOfServiceLink {
    #[serde(rename = "link")]
    url: String,
    #[serde(rename = "expiresAt", skip_serializing_if = "Option::is_none")]
    expires_at: Option<TimeText>,
}

/// A link as it was stored.
#[derive(Deserialize)]
struct Unchecked {
    link: String,
    #[serde(rename = "expiresAt")]
    expires_at: Option<TimeText>,
}

impl TryFrom<Unchecked> for TermsOfServiceLink {
    type Error = UrlFault;

    fn try_from(unchecked: Unchecked) -> Result<Self, Self::Error> {
        Self::validated(unchecked.link, unchecked.expires_at)
    }
}

impl TermsOfServiceLink {
    fn validated(url: String, expires_at: Option<TimeText>) -> Result<Self, UrlFault> {
        WebUrl::parse(&url).and_then(WebUrl::require_https_or_loopback)?;
        Ok(Self { url, expires_at })
    }

    /// Where to send the customer's browser: the server's exact text.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL, by value.
    pub fn into_url(self) -> String {
        self.url
    }

    /// When the link stops working, if the server says so. It did not in 2025.
    pub fn expires_at(&self) -> Option<&TimeText> {
        self.expires_at.as_ref()
    }

    /// How long the link still works at `now`; zero once it has expired, `None` if the server does not say, or not in a
    /// way that can be read.
    pub fn remaining_at(&self, now: SystemTime) -> Option<Duration> {
        Some(self.expires_at()?.timestamp()?.duration_since(now))
    }
}

impl fmt::Debug for TermsOfServiceLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = WebUrl::parse(&self.url).map(|url| url.host).unwrap_or_default();
        f.debug_struct("TermsOfServiceLink").field("host", &host).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_link_is_checked_again() {
        for stored in [r#"{"link":"http://example.com/"}"#, r#"{"link":""}"#, "{}"] {
            assert!(serde_json::from_str::<TermsOfServiceLink>(stored).is_err(), "{stored}");
        }
        let stored = r#"{"link":"https://example.com/a"}"#;
        let link: TermsOfServiceLink = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&link).unwrap(), stored);
        assert_eq!(link.remaining_at(SystemTime::UNIX_EPOCH), None);
    }
}
