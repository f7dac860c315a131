//! Callers who leave, and transports that panic, in async code.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::task::Poll;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use futures_util::poll;
use sphere_bounded::{LIMIT, within};
use sphere_sandbox::Turn;
use tokio::runtime::Builder;

use super::{Order, Scripted, World, customer, is_validation};
use crate::Links;

fn links(world: &World) -> Links {
    Links::builder(sphere_hyper::client(world.config()).unwrap()).clock(world.clock()).build()
}

/// Runs a test on a runtime of its own, with a limit.
fn in_time<F: Future<Output = ()>>(test: impl FnOnce() -> F + Send + 'static) {
    within(LIMIT, || {
        let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        runtime.block_on(test());
        // A call that blocks a worker must not hold up the end.
        runtime.shutdown_background();
    });
}

#[test]
fn unpolled_caller_blocks_nobody() {
    in_time(async || {
        let scripted = Scripted::new([]);
        let links = Links::new(scripted.client());
        let ada = customer("ada");
        let mut stuck = links.face_verification_link(&ada).boxed();
        assert!(poll!(&mut stuck).is_pending());
        scripted.let_go(1);

        let got = links.face_verification_link(&ada).await.unwrap();

        assert_eq!(got.url(), "https://check.example/1");
        assert_eq!(poll!(stuck).map(Result::unwrap), Poll::Ready(got));
    });
}

#[test]
fn call_survives_the_end_of_its_runtime() {
    within(LIMIT, || {
        let runtime =
            || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let world = World::new(|sandbox| sandbox);
        let links = links(&world);
        let ada = customer("ada");
        let (turn, gate) = Turn::held();
        world.sandbox.reply_next(turn);
        let (first, second) = (runtime(), runtime());
        let (one, customer_of_one) = (links.clone(), ada.clone());
        first.spawn(async move { one.face_verification_link(&customer_of_one).await });
        assert!(world.sandbox.wait_for_requests(1, LIMIT / 2));
        let mut two = links.face_verification_link(&ada).boxed();
        assert!(second.block_on(async { poll!(&mut two) }).is_pending());

        first.shutdown_timeout(LIMIT / 2);
        gate.open();

        assert!(second.block_on(two).is_ok());
    });
}

#[test]
fn transport_panic_reaches_one_caller_only() {
    in_time(async || {
        let scripted = Scripted::new([Order::Panic]);
        let links = Links::new(scripted.client());
        let ada = customer("ada");
        let mut callers: Vec<_> = (0..3)
            .map(|_| AssertUnwindSafe(links.face_verification_link(&ada)).catch_unwind().boxed())
            .collect();
        for caller in &mut callers {
            assert!(poll!(caller).is_pending());
        }
        scripted.let_go(2);

        let ends = join_all(callers).await;

        let panics = ends.iter().filter(|end| end.is_err()).count();
        assert_eq!((panics, scripted.calls()), (1, 2));
        for link in ends.into_iter().flatten() {
            assert_eq!(link.unwrap().url(), "https://check.example/2");
        }
    });
}

#[test]
fn link_forgotten_during_its_call_reaches_waiters() {
    in_time(async || {
        let scripted = Scripted::new([]);
        let links = Links::new(scripted.client());
        let ada = customer("ada");
        let mut caller = links.face_verification_link(&ada).boxed();
        assert!(poll!(&mut caller).is_pending());
        links.forget(&ada).await.unwrap();
        scripted.let_go(2);
        assert_eq!(caller.await.unwrap().url(), "https://check.example/1");
        assert_eq!(links.face_verification_link(&ada).await.unwrap().url(), "https://check.example/2");
    });
}

#[test]
fn a_link_is_remembered_after_a_failure() {
    in_time(async || {
        let scripted = Scripted::new([Order::Fail]);
        let links = Links::new(scripted.client());
        let ada = customer("ada");
        scripted.let_go(2);
        assert!(is_validation(&links.face_verification_link(&ada).await.unwrap_err()));
        assert_eq!(
            links.face_verification_link(&ada).await.unwrap(),
            links.face_verification_link(&ada).await.unwrap()
        );
        assert_eq!(scripted.calls(), 2);
    });
}
