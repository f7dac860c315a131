//! Whether the request was sent. A false `NotSent` makes the SDK send it twice; `Unknown` is always allowed.

use super::kit::{exchange, expect_unknown};
use crate::Candidate;
use crate::server::Script;

/// A reset says nothing about what the server did before it.
pub(crate) fn a_reset_after_the_request_is_of_unknown_delivery(candidate: &Candidate) {
    expect_unknown(exchange(candidate, Script::new().read_request().reset()).0);
}
