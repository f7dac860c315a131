//! A transport that panics, in blocking code.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use sphere_bounded::{LIMIT, within};
use sphere_core::blocking::{Client, Transport};
use sphere_core::clock::SystemClock;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};

use super::{World, customer};
use crate::blocking::Links;

/// Panics once, and then passes on.
struct PanicsOnce<T>(AtomicBool, T);

impl<T: Transport> Transport for PanicsOnce<T> {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        assert!(self.0.swap(true, Ordering::SeqCst), "as the test ordered");
        self.1.send(request)
    }
}

#[test]
fn transport_panic_leaves_the_next_call_free() {
    within(LIMIT, || {
        let world = World::new(|sandbox| sandbox);
        let transport = sphere_ureq::UreqTransport::new().unwrap();
        let links = Links::new(Client::new(
            world.config(),
            PanicsOnce(AtomicBool::new(false), transport),
            SystemClock::new(),
        ));
        assert!(catch_unwind(AssertUnwindSafe(|| links.face_verification_link(&customer("ada")))).is_err());
        assert!(links.face_verification_link(&customer("ada")).is_ok());
        assert_eq!(world.calls(), 1);
    });
}
