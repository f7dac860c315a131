//! What comes back is what was sent, whatever its status.

use super::kit::{answer};
use crate::Candidate;

/// A status is for the SDK to judge: a transport that makes an error of some loses their body, and with it
/// the correlation id that support asks for.
pub(crate) fn every_status_is_an_answer(candidate: &Candidate) {
    for status in [200, 202, 299, 400, 401, 403, 404, 409, 418, 422, 429, 499, 500, 502, 503, 504, 599] {
        let response =
            answer(candidate, format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 2\r\n\r\nok"));
        assert_eq!(response.status(), status);
    }
}
