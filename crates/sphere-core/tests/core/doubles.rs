//! The doubles for users' tests: each does what it says, async and blocking alike, and the messages of its
//! assertions say what was sent.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use crate::shared::{KEY, blocking_client, cases, config};
use bytes::Bytes;
use proptest::prelude::*;
use sphere_core::clock::{self, Moment};
use sphere_core::testing::{self, FakeTransport, Recording, Reply, Requests, VirtualClock, block_on};
use sphere_core::transport::{
    Delivery, RequestBody, Transport, TransportError, TransportErrorKind, TransportRequest,
    TransportResponse, blocking,
};
use sphere_core::{Client, CustomerId, Error, FaceVerificationLink, StopReason};

const URL: &str = "https://in.sumsub.com/websdk/p/canary_token_77";
const SENT: &str = "POST /v2/customer/customer_1/face-verification-link";

/// How long a test waits for another thread, which takes milliseconds unless something is broken.
const PATIENCE: Duration = Duration::from_secs(60);

fn customer() -> CustomerId {
    CustomerId::new("customer_1").unwrap()
}

fn ask(transport: &FakeTransport) -> Result<FaceVerificationLink, Error> {
    transport.blocking_client().generate_face_verification_link(&customer()).send()
}

fn ask_async(transport: &FakeTransport) -> Result<FaceVerificationLink, Error> {
    block_on(transport.client().generate_face_verification_link(&customer()).send())
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// The message of a panic.
fn panic_message(assertion: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).unwrap_err();
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
    }
}

/// A request as a transport gets it.
fn request(time_left: Duration) -> TransportRequest {
    let http = http::Request::post("https://api.spherepay.co/v2/x?y=1")
        .body(RequestBody::from(Bytes::from("{}")))
        .unwrap();
    TransportRequest::new(http).with_operation("probe").with_time_left(time_left)
}

/// The outcome of one request and the time that it took, which must be the same async and blocking.
fn sent(reply: &Reply, time_left: Duration) -> (Result<TransportResponse, TransportError>, Duration) {
    let [one, other] = [(); 2].map(|()| FakeTransport::always(reply.clone()));
    let result = blocking::Transport::send(&one, request(time_left));
    let result_async = block_on(Transport::send(&other, request(time_left)));
    assert_eq!(format!("{result:?}"), format!("{result_async:?}"));
    assert_eq!(one.clock().elapsed(), other.clock().elapsed());
    (result, one.clock().elapsed())
}

#[test]
fn pre_built_replies_are_the_contracts_examples() {
    for (reply, file) in [
        (Reply::bad_request(), include_str!("../bad_bodies/contract_400.json")),
        (Reply::not_found(), include_str!("../bad_bodies/contract_404.json")),
        (Reply::unprocessable(), include_str!("../bad_bodies/contract_422.json")),
    ] {
        let response = sent(&reply, Duration::from_secs(1)).0.unwrap();
        let json = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
        assert_eq!(json(response.body()), json(file.as_bytes()));
        assert_eq!(json(response.body())["status"], response.status().as_u16());
        assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    }
}

#[test]
fn pre_built_replies_make_the_errors_they_name() {
    let error = |reply| ask(&FakeTransport::always(reply)).unwrap_err();
    assert!(error(Reply::bad_request()).is_validation());
    assert!(error(Reply::forbidden()).is_authentication());
    assert!(error(Reply::not_found()).is_not_found());
    let unprocessable = error(Reply::unprocessable());
    let fields: Vec<_> = unprocessable.field_errors().iter().map(|fault| fault.pointer().unwrap()).collect();
    assert_eq!((unprocessable.is_validation(), fields), (true, vec!["/email", "/name"]));
    let limited = error(Reply::too_many_requests(7));
    assert_eq!((limited.is_rate_limited(), limited.retry_after()), (true, Some(Duration::from_secs(7))));
    assert!(!limited.may_have_been_processed());
    for (reply, status, attempts) in [
        (Reply::server_error(), 500, 2),
        (Reply::unavailable(None), 503, 3),
        (Reply::unavailable(Some(1)), 503, 3),
    ] {
        let error = error(reply);
        assert_eq!((error.is_server_error(), error.status().unwrap().as_u16()), (true, status));
        assert_eq!((error.may_have_been_processed(), error.attempts()), (true, attempts));
        assert_eq!(error.correlation_id().unwrap().len(), 32);
    }
}

#[test]
fn a_link_expires_late_unless_told() {
    let link = ask(&FakeTransport::always(Reply::link(URL))).unwrap();
    assert_eq!((link.url(), link.expires_at_text()), (URL, Some("2099-12-31T23:59:59Z")));
    let expires_at = "2026-03-09T20:46:31.305Z".parse().unwrap();
    let link = ask(&FakeTransport::always(Reply::link_until(URL, expires_at))).unwrap();
    assert_eq!(link.expires_at(), Some(expires_at));
    let error = ask(&FakeTransport::always(Reply::link("ftp://\"x\""))).unwrap_err();
    assert_eq!(error.kind(), sphere_core::ErrorKind::InvalidResponse);
}

#[test]
fn failures_have_the_kind_and_delivery_asked_for() {
    for (reply, kind, delivery) in [
        (Reply::refused(), TransportErrorKind::Connect, Delivery::NotSent),
        (Reply::not_sent(TransportErrorKind::Tls), TransportErrorKind::Tls, Delivery::NotSent),
        (Reply::lost(TransportErrorKind::Interrupted), TransportErrorKind::Interrupted, Delivery::Unknown),
    ] {
        let error = sent(&reply, Duration::from_secs(1)).0.unwrap_err();
        assert_eq!((error.kind(), error.delivery(), error.status()), (kind, delivery, None));
    }
    let cut_off = Reply::not_found().header("x-kept", "yes").cut_off();
    let error = sent(&cut_off, Duration::from_secs(1)).0.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Interrupted, Delivery::Unknown));
    assert_eq!(
        (error.status().unwrap().as_u16(), &error.headers().unwrap()["x-kept"]),
        (404, &"yes".parse().unwrap())
    );
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_reply_never_takes_longer_than_is_left(takes in 0_u64..5000, left in 0_u64..5000, sent_at_all: bool) {
        let reply = if sent_at_all { Reply::link(URL) } else { Reply::refused() };
        let (takes, left) = (Duration::from_millis(takes), Duration::from_millis(left));
        let (result, passed) = sent(&reply.after(takes), left);
        prop_assert_eq!(passed, takes.min(left));
        if takes > left {
            let error = result.unwrap_err();
            prop_assert_eq!(error.kind(), TransportErrorKind::Timeout);
            prop_assert_eq!(error.delivery() == Delivery::NotSent, !sent_at_all);
        } else {
            prop_assert_eq!(result.is_ok(), sent_at_all);
        }
    }
}

#[test]
fn a_reply_at_the_last_moment_counts() {
    let minute = Duration::from_secs(60);
    assert!(sent(&Reply::link(URL).after(minute), minute).0.is_ok());
    let just_late = minute + Duration::from_nanos(1);
    assert!(sent(&Reply::link(URL).after(just_late), minute).0.is_err());
}

#[test]
fn a_script_runs_in_order_in_virtual_time() {
    let script = || {
        FakeTransport::script([
            Reply::refused(),
            Reply::unavailable(Some(2)).after(Duration::from_millis(500)),
            Reply::link(URL),
        ])
    };
    for ask in [ask, ask_async] {
        let transport = script();
        assert_eq!(ask(&transport).unwrap().url(), URL);
        transport.requests().assert_sent([SENT; 3]);
        transport.assert_done();
        assert_eq!(transport.clock().slept(), [Duration::ZERO, Duration::from_secs(2)]);
        assert_eq!(transport.clock().elapsed(), Duration::from_millis(2500));
        let left: Vec<_> = transport.requests().iter().map(TransportRequest::time_left).collect();
        // Half of the call's time while another attempt may follow, then all that is left.
        assert_eq!(left, [15_000, 15_000, 27_500].map(Duration::from_millis));
    }
}

#[test]
fn a_script_that_runs_out_is_not_retried() {
    for ask in [ask, ask_async] {
        let transport = FakeTransport::script([Reply::link(URL)]);
        ask(&transport).unwrap();
        let error = ask(&transport).unwrap_err();
        assert_eq!(
            error.to_string(),
            "generate_face_verification_link: the request cannot be sent: \
             the test's script has 1 turn, and this is request 2 (1 attempt to api.spherepay.co:443, not sent)"
        );
        assert!(!error.may_have_been_processed());
        assert_eq!(error.stop_reason(), StopReason::NotRetryable);
    }
    let none = ask(&FakeTransport::script([])).unwrap_err().to_string();
    assert!(none.contains("the test's script has 0 turns, and this is request 1"), "{none}");
}

#[test]
fn then_always_replies_after_the_script() {
    let transport = FakeTransport::script([Reply::link(URL)]).then_always(Reply::not_found());
    ask(&transport).unwrap();
    for _ in 0..3 {
        assert!(ask(&transport).unwrap_err().is_not_found());
    }
    transport.assert_done();
    assert_eq!(
        panic_message(|| drop(
            FakeTransport::from_fn(|_| Reply::not_found()).then_always(Reply::forbidden())
        )),
        "a closure replies to every request: there is nothing after it"
    );
}

#[test]
fn assert_done_lists_requests_if_counts_differ() {
    let transport = FakeTransport::script([Reply::link(URL), Reply::link(URL)]);
    ask(&transport).unwrap();
    let line = "\n  1. POST https://api.spherepay.co/v2/customer/customer_1/face-verification-link \
                (generate_face_verification_link, 15s left)";
    assert_eq!(
        panic_message(|| transport.assert_done()),
        format!("the script has 2 turns, and 1 of them were not taken; sent:{line}")
    );
    ask(&transport).unwrap();
    transport.assert_done();
    let _swallowed = ask(&transport);
    let message = panic_message(|| transport.assert_done());
    assert!(message.starts_with("the script has 2 turns, and 3 requests came:\n  1. POST"), "{message}");
    FakeTransport::from_fn(|_| Reply::never()).assert_done();
}

#[test]
fn calls_without_replies_end_at_their_deadline() {
    for ask in [ask, ask_async] {
        let transport = FakeTransport::never_responding();
        let error = ask(&transport).unwrap_err();
        assert!(error.is_timeout() && error.may_have_been_processed());
        assert_eq!(
            error.to_string(),
            "generate_face_verification_link: timed out: the response was not complete in time \
             (2 attempts to api.spherepay.co:443 in 30 s, may have been processed, no further attempt is allowed)"
        );
        assert_eq!(transport.clock().elapsed(), Duration::from_secs(30));
        assert_eq!((transport.in_flight(), transport.requests().len()), (0, 2));
        assert_eq!(transport.clock().slept(), [Duration::ZERO]);
    }
}

#[test]
fn calls_on_a_stopped_clock_end_in_order() {
    let clock = VirtualClock::stopped();
    let transport = FakeTransport::from_fn(|request| {
        let seconds = if request.http().uri().path().contains("slow") { 5 } else { 1 };
        Reply::link(URL).after(Duration::from_secs(seconds))
    })
    .with_clock(&clock);
    let client = transport.client();
    let [slow_id, quick_id] = ["slow", "quick"].map(|id| CustomerId::new(id).unwrap());
    let mut slow = pin!(client.generate_face_verification_link(&slow_id).send());
    let mut quick = pin!(client.generate_face_verification_link(&quick_id).send());
    assert!(poll(slow.as_mut()).is_pending() && poll(quick.as_mut()).is_pending());
    clock.advance(Duration::from_millis(999));
    assert!(poll(quick.as_mut()).is_pending());
    clock.advance(Duration::from_millis(1));
    assert!(poll(slow.as_mut()).is_pending());
    assert!(poll(quick.as_mut()).is_ready());
    clock.advance(Duration::from_secs(4));
    assert!(poll(slow.as_mut()).is_ready());
    assert_eq!(clock.slept(), []);
}

#[test]
fn a_stopped_clock_wakes_finished_waits() {
    let clock = VirtualClock::stopped();
    let wakes = Arc::new(Wakes(AtomicUsize::new(0)));
    let counting = Waker::from(Arc::clone(&wakes));
    let mut sleep = clock::Clock::sleep(&clock, Duration::from_secs(2));
    assert!(sleep.as_mut().poll(&mut Context::from_waker(&counting)).is_pending());
    clock.advance(Duration::from_secs(2));
    assert_eq!(wakes.0.load(Ordering::SeqCst), 1);
    assert!(sleep.as_mut().poll(&mut Context::from_waker(&counting)).is_ready());
    assert_eq!(clock.slept(), [Duration::from_secs(2)]);
}

struct Wakes(AtomicUsize);

impl std::task::Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_blocking_call_waits_on_a_stopped_clock() {
    let clock = VirtualClock::stopped();
    let slow = Reply::link(URL).after(Duration::from_secs(3));
    let transport = FakeTransport::always(slow).with_clock(&clock);
    let (asked, (end, result)) = (transport.clone(), mpsc::channel());
    thread::spawn(move || end.send(ask(&asked)));
    let give_up = Instant::now() + PATIENCE;
    while transport.in_flight() == 0 {
        assert!(Instant::now() < give_up, "the call sent no request");
        thread::yield_now();
    }
    clock.advance(Duration::from_secs(2));
    assert!(result.try_recv().is_err());
    assert_eq!(transport.in_flight(), 1);
    clock.advance(Duration::from_secs(1));
    let link = result.recv_timeout(PATIENCE).expect("the call ends when its time has come");
    assert_eq!(link.unwrap().url(), URL);
    assert_eq!((transport.in_flight(), clock.elapsed()), (0, Duration::from_secs(3)));
}

#[test]
fn a_clock_only_moves_when_it_is_moved() {
    let clock = VirtualClock::new();
    let transport = FakeTransport::always(Reply::link(URL)).with_clock(&clock);
    let now = || (clock::Clock::now(&clock), clock::blocking::Clock::now(&transport.clock()));
    assert_eq!(now(), (Moment::default(), Moment::default()));
    clock.advance(Duration::from_secs(5));
    let later = Moment::after_origin(Duration::from_secs(5));
    assert_eq!(now(), (later, later));
    assert_eq!((clock.elapsed(), clock.slept()), (Duration::from_secs(5), vec![]));
    clock.advance(Duration::MAX);
    assert_eq!(clock.elapsed(), Duration::MAX);
}

#[test]
fn a_recording_keeps_requests_and_changes_nothing() {
    let fake = FakeTransport::script([Reply::too_many_requests(1), Reply::link(URL)]);
    let recording = Recording::new(fake.clone());
    let client =
        sphere_core::blocking::Client::new(config().build().unwrap(), recording.clone(), fake.clock());
    assert_eq!(client.generate_face_verification_link(&customer()).send().unwrap().url(), URL);
    assert_eq!(format!("{:?}", recording.requests()), format!("{:?}", fake.requests()));
    assert_eq!(fake.clock().slept(), [Duration::from_secs(1)]);
    assert_eq!(recording.requests()[1].time_left(), Duration::from_secs(15));

    let fake = FakeTransport::script([Reply::unavailable(Some(1)), Reply::not_found()]);
    let recording = Recording::new(fake.clone());
    let client = Client::new(config().build().unwrap(), recording.clone(), fake.clock());
    assert!(block_on(client.generate_face_verification_link(&customer()).send()).unwrap_err().is_not_found());
    recording.requests().assert_sent([SENT; 2]);
    assert_eq!(recording.requests()[1].time_left(), Duration::from_secs(15));
    assert_eq!(recording.requests()[0].http().headers()["authorization"], format!("Bearer {KEY}"));
    assert_eq!(recording.requests()[0].max_response_bytes(), 1 << 20);
    assert_eq!(recording.requests()[0].connect_timeout(), Duration::from_secs(5));
    assert_eq!(recording.inner().clock().elapsed(), Duration::from_secs(1));
}

/// One request to each of two customers.
fn two_requests() -> Requests {
    let transport = FakeTransport::always(Reply::link(URL));
    let client = blocking_client(config(), &transport);
    for id in ["customer_1", "customer_2"] {
        client.generate_face_verification_link(&CustomerId::new(id).unwrap()).send().unwrap();
    }
    transport.requests()
}

#[test]
fn assertions_about_requests_list_what_was_sent() {
    let requests = two_requests();
    let other = "POST /v2/customer/customer_2/face-verification-link";
    requests.assert_sent([SENT, other]);
    requests.assert_count(2);
    let sent =
        ["1. POST https://api.spherepay.co/v2/customer/customer_1", "2. POST https://api.spherepay.co/v2"];

    let message = panic_message(|| requests.assert_sent([SENT, SENT, SENT]));
    let expected = format!(
        "what was sent differs from request 2 on\nexpected:\n  1. {SENT}\n  2. {SENT}\n  3. {SENT}\nsent:\n  1. POST"
    );
    assert!(message.starts_with(&expected), "{message}");
    for message in [
        message,
        panic_message(|| requests.assert_count(1)),
        panic_message(|| _ = requests.only()),
        panic_message(|| requests.assert_sent([SENT])),
        panic_message(|| requests.assert_sent([other, SENT])),
    ] {
        assert!(sent.iter().all(|line| message.contains(line)), "{message}");
    }
    let none = FakeTransport::script([]).requests();
    none.assert_sent([""; 0]);
    assert_eq!(panic_message(|| _ = none.only()), "expected one request, and 0 were sent:\n  nothing");
    assert!(panic_message(|| none.assert_sent([SENT])).ends_with("sent:\n  nothing"));
}

#[test]
fn debug_and_messages_show_no_secrets() {
    let requests = two_requests();
    let transport = FakeTransport::always(Reply::link(URL).header("x-token", KEY));
    let recording = Recording::new(transport.clone());
    ask(&transport).unwrap();
    let text = format!(
        "{requests:?}{requests:#?}{requests}{transport:?}{recording:?}{:?}{:?}{}{}",
        Reply::link(URL).header("x-token", KEY),
        Reply::link(URL).cut_off(),
        panic_message(|| requests.assert_count(0)),
        panic_message(|| requests.assert_sent([""])),
    );
    assert!(text.contains("authorization") && text.contains("x-token"), "{text}");
    assert!(!text.contains(KEY) && !text.contains("canary_token_77"), "{text}");
}

#[test]
fn replies_that_http_forbids_are_refused() {
    assert_eq!(panic_message(|| drop(Reply::status(99))), "99 is not an HTTP status");
    assert_eq!(panic_message(|| drop(Reply::not_found().header("a b", ""))), "\"a b\" is not a header name");
    assert_eq!(panic_message(|| drop(Reply::not_found().header("a", "\n"))), "\"\\n\" is not a header value");
    assert_eq!(panic_message(|| drop(Reply::not_found().body("\n", ""))), "\"\\n\" is not a content type");
    let failure = "a failure (Connect) has no headers and no body";
    assert_eq!(panic_message(|| drop(Reply::refused().header("a", "b"))), failure);
    assert_eq!(panic_message(|| drop(Reply::refused().body("a/b", ""))), failure);
    assert_eq!(panic_message(|| drop(Reply::refused().cut_off())), "a failure (Connect) has no body");
}

#[test]
fn block_on_refuses_to_wait_forever() {
    assert_eq!(
        panic_message(|| block_on(std::future::pending::<()>())),
        "the future waits for something that no double brings, such as a stopped clock"
    );
}

#[test]
fn the_configuration_for_tests_has_no_backoff() {
    let config = testing::config().build().unwrap();
    assert_eq!(config.retry(), &sphere_core::RetryPolicy::default().backoff(Duration::ZERO));
    assert_eq!(config.timeout(), Duration::from_secs(30));
}
