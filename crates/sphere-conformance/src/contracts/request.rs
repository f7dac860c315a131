//! What goes out is what was given, with nothing added but `Host` and framing.

use super::kit::{OK, exchange};
use crate::Candidate;
use crate::server::Script;

/// The SDK decides which headers SpherePay sees. One that a transport adds (`accept-encoding`, a user agent,
/// a cookie) changes what comes back; so the set on the wire is the set that was given, with `host` and what
/// frames the message and manages the connection.
pub(crate) fn no_header_is_added_but_host_and_framing(candidate: &Candidate) {
    let (_, requests) = exchange(candidate, Script::answer(OK));
    let mut names: Vec<_> = requests[0].headers().into_iter().map(|(name, _)| name).collect();
    names.retain(|name| !["connection", "transfer-encoding"].contains(&name.as_str()));
    names.sort_unstable();
    assert_eq!(names, ["accept", "authorization", "content-length", "host", "user-agent"]);
}
