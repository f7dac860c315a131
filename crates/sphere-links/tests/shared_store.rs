//! Several processes that share a store: which of them asks the service, who waits, and what a dead store means.

mod processes;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use processes::{
    BOTH, Kind, Memory, Process, TIMEOUT, config, customer, date, numbered, terms_without_expiry,
};
use sphere_bounded::{LIMIT, within};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock, block_on};
use sphere_core::{ApiKey, Config, RepresentativeId, Timestamp};
use sphere_links::{Error, WhenStoreFails};

use WhenStoreFails::{Ask, Fail};

/// An async process whose one call is in flight and holds the lock; polled to its end, it gets its link.
fn holder(
    store: &Memory,
    transport: FakeTransport,
) -> (Pin<Box<dyn Future<Output = ()> + Send>>, VirtualClock) {
    let clock = VirtualClock::stopped();
    let process = Process::new(Kind::Async, store, Fail, transport.with_clock(&clock));
    let links = process.links();
    let mut future: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move {
        links.face_verification_link(&customer("ada")).await.unwrap();
    });
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!((process.transport.in_flight(), store.locks().len()), (1, 1));
    (future, clock)
}

/// Runs a test for async and for blocking links, with a limit.
fn in_both(test: impl Fn(Kind) + Send + 'static) {
    within(LIMIT, move || BOTH.into_iter().for_each(test));
}

fn slow(url: &str) -> FakeTransport {
    FakeTransport::always(Reply::link(url).after(Duration::from_secs(1)))
}

#[test]
fn one_call_serves_all_processes() {
    in_both(|kind| {
        let store = Memory::default();
        let [one, two] = ["one", "two"].map(|name| Process::new(kind, &store, Fail, numbered(name)));
        let link = one.face(&customer("ada")).unwrap();
        assert_eq!(two.face(&customer("ada")).unwrap(), link);
        assert_eq!(one.face(&customer("ada")).unwrap(), link);
        assert_eq!((one.calls(), two.calls()), (1, 0));
        assert_eq!(store.operations(), ["load", "lock", "load", "save", "load", "load"]);
        assert!(store.locks().is_empty());
    });
}

#[test]
fn stored_link_lasts_until_it_expires() {
    in_both(|kind| {
        let store = Memory::default();
        let expires_at = Timestamp::try_from(date() + Duration::from_secs(900)).unwrap();
        let reply = Reply::link_until("https://check.example/1", expires_at);
        Process::new(kind, &store, Fail, FakeTransport::always(reply)).face(&customer("ada")).unwrap();
        assert_eq!(store.entries()["face-verification-link"], Duration::from_secs(900));
    });
}

#[test]
fn kinds_ids_keys_and_environments_do_not_mix() {
    in_both(|kind| {
        let store = Memory::default();
        let with = |config, name| Process::with_config(config, kind, Some((&store, Fail)), numbered(name));
        let process = with(config().build().unwrap(), "production");
        let sandbox = with(config().base_url("https://sandbox.example").build().unwrap(), "sandbox");
        let other_key =
            Config::builder(ApiKey::new("sk_live_canary").unwrap()).base_url("https://api.example");
        let other = with(other_key.build().unwrap(), "other");
        // The same word, as the id of both.
        let owner = RepresentativeId::new("customer_ada").unwrap();
        let urls = [
            process.face(&customer("ada")).unwrap().into_url(),
            process.face(&customer("grace")).unwrap().into_url(),
            process.representative_face(&owner).unwrap().into_url(),
            sandbox.face(&customer("ada")).unwrap().into_url(),
            other.face(&customer("ada")).unwrap().into_url(),
        ];
        assert_eq!(
            urls.map(|url| url.replace("https://check.example/", "")),
            ["production/1", "production/2", "production/3", "sandbox/1", "other/1"]
        );
        let terms = Process::new(kind, &store, Fail, terms_without_expiry("terms"));
        assert_eq!(terms.terms(&customer("ada")).unwrap().url(), "https://terms.example/terms/1");
        let paths: Vec<_> =
            process.transport.requests().iter().map(|sent| sent.http().uri().path().to_owned()).collect();
        assert_eq!(paths[2], "/v2/business-representative/customer_ada/face-verification-link");
        assert_eq!(terms.transport.requests()[0].http().uri().path(), "/v2/customer/customer_ada/tos-link");
        assert!(store.keys().iter().all(|key| !key.contains("canary")));
    });
}

#[test]
fn forgotten_link_is_forgotten_by_all() {
    in_both(|kind| {
        let store = Memory::default();
        let [one, two] = ["one", "two"].map(|name| Process::new(kind, &store, Fail, numbered(name)));
        let owner = RepresentativeId::new("associatedPerson_1").unwrap();
        let (link, owners) = (one.face(&customer("ada")).unwrap(), one.representative_face(&owner).unwrap());
        two.forget(&customer("ada")).unwrap();
        assert_ne!(one.face(&customer("ada")).unwrap(), link);
        assert_eq!(two.representative_face(&owner).unwrap(), owners);
        two.forget_representative(&owner).unwrap();
        assert_ne!(two.representative_face(&owner).unwrap(), owners);
        store.fail_always();
        assert!(matches!(one.forget(&customer("ada")), Err(Error::Store(_))));
    });
}

#[test]
fn link_loaded_while_it_is_forgotten_is_forgotten() {
    in_both(|kind| {
        let store = Memory::default();
        let process = Arc::new(Process::new(kind, &store, Ask, numbered("one")));
        let owner = RepresentativeId::new("associatedPerson_1").unwrap();
        let (link, owners) =
            (process.face(&customer("ada")).unwrap(), process.representative_face(&owner).unwrap());
        let (other, same) = (Arc::clone(&process), link.clone());
        store.before_remove(move || assert_eq!(other.face(&customer("ada")).unwrap(), same));
        process.forget(&customer("ada")).unwrap();
        let (other, (id, same)) = (Arc::clone(&process), (owner.clone(), owners.clone()));
        store.before_remove(move || assert_eq!(other.representative_face(&id).unwrap(), same));
        process.forget_representative(&owner).unwrap();
        // What this process remembers is all there is now.
        store.fail_always();
        assert_ne!(process.face(&customer("ada")).unwrap(), link);
        assert_ne!(process.representative_face(&owner).unwrap(), owners);
    });
}

#[test]
fn forgotten_customer_loses_the_terms_link_too() {
    in_both(|kind| {
        let store = Memory::default();
        let body = r#"{"link":"https://terms.example/1","expiresAt":"2099-01-01T00:00:00Z"}"#;
        let reply = Reply::status(201).body("application/json", body);
        for store in [Some((&store, Fail)), None] {
            let service = FakeTransport::always(reply.clone());
            let process = Process::with_config(config().build().unwrap(), kind, store, service);
            process.terms(&customer("ada")).unwrap();
            process.terms(&customer("ada")).unwrap();
            process.forget(&customer("ada")).unwrap();
            process.terms(&customer("ada")).unwrap();
            assert_eq!(process.calls(), 2);
        }
    });
}

#[test]
fn waiter_gets_the_link_of_the_holder() {
    in_both(|kind| {
        let store = Memory::default();
        let (holder, clock) = holder(&store, slow("https://check.example/holder"));
        store.at_refusal(move || {
            clock.advance(Duration::from_secs(1));
            block_on(holder);
        });
        let waiter = Process::new(kind, &store, Fail, numbered("waiter"));
        assert_eq!(waiter.face(&customer("ada")).unwrap().url(), "https://check.example/holder");
        assert_eq!(waiter.calls(), 0);
        assert_eq!(waiter.transport.clock().slept(), [Duration::from_millis(10)]);
        assert!(!store.operations().contains(&"release"), "a lock was given back that nobody had");
    });
}

#[test]
fn link_saved_between_look_and_lock_is_found() {
    in_both(|kind| {
        let store = Memory::default();
        let [one, two] = ["one", "two"].map(|name| Process::new(kind, &store, Fail, numbered(name)));
        store.after_load(move || assert!(one.face(&customer("ada")).is_ok()));
        assert_eq!(two.face(&customer("ada")).unwrap().url(), "https://check.example/one/1");
        assert_eq!(two.calls(), 0);
        assert!(store.locks().is_empty());
    });
}

#[test]
fn waiter_gets_a_link_that_is_not_kept() {
    in_both(|kind| {
        let store = Memory::default();
        let soon = Timestamp::try_from(date() + Duration::from_secs(1)).unwrap();
        let reply = Reply::link_until("https://check.example/short", soon).after(Duration::from_secs(1));
        let (holder, clock) = holder(&store, FakeTransport::always(reply));
        store.at_refusal(move || {
            clock.advance(Duration::from_secs(1));
            block_on(holder);
        });
        let waiter = Process::new(kind, &store, Fail, numbered("waiter"));
        assert_eq!(waiter.face(&customer("ada")).unwrap().url(), "https://check.example/short");
        assert_eq!(store.entries()["face-verification-link"], Duration::from_secs(5));
        // Whoever comes later gets one that lasts.
        assert_eq!(waiter.face(&customer("ada")).unwrap().url(), "https://check.example/waiter/1");
    });
}

#[test]
fn terms_link_without_expiry_is_not_kept() {
    in_both(|kind| {
        let store = Memory::default();
        let [one, two] =
            ["one", "two"].map(|name| Process::new(kind, &store, Fail, terms_without_expiry(name)));
        let urls = [&one, &two, &one].map(|process| process.terms(&customer("ada")).unwrap().into_url());
        assert_eq!(urls.map(|url| url.replace("https://terms.example/", "")), ["one/1", "two/1", "one/2"]);
        assert_eq!(store.entries()["terms-of-service-link"], Duration::from_secs(5));
    });
}

#[test]
fn terms_link_with_expiry_is_kept() {
    in_both(|kind| {
        let store = Memory::default();
        let body = r#"{"link":"https://terms.example/1","expiresAt":"2099-01-01T00:00:00Z"}"#;
        let reply = Reply::status(201).body("application/json", body);
        let [one, two] =
            [(); 2].map(|()| Process::new(kind, &store, Fail, FakeTransport::always(reply.clone())));
        let link = one.terms(&customer("ada")).unwrap();
        assert_eq!(two.terms(&customer("ada")).unwrap(), link);
        assert_eq!((one.calls(), two.calls()), (1, 0));
    });
}

#[test]
fn next_process_takes_over_when_a_lock_ends() {
    in_both(|kind| {
        let store = Memory::default();
        let (holder, _) = holder(&store, slow("https://check.example/holder"));
        let ended = store.clone();
        store.at_refusal(move || ended.end_locks());
        let waiter = Process::new(kind, &store, Fail, numbered("waiter"));
        assert_eq!(waiter.face(&customer("ada")).unwrap().url(), "https://check.example/waiter/1");
        drop(holder);
    });
}

#[test]
fn lock_lasts_longer_than_the_call() {
    let store = Memory::default();
    let (_holder, _) = holder(&store, slow("https://check.example/holder"));
    assert_eq!(store.locks(), [TIMEOUT + Duration::from_secs(5)]);
}

#[test]
fn killed_holder_delays_others_by_five_seconds() {
    in_both(|kind| {
        // Of a call of 30 seconds, and half of a shorter one.
        for (timeout, wait) in [(30, 5000), (3, 1500)] {
            let store = Memory::default();
            let (_killed, _) = holder(&store, slow("https://check.example/killed"));
            let config = config().timeout(Duration::from_secs(timeout)).build().unwrap();
            let waiter = Process::with_config(config, kind, Some((&store, Fail)), numbered("waiter"));
            assert_eq!(waiter.face(&customer("ada")).unwrap().url(), "https://check.example/waiter/1");
            assert_eq!(waiter.transport.clock().elapsed(), Duration::from_millis(wait));
            let pauses = waiter.transport.clock().slept();
            let expected = [10, 20, 40, 80, 160, 250, 250].map(Duration::from_millis);
            assert_eq!(pauses[..7], expected);
            // The lock is the holder's, which may be alive and slow.
            assert_eq!(store.locks().len(), 1, "the waiter took away the holder's lock");
            assert!(!store.operations().contains(&"save"), "saved without the lock");
        }
    });
}

#[test]
fn slow_store_leaves_no_time_to_ask() {
    in_both(|kind| {
        let store = Memory::default();
        let transport = numbered("late");
        let clock = transport.clock();
        store.after_load(move || clock.advance(TIMEOUT));
        let late = Process::new(kind, &store, Ask, transport);
        let error = late.face(&customer("ada")).unwrap_err();
        assert!(matches!(error, Error::Timeout), "{error}");
        assert_eq!((late.calls(), store.locks().len()), (0, 0));
    });
}

#[test]
fn waiting_time_is_taken_from_the_call() {
    in_both(|kind| {
        let store = Memory::default();
        let (_holder, _) = holder(&store, slow("https://check.example/holder"));
        let transport = FakeTransport::never_responding();
        let (ended, clock) = (store.clone(), transport.clock());
        store.at_refusal(move || {
            clock.advance(Duration::from_secs(4));
            ended.end_locks();
        });
        let waiter = Process::new(kind, &store, Fail, transport);
        assert!(matches!(waiter.face(&customer("ada")), Err(Error::Call(error)) if error.is_timeout()));
        assert_eq!(waiter.transport.clock().elapsed(), TIMEOUT);
    });
}

#[test]
fn failed_call_gives_the_lock_back() {
    in_both(|kind| {
        let store = Memory::default();
        let failing = FakeTransport::script([Reply::unprocessable(), Reply::link("https://check.example/2")]);
        let process = Process::new(kind, &store, Fail, failing);
        assert!(matches!(process.face(&customer("ada")), Err(Error::Call(error)) if error.is_validation()));
        assert!(store.locks().is_empty());
        assert_eq!(process.face(&customer("ada")).unwrap().url(), "https://check.example/2");
    });
}

#[test]
fn dropped_future_gives_the_lock_back() {
    let store = Memory::default();
    let (holder, _) = holder(&store, slow("https://check.example/holder"));
    drop(holder);
    assert!(store.locks().is_empty());
    assert_eq!(store.operations(), ["load", "lock", "load", "release"]);
}

#[test]
fn forgotten_during_a_call_is_not_saved() {
    let store = Memory::default();
    let (holder, clock) = holder(&store, slow("https://check.example/holder"));
    Process::new(Kind::Async, &store, Fail, numbered("other")).forget(&customer("ada")).unwrap();
    clock.advance(Duration::from_secs(1));
    block_on(holder);
    assert!(store.entries().is_empty());
    assert_eq!(store.operations().last(), Some(&"save"));
}

#[test]
fn under_ask_a_dead_store_fails_nobody() {
    in_both(|kind| {
        let store = Memory::default();
        store.fail_always();
        let process = Process::new(kind, &store, Ask, numbered("one"));
        let link = process.face(&customer("ada")).unwrap();
        // As without a store: what this process knows is handed out again.
        assert_eq!(process.face(&customer("ada")).unwrap(), link);
        assert_eq!(process.calls(), 1);
        store.recover();
        assert_eq!(process.face(&customer("ada")).unwrap().url(), "https://check.example/one/2");
    });
}

#[test]
fn under_fail_a_dead_store_is_an_error() {
    in_both(|kind| {
        let store = Memory::default();
        let process = Process::new(kind, &store, Fail, numbered("one"));
        process.face(&customer("ada")).unwrap();
        store.fail_always();
        let error = process.face(&customer("ada")).unwrap_err();
        assert_eq!(error.to_string(), "the store of links failed: as the test ordered");
        assert_eq!(process.calls(), 1);
        store.recover();
        assert_eq!(process.face(&customer("ada")).unwrap().url(), "https://check.example/one/1");
    });
}

#[test]
fn store_that_dies_at_any_operation_is_handled() {
    // The operation that fails, from which call on, and the calls to the service.
    for (operation, from, calls) in [("load", 0, 0), ("lock", 0, 0), ("load", 1, 0), ("save", 0, 1)] {
        for kind in BOTH {
            let store = Memory::default();
            store.fail(operation, from);
            let process = Process::new(kind, &store, Ask, numbered("ask"));
            assert_eq!(process.face(&customer("ada")).unwrap().url(), "https://check.example/ask/1");
            let saves = store.operations().iter().filter(|done| **done == "save").count();
            assert_eq!(saves, usize::from(operation == "save"), "{operation} {from}: saved without the lock");

            let store = Memory::default();
            store.fail(operation, from);
            let process = Process::new(kind, &store, Fail, numbered("fail"));
            assert!(matches!(process.face(&customer("ada")), Err(Error::Store(_))), "{operation} {from}");
            assert_eq!(process.calls(), calls, "{operation} {from}");
            assert!(store.locks().is_empty(), "{operation} {from}");
        }
    }
}

#[test]
fn unreadable_entry_counts_as_none() {
    for text in ["unreadable", "", "[]", r#"{"link":{"url":"ftp://x","expiresAt":""},"madeBy":"x"}"#] {
        for kind in BOTH {
            let store = Memory::default();
            let process = Process::new(kind, &store, Fail, numbered("one"));
            process.face(&customer("ada")).unwrap();
            store.spoil_entries(text);
            assert_eq!(process.face(&customer("ada")).unwrap().url(), "https://check.example/one/2");
            assert_eq!(process.face(&customer("ada")).unwrap().url(), "https://check.example/one/2");
        }
    }
}
