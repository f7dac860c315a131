//! One-time codes that prove an e-mail address or a phone number.

use std::time::Duration;

use jiff::Timestamp;

use crate::{clock, random};

/// How long a code is good for. SpherePay does not document it.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// Where a code is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Email,
    Phone,
}

impl Channel {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "email" => Some(Self::Email),
            "phone" => Some(Self::Phone),
            _ => None,
        }
    }

    /// The criterion that a verified code completes.
    pub(crate) fn criterion(self) -> &'static str {
        match self {
            Self::Email => "email_verification",
            Self::Phone => "phone_verification",
        }
    }
}

/// A code that was sent. It has no `Debug`: it is a secret.
pub(crate) struct Code {
    pub(crate) channel: Channel,
    pub(crate) digits: String,
    pub(crate) expires_at: Timestamp,
}

impl Code {
    pub(crate) fn new(channel: Channel, now: Timestamp) -> Result<Self, getrandom::Error> {
        Ok(Self { channel, digits: random::six_digits()?, expires_at: clock::later(now, LIFETIME) })
    }
}
