//! The link to the hosted page of the link flow, and the customer that was made with it.

use std::fmt;

use crate::json::{DecodeError, Object};
use crate::values::web_url::WebUrl;
use crate::values::{LinkedCustomerId, TimeText};

/// A link to the page at which a customer of the link flow does everything, and the customer's id.
///
/// The URL is the server's exact text, and checked as that of a [`FaceVerificationLink`](crate::FaceVerificationLink).
/// **It is a secret of the customer's**: `Debug` shows its host only. It lasts 28 days by default, which "may change":
/// ask [`expires_at`](Self::expires_at).
///
/// Source: the contract's `KycLinkResponse` (certain).
#[derive(Clone, PartialEq, Eq)]
pub struct KycLink {
    customer: LinkedCustomerId,
    url: String,
    expires_at: Option<TimeText>,
}

impl KycLink {
    /// The customer.
    pub fn customer(&self) -> &LinkedCustomerId {
        &self.customer
    }

    /// Where to send the customer's browser: the server's exact text.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL, by value.
    pub fn into_url(self) -> String {
        self.url
    }

    /// When the link stops working.
    pub fn expires_at(&self) -> Option<&TimeText> {
        self.expires_at.as_ref()
    }

    pub(super) fn read(members: &Object<'_>, customer: LinkedCustomerId) -> Result<Self, DecodeError> {
        let url: String = members.required("url")?;
        WebUrl::parse(&url)
            .and_then(WebUrl::require_https_or_loopback)
            .map_err(|fault| DecodeError::field("url", fault))?;
        Ok(Self { customer, url, expires_at: members.time("expiresAt") })
    }
}

impl fmt::Debug for KycLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = WebUrl::parse(&self.url).map(|url| url.host).unwrap_or_default();
        f.debug_struct("KycLink")
            .field("customer", &self.customer)
            .field("host", &host)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// A customer that was created in the link flow, and the link for it.
///
/// Creating is not repeated, so the id is here even if the rest of the response cannot be used: then
/// [`link`](Self::link) says why, and [`Client::regenerate_kyc_link`](crate::Client::regenerate_kyc_link) makes a new
/// link.
#[derive(Debug, Clone)]
pub struct LinkedCustomer {
    id: LinkedCustomerId,
    link: Result<KycLink, DecodeError>,
}

impl LinkedCustomer {
    /// The id.
    pub fn id(&self) -> &LinkedCustomerId {
        &self.id
    }

    /// The link.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the response has no link that can be used.
    pub fn link(&self) -> Result<&KycLink, &DecodeError> {
        self.link.as_ref()
    }

    pub(super) fn read(members: &Object<'_>) -> Result<Self, DecodeError> {
        let id: LinkedCustomerId = members.required("customerId")?;
        Ok(Self { link: KycLink::read(members, id.clone()), id })
    }
}
