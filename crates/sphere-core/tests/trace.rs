//! What a call tells of itself with the feature `tracing`: spans, attributes, retries, and nothing secret.

mod recorder;
mod shared;

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use http::Method;
use recorder::Recorder;
use shared::{KEY, config};
use sphere_core::endpoint::{self, DecodeError, Endpoint, Path, Safety};
use sphere_core::testing::{self, Answer, Clock, FakeTransport, block_on};
use sphere_core::transport::{
    Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse, blocking,
};
use sphere_core::{Client, CustomerId};

const URL: &str = "https://in.sumsub.com/websdk/p/canary_token_77";
const OPERATION: &str = "otel.name=generate_face_verification_link otel.kind=internal";
const REQUEST: &str = "otel.name=POST otel.kind=client http.request.method=POST url.scheme=https \
                       server.address=api.spherepay.co server.port=443";

fn customer() -> CustomerId {
    CustomerId::new("customer_canary_19").unwrap()
}

/// Tells when it sends and when it waits.
#[derive(Clone)]
struct Telling(FakeTransport);

fn tell(what: &str) {
    tracing::debug!(target: "double", "{what}");
}

impl blocking::Transport for Telling {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        tell("sends");
        blocking::Transport::send(&self.0, request)
    }

    fn sleep(&self, duration: Duration) {
        tell("waits");
        blocking::Transport::sleep(&self.0, duration);
    }

    fn now(&self) -> Instant {
        blocking::Transport::now(&self.0)
    }
}

#[async_trait::async_trait]
impl Transport for Telling {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        tell("sends");
        let answer = Transport::send(&self.0, request).await;
        tell("has an answer");
        answer
    }

    async fn sleep(&self, duration: Duration) {
        // The second net under a request, which is only woken if the transport does not keep to its time.
        if duration < Duration::from_secs(20) {
            tell("waits");
        }
        Transport::sleep(&self.0, duration).await;
    }

    fn now(&self) -> Instant {
        Transport::now(&self.0)
    }
}

/// The tree of one call over this script, blocking and asynchronous.
fn trees(script: impl Fn() -> FakeTransport) -> [String; 2] {
    let config = testing::config().build().unwrap();
    let blocking = Recorder::tree(|| {
        let client = sphere_core::blocking::Client::new(config.clone(), Telling(script()));
        let _ = client.face_verification_link(&customer()).send();
    });
    let asynchronous = Recorder::tree(|| {
        let client = Client::new(config.clone(), Telling(script()));
        let _ = block_on(client.face_verification_link(&customer()).send());
    });
    [blocking, asynchronous]
}

/// The tree of a blocking call, without what the transport tells.
fn tree(answer: Answer) -> String {
    let transport = FakeTransport::always(answer);
    let config = config().retry(sphere_core::RetryPolicy::never()).build().unwrap();
    Recorder::tree(|| {
        let client = sphere_core::blocking::Client::new(config, transport);
        let _ = client.face_verification_link(&customer()).send();
    })
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_call_is_a_span_with_its_attempts_and_waits_inside() {
    let script =
        || FakeTransport::script([Answer::unavailable(Some(1)), Answer::refused(), Answer::link(URL)]);
    let [blocking, asynchronous] = trees(script);
    let expected = format!(
        "INFO sphere_core call {OPERATION} sphere.attempts=3\n\
         \x20 INFO sphere_core attempt {REQUEST} http.response.status_code=503 error.type=503 otel.status_code=ERROR\n\
         \x20   DEBUG double event message=sends\n\
         \x20 WARN sphere_core event message=trying again retry.reason=503 retry.delay_ms=1000\n\
         \x20 DEBUG double event message=waits\n\
         \x20 INFO sphere_core attempt {REQUEST} http.request.resend_count=1 error.type=connect otel.status_code=ERROR\n\
         \x20   DEBUG double event message=sends\n\
         \x20 WARN sphere_core event message=trying again retry.reason=connect retry.delay_ms=0\n\
         \x20 DEBUG double event message=waits\n\
         \x20 INFO sphere_core attempt {REQUEST} http.request.resend_count=2 http.response.status_code=201\n\
         \x20   DEBUG double event message=sends\n"
    );
    assert_eq!(blocking, expected);
    assert_eq!(asynchronous.replace("    DEBUG double event message=has an answer\n", ""), expected);
    assert_eq!(asynchronous.matches("    DEBUG double event message=has an answer\n").count(), 3);
}

/// Says that it sends when it is asked to, and not when its future is first polled.
struct Eager(FakeTransport);

#[async_trait::async_trait]
impl Transport for Eager {
    fn send<'s, 'f>(&'s self, request: TransportRequest) -> Pin<Box<dyn Future<Output = Sent> + Send + 'f>>
    where
        's: 'f,
    {
        tell("sends");
        Transport::send(&self.0, request)
    }

    async fn sleep(&self, duration: Duration) {
        Transport::sleep(&self.0, duration).await;
    }
}

type Sent = Result<TransportResponse, TransportError>;

#[test]
fn what_a_transport_says_before_its_future_is_polled_is_inside_too() {
    let tree = Recorder::tree(|| {
        let client =
            Client::new(testing::config().build().unwrap(), Eager(FakeTransport::always(Answer::link(URL))));
        block_on(client.face_verification_link(&customer()).send()).unwrap();
    });
    assert!(tree.ends_with("201\n    DEBUG double event message=sends\n"), "{tree}");
}

#[test]
fn a_failure_has_a_type_of_few_names_on_the_attempt_and_on_the_call() {
    let failed = |kind, processed| (Answer::lost(kind), Some(kind_name(kind)), kind_name(kind), processed);
    let rows = [
        (Answer::not_found(), Some("404"), "404", false),
        (Answer::server_error(), Some("500"), "500", true),
        (Answer::status(999), Some("999"), "999", true),
        // The conventions leave these unset on an HTTP span.
        (Answer::status(302), None, "302", false),
        (Answer::link("ftp://x"), None, "invalid_answer", true),
        (Answer::not_found().cut_off(), Some("404"), "404", false),
        (Answer::status(201).cut_off(), Some("interrupted"), "interrupted", true),
        (Answer::never(), Some("timeout"), "timeout", true),
        (Answer::refused(), Some("connect"), "connect", false),
        failed(TransportErrorKind::Tls, true),
        failed(TransportErrorKind::Protocol, true),
        failed(TransportErrorKind::TooLarge, true),
        failed(TransportErrorKind::Setup, true),
        failed(TransportErrorKind::Other, true),
    ];
    for (answer, on_attempt, on_call, processed) in rows {
        let shown = format!("{answer:?}");
        let tree = tree(answer);
        let (call, attempt) = tree.split_once('\n').unwrap();
        let error = |name: &str| format!("error.type={name} otel.status_code=ERROR");
        let expected =
            format!(" sphere.attempts=1 sphere.may_have_been_processed={processed} {}", error(on_call));
        assert!(call.ends_with(&expected), "{shown}: {tree}");
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
fn a_dropped_call_says_that_it_was_cancelled() {
    let clock = Clock::stopped();
    let recorder = Recorder::default();
    tracing::subscriber::with_default(recorder.clone(), || {
        let transport = FakeTransport::never_answering().with_clock(&clock);
        let (client, customer) = (transport.client(), customer());
        let mut call = Box::pin(client.face_verification_link(&customer).send());
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
fn a_call_dropped_while_it_waits_says_so_too() {
    let clock = Clock::stopped();
    let tree = Recorder::tree(|| {
        let transport = FakeTransport::always(Answer::too_many_requests(5)).with_clock(&clock);
        let (client, customer) = (transport.client(), customer());
        let mut call = pin!(client.face_verification_link(&customer).send());
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
fn a_span_is_entered_only_while_its_call_is_polled() {
    let clock = Clock::stopped();
    let tree = Recorder::tree(|| {
        let transport = FakeTransport::from_fn(|request| {
            let slow = request.http().uri().path().contains("slow");
            Answer::link(URL).after(Duration::from_secs(if slow { 2 } else { 1 }))
        });
        let client = Client::new(config().build().unwrap(), Telling(transport.with_clock(&clock)));
        let [slow_id, quick_id] = ["slow", "quick"].map(|id| CustomerId::new(id).unwrap());
        let mut slow = pin!(client.face_verification_link(&slow_id).send());
        let mut quick = pin!(client.face_verification_link(&quick_id).send());
        let outer = tracing::info_span!(target: "test", "the caller's");
        assert!(outer.in_scope(|| poll(slow.as_mut())).is_pending());
        tell("between");
        assert!(poll(quick.as_mut()).is_pending());
        assert_eq!(Recorder::entered(), 0);
        clock.advance(Duration::from_secs(1));
        assert!(poll(slow.as_mut()).is_pending());
        assert!(poll(quick.as_mut()).is_ready());
        tell("between");
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
         \x20     DEBUG double event message=has an answer\n\
         DEBUG double event message=between\n\
         {call}\
         \x20 {attempt}\
         \x20   DEBUG double event message=sends\n\
         \x20   DEBUG double event message=has an answer\n\
         DEBUG double event message=between\n"
    );
    assert_eq!(tree, expected);
}

/// An endpoint of somebody else's, with a method of their own, and perhaps a path that cannot be sent.
struct Odd(&'static str);

impl Endpoint for Odd {
    type Output = ();
    const OPERATION: &'static str = "odd";
    const METHOD: Method = Method::CONNECT;
    const SAFETY: Safety = Safety::Once;

    fn path(&self, path: &mut Path) {
        path.push(self.0);
    }

    fn decode(&self, _: &endpoint::Answer<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

#[test]
fn a_request_that_cannot_be_built_is_a_call_without_an_attempt() {
    let transport = FakeTransport::script([]);
    let tree = Recorder::tree(|| {
        let _ = transport.blocking_client().call(Odd("../canary"));
    });
    assert_eq!(
        tree,
        "INFO sphere_core call otel.name=odd otel.kind=internal sphere.attempts=0 \
         sphere.may_have_been_processed=false error.type=invalid_request otel.status_code=ERROR\n"
    );
}

#[test]
fn the_server_is_named_as_the_conventions_want_it() {
    for (base_url, expected) in [
        (
            "https://gateway.example:8443/eu",
            "url.scheme=https server.address=gateway.example server.port=8443",
        ),
        ("http://127.0.0.1", "url.scheme=http server.address=127.0.0.1 server.port=80"),
        ("http://[::1]:3000", "url.scheme=http server.address=::1 server.port=3000"),
    ] {
        let config = testing::config().base_url(base_url).build().unwrap();
        let transport = FakeTransport::always(Answer::status(200));
        let tree = Recorder::tree(|| {
            let _ = sphere_core::blocking::Client::new(config, transport).call(Odd("x"));
        });
        assert!(tree.contains(&format!("http.request.method=CONNECT {expected} ")), "{tree}");
    }
}

#[test]
fn neither_key_nor_link_nor_customer_shows() {
    let canary = "canary";
    let quoting = |status| {
        let quote = format!(r#"{{"detail":"{KEY}","code":"{KEY}","correlationId":"{KEY}","url":"{KEY}"}}"#);
        Answer::status(status).header("x-quote", KEY).body(&format!("text/{KEY}"), quote)
    };
    assert!(KEY.contains(canary) && URL.contains(canary) && customer().as_str().contains(canary));
    let answers = [
        Answer::link(URL),
        quoting(201),
        quoting(302),
        quoting(403),
        quoting(422),
        quoting(429),
        quoting(500),
        quoting(404).cut_off(),
        Answer::refused(),
        Answer::never(),
    ];
    for answer in answers {
        for tree in trees(|| FakeTransport::always(answer.clone())) {
            assert!(tree.contains("sphere_core call") && tree.contains("sphere_core attempt"), "{tree}");
            assert!(!tree.contains(canary), "{tree}");
        }
        assert!(!tree(answer).contains(canary));
    }
}

#[test]
fn without_a_subscriber_a_call_goes_on_as_before() {
    let transport = FakeTransport::script([Answer::refused(), Answer::link(URL)]);
    assert!(block_on(transport.client().face_verification_link(&customer()).send()).is_ok());
    transport.assert_done();
}
