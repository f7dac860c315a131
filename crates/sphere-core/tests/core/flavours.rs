//! Both flavours are one client: each leaves the same trace, which stands here and is not computed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::shared::{async_client, blocking_client, config};
use serde_json::{Value, json};
use sphere_core::pages::PagesEnd;
use sphere_core::testing::{FakeTransport, Reply, VirtualClock, block_on};
use sphere_core::wait::Outcome;
use sphere_core::{Client, ConfigBuilder, CustomerId, RetryPolicy};

const URL: &str = "https://in.sumsub.com/websdk/p/1";

fn id() -> CustomerId {
    CustomerId::new("customer_1").unwrap()
}

fn customer(number: u32, status: &str) -> Value {
    json!({"id": format!("customer_{number}"), "verificationProfiles": [{"name": "kyc_profile_a", "status": status, "criteria": {}}]})
}

// By value, so that a caller writes `json!({})`.
#[allow(clippy::needless_pass_by_value)]
fn json_reply(body: Value) -> Reply {
    Reply::status(200).body("application/json", body.to_string())
}

fn settings() -> ConfigBuilder {
    config().retry(RetryPolicy::default().backoff(Duration::ZERO))
}

/// When each request came, what it was, and the time that it was given.
type Log = Arc<Mutex<Vec<String>>>;

/// Replies for three attempts of a call, three pages, and two reads of a wait.
fn transport() -> (FakeTransport, Log) {
    let page = |number, next: bool| {
        json_reply(json!({"customers": [customer(number, "pending")], "pagination": {"hasNext": next}}))
    };
    let replies = Mutex::new(VecDeque::from([
        Reply::unavailable(Some(2)),
        Reply::refused(),
        Reply::link(URL),
        page(1, true),
        page(2, true),
        page(3, false),
        Reply::unavailable(Some(10)),
        json_reply(customer(1, "approved")),
    ]));
    let (clock, log) = (VirtualClock::new(), Log::default());
    let (now, lines) = (clock.clone(), Arc::clone(&log));
    let transport = FakeTransport::from_fn(move |request| {
        let (at, http) = (now.elapsed().as_millis(), request.http());
        let line = format!("{at} ms: {} {} in {:?}", http.method(), http.uri().path(), request.time_left());
        lines.lock().unwrap().push(line);
        replies.lock().unwrap().pop_front().unwrap()
    });
    (transport.with_clock(&clock), log)
}

fn assert_trace(log: &Log) {
    let link = "POST /v2/customer/customer_1/face-verification-link";
    let (list, read) = ("GET /v2/customer", "GET /v2/customer/customer_1");
    let expected = [
        // An attempt has half of the call's time, and the last one all that is left.
        format!("0 ms: {link} in 15s"),
        format!("2000 ms: {link} in 15s"),
        format!("2000 ms: {link} in 28s"),
        format!("2000 ms: {list} in 15s"),
        format!("2000 ms: {list} in 15s"),
        format!("2000 ms: {list} in 15s"),
        format!("2000 ms: {read} in 30s"),
        format!("12000 ms: {read} in 30s"),
    ];
    assert_eq!(*log.lock().unwrap(), expected);
}

#[test]
fn async_client_leaves_the_fixed_trace() {
    let (transport, log) = transport();
    let client = async_client(settings(), &transport);
    block_on(async {
        assert_eq!(client.generate_face_verification_link(&id()).send().await.unwrap().url(), URL);
        let mut pages = client.list_customers();
        assert_eq!(pages.next().await.unwrap().unwrap().id().as_str(), "customer_1");
        assert_eq!(pages.next_page().await.unwrap().unwrap().items()[0].id().as_str(), "customer_2");
        assert_eq!(pages.next().await.unwrap().unwrap().id().as_str(), "customer_3");
        assert!(pages.next().await.is_none() && pages.end() == Some(PagesEnd::NoNext));
        let outcome = client.wait_for_approval(&id(), Duration::from_secs(60)).outcome().await;
        assert!(matches!(outcome, Ok(Outcome::Decided { .. })));
    });
    assert_trace(&log);
}

#[test]
fn blocking_client_leaves_the_fixed_trace() {
    let (transport, log) = transport();
    let client = blocking_client(settings(), &transport);
    assert_eq!(client.generate_face_verification_link(&id()).send().unwrap().url(), URL);
    let mut pages = client.list_customers();
    assert_eq!(pages.next().unwrap().unwrap().id().as_str(), "customer_1");
    assert_eq!(pages.next_page().unwrap().unwrap().items()[0].id().as_str(), "customer_2");
    assert_eq!(pages.next().unwrap().unwrap().id().as_str(), "customer_3");
    assert!(pages.next().is_none() && pages.end() == Some(PagesEnd::NoNext));
    let outcome = client.wait_for_approval(&id(), Duration::from_secs(60)).outcome();
    assert!(matches!(outcome, Ok(Outcome::Decided { .. })));
    assert_trace(&log);
}

#[test]
fn an_awaited_call_or_wait_is_sent() {
    async fn both(client: &Client) -> Result<(), sphere_core::Error> {
        client.generate_face_verification_link(&id()).await?;
        client.wait_for_approval(&id(), Duration::from_secs(1)).await.map(drop)
    }
    // Both can be spawned on a runtime with several threads.
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    let transport = FakeTransport::script([Reply::link(URL), json_reply(customer(1, "approved"))]);
    block_on(is_send(both(&async_client(config(), &transport)))).unwrap();
    transport.assert_done();
}
