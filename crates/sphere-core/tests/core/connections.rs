//! How long a connection may have been idle for a request.

use std::time::Duration;

use crate::shared::probe::{Body, Outcome, Plan};
use crate::shared::{blocking_client, config};
use sphere_core::testing::FakeTransport;

/// A connection that was idle for long may be closing, which loses the request.
#[test]
fn only_harmless_requests_use_long_idle_connections() {
    for (safety, key) in [(0, None), (1, None), (2, None), (0, Some("k")), (1, Some("k")), (2, Some("k"))] {
        let (plan, transport) = (
            Plan::new(safety, key),
            FakeTransport::always(Outcome::response(200, Body::EmptyObject).reply()),
        );
        plan.run(&blocking_client(config(), &transport)).unwrap();
        let expected = Duration::from_secs(if plan.is_harmless() { 50 } else { 4 });
        assert_eq!(transport.requests()[0].max_idle_time(), expected, "safety {safety}, key {key:?}");
    }
}
