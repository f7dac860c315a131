//! Many callers at once, in async code.

use std::collections::HashSet;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use futures_util::poll;
use sphere_bounded::within;
use sphere_core::{CustomerId, FaceVerificationLink};
use sphere_sandbox::{Gate, Reply, Turn};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::{LIMIT, Order, Scripted, World, customer, is_validation};
use crate::{Error, Links};

const LIFETIME: Duration = Duration::from_secs(900);

type Got = Result<FaceVerificationLink, Error>;

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

/// Tasks that ask, one per customer named. Returns when every one of them is waiting.
async fn ask_all(links: &Links, customers: impl IntoIterator<Item = CustomerId>) -> Vec<JoinHandle<Got>> {
    let waiting = Arc::new(Semaphore::new(0));
    let ask = |customer| {
        let (links, waiting) = (links.clone(), Arc::clone(&waiting));
        tokio::spawn(async move {
            let mut get = pin!(links.face_verification_link(&customer));
            assert!(poll!(&mut get).is_pending());
            waiting.add_permits(1);
            get.await
        })
    };
    let tasks: Vec<_> = customers.into_iter().map(ask).collect();
    let all = u32::try_from(tasks.len()).unwrap();
    waiting.acquire_many(all).await.unwrap().forget();
    tasks
}

async fn outcomes(tasks: Vec<JoinHandle<Got>>) -> Vec<Got> {
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

#[test]
fn a_thousand_callers_for_one_customer_make_one_call() {
    in_time(async || {
        let world = World::new(|sandbox| sandbox);
        let links = links(&world);
        let (turn, gate) = Turn::held();
        world.sandbox.reply_every(turn);

        let tasks = ask_all(&links, vec![customer("ada"); 1000]).await;
        gate.open();
        let got = outcomes(tasks).await;

        let urls: HashSet<_> = got.iter().map(|got| got.as_ref().unwrap().url()).collect();
        assert_eq!((got.len(), urls.len(), world.calls()), (1000, 1, 1));
    });
}

#[test]
fn a_thousand_callers_for_a_hundred_customers_make_a_hundred_calls() {
    in_time(async || {
        let world = World::new(|sandbox| sandbox);
        let links = links(&world);
        let (turn, gate) = Turn::held();
        world.sandbox.reply_every(turn);

        let tasks = ask_all(&links, (0..1000).map(|n| customer(&format!("{}", n % 100)))).await;
        gate.open();
        let got = outcomes(tasks).await;

        let urls: Vec<_> = got.iter().map(|got| got.as_ref().unwrap().url()).collect();
        assert_eq!(world.calls(), 100);
        assert_eq!(urls.iter().collect::<HashSet<_>>().len(), 100);
        for (n, url) in urls.iter().enumerate() {
            assert_eq!(*url, urls[n % 100], "caller {n} got another customer's link");
        }
    });
}

#[test]
fn a_thousand_callers_who_find_an_old_link_replace_it_once() {
    in_time(async || {
        let world = World::new(|sandbox| sandbox.link_lifetime(LIFETIME));
        let links = links(&world);
        let old = links.face_verification_link(&customer("ada")).await.unwrap();
        world.advance(LIFETIME);
        let (turn, gate) = Turn::held();
        world.sandbox.reply_every(turn);

        let tasks = ask_all(&links, vec![customer("ada"); 1000]).await;
        gate.open();
        let got = outcomes(tasks).await;

        let first = got[0].as_ref().unwrap();
        assert!(got.iter().all(|got| got.as_ref().unwrap() == first));
        assert_ne!(*first, old);
        assert_eq!(world.calls(), 2);
    });
}

#[test]
fn a_failure_reaches_all_who_wait_and_the_next_tries_anew() {
    in_time(async || {
        let world = World::new(|sandbox| sandbox);
        let links = links(&world);
        let gate = Gate::new();
        world.sandbox.reply_next(Turn::from(Reply::unprocessable()).behind(&gate));

        let tasks = ask_all(&links, vec![customer("ada"); 1000]).await;
        gate.open();
        let got = outcomes(tasks).await;

        let first = got[0].as_ref().unwrap_err();
        assert!(is_validation(first), "{first}");
        assert!(got.iter().all(|got| got.as_ref().unwrap_err().to_string() == first.to_string()));
        assert_eq!(world.calls(), 1);
        assert!(links.face_verification_link(&customer("ada")).await.is_ok());
        assert_eq!(world.calls(), 2);
    });
}

#[test]
fn the_first_caller_can_go_away_without_a_second_call() {
    in_time(async || {
        let scripted = Scripted::new([]);
        let links = Links::new(scripted.client());
        let ada = customer("ada");
        let mut callers: Vec<BoxFuture<'_, Got>> =
            (0..4).map(|_| links.face_verification_link(&ada).boxed()).collect();
        for caller in &mut callers {
            assert!(poll!(caller).is_pending());
        }

        // Half-way, and again once another has taken over.
        drop(callers.remove(0));
        assert!(poll!(&mut callers[0]).is_pending());
        drop(callers.remove(0));
        scripted.let_go(1);

        for caller in callers {
            assert_eq!(caller.await.unwrap().url(), "https://check.example/1");
        }
        assert_eq!(scripted.calls(), 1);
    });
}

#[test]
fn a_caller_who_is_never_polled_again_holds_up_nobody() {
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
fn a_call_that_all_have_left_ends_and_is_not_taken_up_again() {
    in_time(async || {
        let scripted = Scripted::new([]);
        let links = Links::new(scripted.client());
        let ada = customer("ada");
        assert!(poll!(links.face_verification_link(&ada).boxed()).is_pending());
        assert_eq!(scripted.calls(), 1);
        scripted.let_go(1);

        let got = links.face_verification_link(&ada).await.unwrap();

        assert_eq!(got.url(), "https://check.example/2");
    });
}

#[test]
fn any_number_of_callers_may_go_away_one_after_the_other() {
    in_time(async || {
        let scripted = Scripted::new([]);
        let links = Links::new(scripted.client());
        let ada = customer("ada");
        let mut caller = links.face_verification_link(&ada).boxed();
        for _ in 0..10_000 {
            let mut next = links.face_verification_link(&ada).boxed();
            assert!(poll!(&mut next).is_pending());
            caller = next;
        }
        scripted.let_go(1);
        assert_eq!(caller.await.unwrap().url(), "https://check.example/1");
    });
}

#[test]
fn a_call_begun_on_a_runtime_that_ends_is_not_lost() {
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
fn a_panic_in_the_transport_is_one_callers_and_the_others_try_anew() {
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
fn what_is_forgotten_during_a_call_stays_forgotten_but_reaches_who_waits() {
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
