//! Every call ends when its time does, whatever the server does.

use sphere_core::transport::TransportErrorKind;

use super::kit::{SHORT, exchange_with, expect_kind};
use crate::Candidate;
use crate::server::Script;

/// The commonest outage: the server accepts, reads, and never answers.
pub(crate) fn a_silent_server_ends_in_time(candidate: &Candidate) {
    let (outcome, _) =
        exchange_with(candidate, Script::silence(), |request| request.with_time_left(SHORT));
    expect_kind(outcome, TransportErrorKind::Timeout);
}
