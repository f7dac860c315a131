//! Many threads at once, in blocking code.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use sphere_bounded::within;
use sphere_core::FaceVerificationLink;
use sphere_core::blocking::{Client, Transport};
use sphere_core::clock::SystemClock;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};
use sphere_sandbox::{Gate, Reply, Turn};

use super::{LIMIT, World, customer, is_validation};
use crate::Error;
use crate::blocking::Links;

const THREADS: usize = 100;
const LIFETIME: Duration = Duration::from_secs(900);

type Got = Result<FaceVerificationLink, Error>;

fn links(world: &World) -> Links {
    Links::builder(sphere_ureq::client(world.config()).unwrap()).clock(world.clock()).build()
}

/// Returns when so many threads are in this customer's call.
fn wait_for_callers(links: &Links, id: &str, callers: usize) {
    let start = Instant::now();
    // The cache holds it too.
    while links.0.faces.holders(&customer(id)) < callers + 1 {
        assert!(start.elapsed() < LIMIT / 2, "the threads do not come");
        thread::yield_now();
    }
}

fn outcomes(threads: Vec<ScopedJoinHandle<'_, Got>>) -> Vec<Got> {
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn a_hundred_threads_for_one_customer_make_one_call() {
    within(LIMIT, || {
        let world = World::new(|sandbox| sandbox);
        let links = links(&world);
        let (turn, gate) = Turn::held();
        world.sandbox.reply_every(turn);
        let got = thread::scope(|scope| {
            let threads = (0..THREADS)
                .map(|_| scope.spawn(|| links.face_verification_link(&customer("ada"))))
                .collect();
            wait_for_callers(&links, "ada", THREADS);
            gate.open();
            outcomes(threads)
        });
        let first = got[0].as_ref().unwrap();
        assert!(got.iter().all(|got| got.as_ref().unwrap() == first));
        assert_eq!(world.calls(), 1);
    });
}

#[test]
fn a_hundred_threads_for_ten_customers_make_ten_calls() {
    within(LIMIT, || {
        let world = World::new(|sandbox| sandbox);
        let links = links(&world);
        let (turn, gate) = Turn::held();
        world.sandbox.reply_every(turn);
        let name = |n: usize| format!("{}", n % 10);
        thread::scope(|scope| {
            let ask = |n| {
                let links = &links;
                scope.spawn(move || links.face_verification_link(&customer(&name(n))))
            };
            let threads = (0..THREADS).map(ask).collect();
            (0..10).for_each(|n| wait_for_callers(&links, &name(n), THREADS / 10));
            gate.open();
            assert!(outcomes(threads).iter().all(Result::is_ok));
        });
        assert_eq!(world.calls(), 10);
    });
}

#[test]
fn a_hundred_threads_that_find_an_old_link_replace_it_once() {
    within(LIMIT, || {
        let world = World::new(|sandbox| sandbox.link_lifetime(LIFETIME));
        let links = links(&world);
        let old = links.face_verification_link(&customer("ada")).unwrap();
        world.advance(LIFETIME);
        let (turn, gate) = Turn::held();
        world.sandbox.reply_every(turn);
        let got = thread::scope(|scope| {
            let threads = (0..THREADS)
                .map(|_| scope.spawn(|| links.face_verification_link(&customer("ada"))))
                .collect();
            wait_for_callers(&links, "ada", THREADS);
            gate.open();
            outcomes(threads)
        });
        let first = got[0].as_ref().unwrap();
        assert!(got.iter().all(|got| got.as_ref().unwrap() == first));
        assert_ne!(*first, old);
        assert_eq!(world.calls(), 2);
    });
}

#[test]
fn a_failure_reaches_all_who_wait_and_the_next_tries_anew() {
    within(LIMIT, || {
        let world = World::new(|sandbox| sandbox);
        let links = links(&world);
        let gate = Gate::new();
        world.sandbox.reply_next(Turn::from(Reply::unprocessable()).behind(&gate));
        let got = thread::scope(|scope| {
            let threads = (0..THREADS)
                .map(|_| scope.spawn(|| links.face_verification_link(&customer("ada"))))
                .collect();
            wait_for_callers(&links, "ada", THREADS);
            gate.open();
            outcomes(threads)
        });
        let first = got[0].as_ref().unwrap_err();
        assert!(is_validation(first));
        assert!(got.iter().all(|got| got.as_ref().unwrap_err().to_string() == first.to_string()));
        assert_eq!(world.calls(), 1);
        assert!(links.face_verification_link(&customer("ada")).is_ok());
        assert_eq!(world.calls(), 2);
    });
}

/// Panics once, and then passes on.
struct PanicsOnce<T>(AtomicBool, T);

impl<T: Transport> Transport for PanicsOnce<T> {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        assert!(self.0.swap(true, Ordering::SeqCst), "as the test ordered");
        self.1.send(request)
    }
}

#[test]
fn a_panic_in_the_transport_is_its_callers_and_the_next_tries_anew() {
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
