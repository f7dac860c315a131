//! What each TLS alert means: whether the server can be trusted, and whether the request may have been sent.
//!
//! During the handshake, `close_notify`, `internal_error` and `user_canceled` mean that the server has a problem:
//! a retry may succeed. Every other alert would come again. After the handshake an alert means a broken
//! connection, unless it refuses the client's certificate, which TLS 1.3 does only then.

use sphere_core::transport::{Delivery, TransportErrorKind as Kind};

use super::calls::{plain, send};
use super::expect::{Outcome, describe, expect_eq, expect_error};
use crate::server::{Authority, Script, Server};
use crate::subject::{Candidate, Setup};

/// The descriptions of RFC 8446, section 6, of RFC 5246, section 7.2, and one that is not defined.
const ALERTS: [u8; 35] = [
    0, 10, 20, 21, 22, 30, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 60, 70, 71, 80, 86, 90, 100, 109,
    110, 111, 112, 113, 114, 115, 116, 120, 255,
];

const SERVER_PROBLEM: [u8; 3] = [0, 80, 90];
const CLIENT_REFUSED: [u8; 8] = [42, 43, 44, 45, 46, 48, 49, 116];

#[track_caller]
fn check(outcome: Outcome, alert: u8, kind: Kind, delivery: Delivery) {
    let error = expect_error(outcome);
    let is_expected = (error.kind(), error.delivery()) == (kind, delivery);
    assert!(
        is_expected,
        "the error for the TLS alert {alert} must be ({kind:?}, {delivery:?}), but it is: {}",
        describe(&error)
    );
}

fn kind_in_use(alert: u8) -> Kind {
    if CLIENT_REFUSED.contains(&alert) { Kind::Tls } else { Kind::Interrupted }
}

/// An alert in the handshake says whether a retry may succeed. Nothing has been sent, whatever the alert.
pub(crate) fn handshake_alerts_decide_whether_to_retry(candidate: &Candidate) {
    for alert in ALERTS {
        // A record with a fatal alert, in plain text (RFC 8446, section 5.1).
        let server =
            Server::start([Script::new().read(5).try_write([21, 3, 3, 0, 2, 2, alert]).half_close().drain()]);
        let outcome = send(&plain(candidate), server.https_url("/"));
        let kind = if SERVER_PROBLEM.contains(&alert) { Kind::Connect } else { Kind::Tls };
        check(outcome, alert, kind, Delivery::NotSent);
    }
}

/// One call to a trusted server that writes this after the request, and then an alert.
fn alerted(candidate: &Candidate, authority: &Authority, bytes: &str, alert: u8) -> Outcome {
    let script = Script::new().tls(&authority.good()).read_request().write(bytes).alert(alert).drain();
    let server = Server::start([script]);
    let subject = candidate.make(&Setup::trusting(authority.pem()));
    send(&subject, server.https_url("/"))
}

/// After the request was sent, no alert proves that it was not processed.
pub(crate) fn delivery_is_unknown_after_tls_alerts(candidate: &Candidate) {
    let authority = Authority::new();
    for alert in ALERTS {
        let outcome = alerted(candidate, &authority, "", alert);
        check(outcome, alert, kind_in_use(alert), Delivery::Unknown);
    }
}

/// An alert within a body does not lose the head, which has arrived already.
pub(crate) fn alerts_within_a_body_keep_the_head(candidate: &Candidate) {
    let authority = Authority::new();
    for alert in [80, 116] {
        let half = "HTTP/1.1 422 No\r\ncontent-length: 9\r\n\r\nhalf";
        let error = expect_error(alerted(candidate, &authority, half, alert));
        assert!(
            error.kind() == kind_in_use(alert),
            "the error must be of the kind {:?}, but it is: {}",
            kind_in_use(alert),
            describe(&error)
        );
        let status = error.status().map(|status| status.as_u16());
        expect_eq("the error's status", status, Some(422));
    }
}
