//! A link to a page that SpherePay hosts, whichever page it is.

use std::time::{Duration, SystemTime};

use sphere_core::endpoints::TermsOfServiceLink;
use sphere_core::{FaceVerificationLink, TimeText};

/// A link to a page that SpherePay hosts.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Link {
    pub(crate) url: String,
    pub(crate) expires_at: Option<TimeText>,
}

impl From<FaceVerificationLink> for Link {
    fn from(link: FaceVerificationLink) -> Self {
        let expires_at = link.expires_at_text().map(TimeText::new);
        Self { url: link.into_url(), expires_at }
    }
}

impl From<TermsOfServiceLink> for Link {
    fn from(link: TermsOfServiceLink) -> Self {
        let expires_at = link.expires_at().cloned();
        Self { url: link.into_url(), expires_at }
    }
}

impl Link {
    /// How long it still works; zero if it has expired, `None` if that is not known.
    pub(crate) fn remaining_at(&self, now: SystemTime) -> Option<Duration> {
        Some(self.expires_at.as_ref()?.timestamp()?.duration_since(now))
    }
}
