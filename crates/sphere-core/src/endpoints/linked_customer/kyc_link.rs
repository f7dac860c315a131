//! The link to the hosted page of the link flow.

use std::fmt;

use crate::endpoint::{DecodeError, Object};
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
    expires_at: TimeText,
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
    pub fn expires_at(&self) -> &TimeText {
        &self.expires_at
    }

    pub(super) fn read(members: &Object<'_>) -> Result<Self, DecodeError> {
        let url: String = members.required("url")?;
        WebUrl::parse(&url)
            .and_then(WebUrl::require_https_or_loopback)
            .map_err(|fault| DecodeError::field("url", fault))?;
        Ok(Self { customer: members.required("customerId")?, url, expires_at: members.time("expiresAt")? })
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
