//! What a call emits with the feature `tracing`: spans, attributes, retries, and nothing secret.

mod recorder;
mod shared;

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::Method;
use recorder::Recorder;
use shared::{KEY, blocking_client, client_with, config};
use sphere_core::clock::{self, Moment};
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety,
};
use sphere_core::testing::{self, FakeTransport, Reply, VirtualClock, block_on};
use sphere_core::transport::{
    Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse, blocking,
};
use sphere_core::{Client, CustomerId, RetryPolicy};

const URL: &str = "https://in.sumsub.com/websdk/p/canary_token_77";
const OPERATION: &str = "otel.name=generate_face_verification_link otel.kind=internal";
const REQUEST: &str = "otel.name=POST otel.kind=client http.request.method=POST url.scheme=https \
                       server.address=api.spherepay.co server.port=443";

fn customer() -> CustomerId {
    CustomerId::new("customer_canary_19").unwrap()
}

/// A transport and a clock that log when they send and when they wait.
#[derive(Clone)]
struct Logging(FakeTransport);

fn log(what: &str) {
    tracing::debug!(target: "double", "{what}");
}

impl blocking::Transport for Logging {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        log("sends");
        blocking::Transport::send(&self.0, request)
    }
}

impl clock::blocking::Clock for Logging {
    fn now(&self) -> Moment {
        clock::blocking::Clock::now(&self.0.clock())
    }

    fn sleep(&self, duration: Duration) {
        log("waits");
        clock::blocking::Clock::sleep(&self.0.clock(), duration);
    }
}

#[async_trait::async_trait]
impl Transport for Logging {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        log("sends");
        let outcome = Transport::send(&self.0, request).await;
        log("has a response");
        outcome
    }
}

#[async_trait::async_trait]
impl clock::Clock for Logging {
    fn now(&self) -> Moment {
        clock::Clock::now(&self.0.clock())
    }

    async fn sleep(&self, duration: Duration) {
        // The driver's own limit on a request, which is longer than any wait in these tests.
        if duration < Duration::from_secs(10) {
            log("waits");
        }
        clock::Clock::sleep(&self.0.clock(), duration).await;
    }
}

/// The tree of one call over this script, blocking and async.
fn trees(script: impl Fn() -> FakeTransport) -> [String; 2] {
    let config = testing::config().build().unwrap();
    let blocking = Recorder::tree(|| {
        let transport = Logging(script());
        let client = sphere_core::blocking::Client::new(config.clone(), transport.clone(), transport);
        let _ = client.generate_face_verification_link(&customer()).send();
    });
    let asynchronous = Recorder::tree(|| {
        let transport = Logging(script());
        let client = Client::new(config.clone(), transport.clone(), transport);
        let _ = block_on(client.generate_face_verification_link(&customer()).send());
    });
    [blocking, asynchronous]
}

/// The tree of a blocking call of one attempt, without what the transport logs.
fn tree(reply: Reply) -> String {
    let client = client_with(RetryPolicy::never(), &FakeTransport::always(reply));
    Recorder::tree(|| {
        let _ = client.generate_face_verification_link(&customer()).send();
    })
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_call_span_holds_attempts_and_waits() {
    let script = || FakeTransport::script([Reply::unavailable(Some(1)), Reply::refused(), Reply::link(URL)]);
    let [blocking, asynchronous] = trees(script);
    let expected = format!(
        "INFO sphere_core call {OPERATION} sphere.attempts=3\n\
         \x20 INFO sphere_core attempt {REQUEST} http.response.status_code=503 error.type=503 otel.status_code=ERROR\n\
         \x20   DEBUG double event message=sends\n\
         \x20 WARN sphere_core event message=retrying retry.reason=503 retry.delay_ms=1000 sphere.retry_budget.remaining=9\n\
         \x20 DEBUG double event message=waits\n\
         \x20 INFO sphere_core attempt {REQUEST} http.request.resend_count=1 error.type=connect otel.status_code=ERROR\n\
         \x20   DEBUG double event message=sends\n\
         \x20 WARN sphere_core event message=retrying retry.reason=connect retry.delay_ms=0 sphere.retry_budget.remaining=8\n\
         \x20 DEBUG double event message=waits\n\
         \x20 INFO sphere_core attempt {REQUEST} http.request.resend_count=2 http.response.status_code=201\n\
         \x20   DEBUG double event message=sends\n"
    );
    assert_eq!(blocking, expected);
    assert_eq!(asynchronous.replace("    DEBUG double event message=has a response\n", ""), expected);
    assert_eq!(asynchronous.matches("    DEBUG double event message=has a response\n").count(), 3);
}

/// Logs that it sends when it is called, not when its future is first polled.
struct Eager(FakeTransport);

#[async_trait::async_trait]
impl Transport for Eager {
    fn send<'s, 'f>(&'s self, request: TransportRequest) -> Pin<Box<dyn Future<Output = Sent> + Send + 'f>>
    where
        's: 'f,
    {
        log("sends");
        Transport::send(&self.0, request)
    }
}

type Sent = Result<TransportResponse, TransportError>;

#[test]
fn logs_before_the_first_poll_are_inside_too() {
    let tree = Recorder::tree(|| {
        let fake = FakeTransport::always(Reply::link(URL));
        let client = Client::new(testing::config().build().unwrap(), Eager(fake.clone()), fake.clock());
        block_on(client.generate_face_verification_link(&customer()).send()).unwrap();
    });
    assert!(tree.ends_with("201\n    DEBUG double event message=sends\n"), "{tree}");
}

#[test]
fn error_types_on_attempts_and_calls() {
    let failed = |kind, processed| (Reply::lost(kind), Some(kind_name(kind)), kind_name(kind), processed);
    let rows = [
        (Reply::not_found(), Some("404"), "404", false),
        (Reply::server_error(), Some("500"), "500", true),
        (Reply::status(999), Some("999"), "999", true),
        // The conventions leave these unset on an HTTP span.
        (Reply::status(302), None, "302", true),
        (Reply::link("ftp://x"), None, "invalid_response", true),
        (Reply::not_found().cut_off(), Some("404"), "404", true),
        (Reply::status(201).cut_off(), Some("interrupted"), "interrupted", true),
        (Reply::never(), Some("timeout"), "timeout", true),
        (Reply::refused(), Some("connect"), "connect", false),
        failed(TransportErrorKind::Tls, true),
        failed(TransportErrorKind::Protocol, true),
        failed(TransportErrorKind::TooLarge, true),
        failed(TransportErrorKind::Setup, true),
        failed(TransportErrorKind::Other, true),
    ];
    for (reply, on_attempt, on_call, processed) in rows {
        let shown = format!("{reply:?}");
        let tree = tree(reply);
        let (call, attempt) = tree.split_once('\n').unwrap();
        let error = |name: &str| format!("error.type={name} otel.status_code=ERROR");
        let expected =
            format!(" sphere.attempts=1 sphere.may_have_been_processed={processed} sphere.stop_reason=");
        assert!(call.contains(&expected) && call.ends_with(&error(on_call)), "{shown}: {tree}");
        match on_attempt {
            Some(name) => assert!(attempt.ends_with(&format!("{}\n", error(name))), "{shown}: {tree}"),
            None => assert!(!attempt.contains("error.type") && !attempt.contains("ERROR"), "{shown}: {tree}"),
        }
    }
}

fn kind_name(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Tls => "tls",
        TransportErrorKind::Protocol => "protocol",
        TransportErrorKind::TooLarge => "too_large",
        TransportErrorKind::Setup => "setup",
        TransportErrorKind::Other => "other",
        kind => panic!("{kind:?} has a row of its own"),
    }
}

#[test]
fn a_dropped_call_is_cancelled_in_the_trace() {
    let clock = VirtualClock::stopped();
    let recorder = Recorder::default();
    tracing::subscriber::with_default(recorder.clone(), || {
        let transport = FakeTransport::never_responding().with_clock(&clock);
        let (client, customer) = (transport.client(), customer());
        let mut call = Box::pin(client.generate_face_verification_link(&customer).send());
        assert!(poll(call.as_mut()).is_pending());
        let open = format!(
            "INFO sphere_core call {OPERATION} (open)\n  INFO sphere_core attempt {REQUEST} (open)\n"
        );
        assert_eq!(recorder.draw(), open);
        drop(call);
    });
    let cancelled = "error.type=cancelled otel.status_code=ERROR";
    let expected = format!(
        "INFO sphere_core call {OPERATION} {cancelled}\n  INFO sphere_core attempt {REQUEST} {cancelled}\n"
    );
    assert_eq!(recorder.draw(), expected);
}

#[test]
fn a_call_dropped_while_waiting_is_cancelled_too() {
    let clock = VirtualClock::stopped();
    let tree = Recorder::tree(|| {
        let transport = FakeTransport::always(Reply::too_many_requests(5)).with_clock(&clock);
        let (client, customer) = (transport.client(), customer());
        let mut call = pin!(client.generate_face_verification_link(&customer).send());
        assert!(poll(call.as_mut()).is_pending());
    });
    let first = tree.lines().next().unwrap();
    assert_eq!(
        first,
        format!("INFO sphere_core call {OPERATION} error.type=cancelled otel.status_code=ERROR")
    );
    assert!(tree.contains("error.type=429 otel.status_code=ERROR\n") && !tree.contains("(open)"), "{tree}");
}

#[test]
fn spans_are_entered_only_while_polled() {
    let clock = VirtualClock::stopped();
    let tree = Recorder::tree(|| {
        let transport = FakeTransport::from_fn(|request| {
            let slow = request.http().uri().path().contains("slow");
            Reply::link(URL).after(Duration::from_secs(if slow { 2 } else { 1 }))
        });
        let transport = Logging(transport.with_clock(&clock));
        let client = Client::new(config().build().unwrap(), transport.clone(), transport);
        let [slow_id, quick_id] = ["slow", "quick"].map(|id| CustomerId::new(id).unwrap());
        let mut slow = pin!(client.generate_face_verification_link(&slow_id).send());
        let mut quick = pin!(client.generate_face_verification_link(&quick_id).send());
        let outer = tracing::info_span!(target: "test", "the caller's");
        assert!(outer.in_scope(|| poll(slow.as_mut())).is_pending());
        log("between");
        assert!(poll(quick.as_mut()).is_pending());
        assert_eq!(Recorder::entered(), 0);
        clock.advance(Duration::from_secs(1));
        assert!(poll(slow.as_mut()).is_pending());
        assert!(poll(quick.as_mut()).is_ready());
        log("between");
        clock.advance(Duration::from_secs(1));
        assert!(poll(slow.as_mut()).is_ready());
        assert_eq!(Recorder::entered(), 0);
    });
    let call = format!("INFO sphere_core call {OPERATION} sphere.attempts=1\n");
    let attempt = format!("INFO sphere_core attempt {REQUEST} http.response.status_code=201\n");
    let expected = format!(
        "INFO test the caller's\n\
         \x20 {call}\
         \x20   {attempt}\
         \x20     DEBUG double event message=sends\n\
         \x20     DEBUG double event message=has a response\n\
         DEBUG double event message=between\n\
         {call}\
         \x20 {attempt}\
         \x20   DEBUG double event message=sends\n\
         \x20   DEBUG double event message=has a response\n\
         DEBUG double event message=between\n"
    );
    assert_eq!(tree, expected);
}

/// A downstream endpoint with an unusual method, and perhaps a path that cannot be sent.
struct Odd(&'static str);

impl Endpoint for Odd {
    type Output = ();
    const OPERATION: Operation = Operation::new("odd", Method::CONNECT, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to([self.0])
    }

    fn decode(&self, _: &ApiResponse<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

#[test]
fn an_invalid_request_is_a_call_without_attempts() {
    let transport = FakeTransport::script([]);
    let tree = Recorder::tree(|| {
        let _ = transport.blocking_client().call(Odd("../canary")).send();
    });
    assert_eq!(
        tree,
        "INFO sphere_core call otel.name=odd otel.kind=internal sphere.attempts=0 \
         sphere.may_have_been_processed=false sphere.stop_reason=not_retryable sphere.retry_budget.remaining=10 error.type=invalid_request otel.status_code=ERROR\n"
    );
}

#[test]
fn the_server_is_named_by_the_conventions() {
    for (base_url, expected) in [
        (
            "https://gateway.example:8443/eu",
            "url.scheme=https server.address=gateway.example server.port=8443",
        ),
        ("http://127.0.0.1", "url.scheme=http server.address=127.0.0.1 server.port=80"),
        ("http://[::1]:3000", "url.scheme=http server.address=::1 server.port=3000"),
    ] {
        let transport = FakeTransport::always(Reply::status(200));
        let client = blocking_client(testing::config().base_url(base_url), &transport);
        let tree = Recorder::tree(|| {
            let _ = client.call(Odd("x")).send();
        });
        assert!(tree.contains(&format!("http.request.method=CONNECT {expected} ")), "{tree}");
    }
}

#[test]
fn neither_key_nor_link_nor_customer_shows() {
    let canary = "canary";
    let quoting = |status| {
        let quote = format!(r#"{{"detail":"{KEY}","code":"{KEY}","correlationId":"{KEY}","url":"{KEY}"}}"#);
        Reply::status(status).header("x-quote", KEY).body(&format!("text/{KEY}"), quote)
    };
    assert!(KEY.contains(canary) && URL.contains(canary) && customer().as_str().contains(canary));
    let replies = [
        Reply::link(URL),
        quoting(201),
        quoting(302),
        quoting(403),
        quoting(422),
        quoting(429),
        quoting(500),
        quoting(404).cut_off(),
        Reply::refused(),
        Reply::never(),
    ];
    for reply in replies {
        for tree in trees(|| FakeTransport::always(reply.clone())) {
            assert!(tree.contains("sphere_core call") && tree.contains("sphere_core attempt"), "{tree}");
            assert!(!tree.contains(canary), "{tree}");
        }
        assert!(!tree(reply).contains(canary));
    }
}

#[test]
fn a_call_needs_no_subscriber() {
    let transport = FakeTransport::script([Reply::refused(), Reply::link(URL)]);
    assert!(block_on(transport.client().generate_face_verification_link(&customer()).send()).is_ok());
    transport.assert_done();
}

#[test]
fn the_trace_says_why_a_call_stopped() {
    use sphere_core::transport::TransportErrorKind::Tls;
    let quick = Duration::from_secs(3);
    for (reply, policy, expected) in [
        (Reply::not_found(), RetryPolicy::default(), "not_retryable"),
        (Reply::not_sent(Tls), RetryPolicy::default(), "not_retryable"),
        (Reply::refused(), RetryPolicy::default(), "attempt_limit"),
        (Reply::server_error(), RetryPolicy::default(), "attempt_limit"),
        (Reply::too_many_requests(3), RetryPolicy::default(), "deadline"),
        (Reply::refused(), RetryPolicy::default().budget(1), "retry_budget"),
    ] {
        let config = config().timeout(quick).retry(policy.backoff(Duration::ZERO));
        let client = blocking_client(config, &FakeTransport::always(reply));
        let tree = Recorder::tree(|| {
            client.generate_face_verification_link(&customer()).send().unwrap_err();
        });
        let call = tree.lines().next().unwrap();
        assert!(call.contains(&format!(" sphere.stop_reason={expected} ")), "{tree}");
    }
}

/// Every event about a transfer can be traced, and holds nothing private.
#[test]
fn events_about_a_transfer_hold_ids_and_statuses() {
    use sphere_core::intent::FloatingTransfer;
    use sphere_core::money::{BankReference, Currency, Network, Rail};
    const QUOTES_THE_KEY: &str = r#"{"id":"payout_1","status":"sk_live_canary_5a11b0a7","externalId":"x"}"#;
    assert!(QUOTES_THE_KEY.contains(KEY));
    let refusal = Reply::unprocessable();
    let list = r#"{"data":[{"id":"payout_1","status":"processing","externalId":"payout-4711","quote":{"id":"quote_9"}}],"pagination":{"hasNext":false}}"#;
    let json = |body: &'static str| Reply::status(200).body("application/json", body);
    let transport = FakeTransport::script([
        json(r#"{"data":[],"pagination":{"hasNext":false}}"#),
        refusal,
        json(list),
        json(r#"{"id":"payout_1","status":"canceled"}"#),
        Reply::lost(TransportErrorKind::Interrupted),
        json(QUOTES_THE_KEY),
    ]);
    let client = blocking_client(config(), &transport);
    let account = sphere_core::BankAccountId::new("bankAccount_canary").unwrap();
    let wallet = sphere_core::WalletId::new("wallet_canary").unwrap();
    let (coins, dollars) =
        (Rail::new(Currency::Usdc, Network::Base), Rail::new(Currency::Usd, Network::Wire));
    let end = sphere_core::intent::BankEnd::from(&account).reference(BankReference::wire("canary").unwrap());
    let plan =
        FloatingTransfer::off_ramp(&customer(), "1".parse().unwrap(), (&wallet, coins), (end, dollars));
    let plan = plan.external_id("payout-4711".parse().unwrap());
    let tree = Recorder::tree(|| {
        let mut intent = client.prepare_transfer(plan, std::time::SystemTime::UNIX_EPOCH).unwrap();
        let _ = client.find_transfer(&mut intent).outcome().unwrap();
        let created = client.create_transfer(intent.begin().unwrap()).outcome();
        intent.settle(&created);
        let _ = client.find_transfer(&mut intent).outcome().unwrap();
        let id = intent.transfer_id().unwrap();
        let _ = client.cancel_transfer(id).outcome();
        let _ = client.cancel_transfer(id).outcome();
    });
    let events: Vec<_> = tree.lines().filter(|line| line.contains("sphere.transfer.action")).collect();
    let name = "sphere.transfer.external_id=payout-4711";
    for (event, parts) in events.iter().zip([
        ["action=find", "outcome=none_seen", name],
        ["action=create", "outcome=refused", "sphere.correlation_id=28c61e885c6e5eaa78c1a2183a9b883c"],
        [
            "outcome=found",
            "sphere.transfer.id=payout_1 sphere.transfer.status=processing",
            "quote_id=quote_9",
        ],
        ["action=cancel", "sphere.transfer.id=payout_1 sphere.transfer.status=canceled", ""],
        ["action=cancel", "outcome=unknown", "sphere.transfer.status=[redacted]"],
    ]) {
        for part in parts {
            assert!(event.contains(part), "{part}: {event}");
        }
    }
    assert_eq!(events.len(), 5, "{tree}");
    assert!(!tree.contains("canary"), "{tree}");
}
