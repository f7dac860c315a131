//! A transport without a socket, for both clients: it replies from a script or from a closure, in virtual
//! time, and keeps what it was sent.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::requests::{Log, Requests};
use super::{Reply, VirtualClock, config};
use crate::client::{Async, Blocking, Client};
use crate::clock::Moment;
use crate::config::Config;
use crate::transport::{
    Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse, blocking,
};

/// A transport without a socket, async and blocking. Clones are the same transport: keep one for the
/// test, and give one to the client.
///
/// | it replies | |
/// | --- | --- |
/// | from a script, a turn for each request | [`FakeTransport::script`] |
/// | always the same | [`FakeTransport::always`] |
/// | as a closure says, which sees the request | [`FakeTransport::from_fn`] |
/// | never | [`FakeTransport::never_responding`] |
///
/// It keeps to the time that a request has: what would come later is a timeout, at the deadline and in
/// virtual time, so that a test of 30 seconds is over at once.
///
/// # Example
///
/// ```
/// use sphere_core::testing::{Reply, FakeTransport};
/// use sphere_core::{CustomerId, Error, blocking::Client};
///
/// /// The code under test.
/// fn link_or_nothing(client: &Client, customer: &CustomerId) -> Result<Option<String>, Error> {
///     match client.generate_face_verification_link(customer).send() {
///         Ok(link) => Ok(Some(link.url().to_owned())),
///         Err(error) if error.is_not_found() => Ok(None),
///         Err(error) => Err(error),
///     }
/// }
///
/// let transport = FakeTransport::script([Reply::not_found()]);
/// let found = link_or_nothing(&transport.blocking_client(), &CustomerId::new("customer_1")?)?;
/// assert_eq!(found, None);
/// transport.assert_done();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FakeTransport {
    shared: Arc<Shared>,
    clock: VirtualClock,
}

struct Shared {
    replies: Replies,
    log: Log,
    in_flight: AtomicUsize,
}

enum Replies {
    Script(Mutex<Script>),
    Closure(Box<dyn Fn(&TransportRequest) -> Reply + Send + Sync>),
}

struct Script {
    turns: usize,
    left: VecDeque<Reply>,
    then: Option<Reply>,
}

impl FakeTransport {
    /// Gives these replies, one for each request, in order, whatever the request.
    ///
    /// A request after the last one fails: it counts as never sent, is not retried, and the error says that the
    /// script has run out. [`Self::then_always`] gives such requests a reply.
    ///
    /// If several calls are in flight at once, their order is not certain: use [`Self::from_fn`], and choose the
    /// reply by the request.
    pub fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let left: VecDeque<_> = replies.into_iter().collect();
        Self::make(Replies::Script(Mutex::new(Script { turns: left.len(), left, then: None })))
    }

    /// Gives this reply to every request.
    pub fn always(reply: Reply) -> Self {
        Self::script([]).then_always(reply)
    }

    /// Never replies: each request times out when its call's time is up. [`Self::in_flight`] says how many are
    /// waiting.
    ///
    /// # Example
    ///
    /// A timeout of 30 seconds, at once:
    ///
    /// ```
    /// use std::time::Duration;
    /// use sphere_core::CustomerId;
    /// use sphere_core::testing::FakeTransport;
    ///
    /// let transport = FakeTransport::never_responding();
    /// let error = transport.blocking_client().generate_face_verification_link(&CustomerId::new("customer_1")?).send().unwrap_err();
    /// assert!(error.is_timeout() && error.may_have_been_processed());
    /// assert_eq!(transport.clock().elapsed(), Duration::from_secs(30));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A call that is dropped half-way. On a [stopped clock](VirtualClock::stopped) it stays in flight:
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Waker};
    /// use sphere_core::CustomerId;
    /// use sphere_core::testing::{VirtualClock, FakeTransport};
    ///
    /// let transport = FakeTransport::never_responding().with_clock(&VirtualClock::stopped());
    /// let (client, customer) = (transport.client(), CustomerId::new("customer_1")?);
    /// {
    ///     let mut call = pin!(client.generate_face_verification_link(&customer).send());
    ///     assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    ///     assert_eq!(transport.in_flight(), 1);
    /// }
    /// assert_eq!(transport.in_flight(), 0);
    /// transport.requests().assert_count(1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn never_responding() -> Self {
        Self::always(Reply::never())
    }

    /// Asks the closure for each reply. It sees the request, so the order of requests does not matter.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::CustomerId;
    /// use sphere_core::testing::{Reply, FakeTransport};
    ///
    /// let transport = FakeTransport::from_fn(|request| match request.http().uri().path() {
    ///     "/v2/customer/customer_ada/face-verification-link" => Reply::link("https://in.sumsub.com/p/ada"),
    ///     _ => Reply::not_found(),
    /// });
    /// let client = transport.blocking_client();
    /// assert!(client.generate_face_verification_link(&CustomerId::new("customer_bob")?).send().unwrap_err().is_not_found());
    /// assert!(client.generate_face_verification_link(&CustomerId::new("customer_ada")?).send().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_fn(reply: impl Fn(&TransportRequest) -> Reply + Send + Sync + 'static) -> Self {
        Self::make(Replies::Closure(Box::new(reply)))
    }

    fn make(replies: Replies) -> Self {
        let shared = Shared { replies, log: Log::default(), in_flight: AtomicUsize::new(0) };
        Self { shared: Arc::new(shared), clock: VirtualClock::new() }
    }

    /// Gives this reply to every request after the script, instead of an error.
    ///
    /// # Panics
    ///
    /// If the replies come from a closure.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::testing::{Reply, FakeTransport};
    ///
    /// let transport = FakeTransport::script([Reply::link("https://in.sumsub.com/websdk/p/1")])
    ///     .then_always(Reply::unavailable(None));
    /// ```
    #[track_caller]
    pub fn then_always(self, reply: Reply) -> Self {
        match &self.shared.replies {
            Replies::Script(script) => {
                script.lock().unwrap_or_else(PoisonError::into_inner).then = Some(reply);
            }
            Replies::Closure(_) => panic!("a closure replies to every request: there is nothing after it"),
        }
        self
    }

    /// Puts it on this clock, instead of one of its own. Do so before you clone it.
    pub fn with_clock(mut self, clock: &VirtualClock) -> Self {
        self.clock = clock.clone();
        self
    }

    /// Its clock.
    pub fn clock(&self) -> VirtualClock {
        self.clock.clone()
    }

    /// An async client over this transport, with [`testing::config`](config). For another
    /// configuration, clone the transport into [`Client::new`](crate::Client::new).
    pub fn client(&self) -> Client<Async> {
        Client::<Async>::new(built_config(), self.clone(), self.clock())
    }

    /// A blocking client over this transport, with [`testing::config`](config). For another configuration,
    /// clone the transport into [`blocking::Client::new`](crate::blocking::Client::new).
    pub fn blocking_client(&self) -> Client<Blocking> {
        Client::<Blocking>::new(built_config(), self.clone(), self.clock())
    }

    /// What has been sent so far, in the order in which it was handed over.
    pub fn requests(&self) -> Requests {
        self.shared.log.requests()
    }

    /// How many requests are waiting for their response now. One that timed out or was dropped is not. On a
    /// [stopped clock](VirtualClock::stopped), a test on another thread waits for this before it advances the clock:
    /// from then on it is settled when the response comes.
    pub fn in_flight(&self) -> usize {
        self.shared.in_flight.load(Ordering::SeqCst)
    }

    /// Asserts that every turn of the script was taken, and that no request came after the last. At the end
    /// of a test, it finds the call that was not made and, should your code swallow errors, the one that was
    /// made too often.
    ///
    /// # Panics
    ///
    /// If the script and the requests differ in number. The message lists the requests.
    #[track_caller]
    pub fn assert_done(&self) {
        let Replies::Script(script) = &self.shared.replies else { return };
        let script = script.lock().unwrap_or_else(PoisonError::into_inner);
        let (turns, left, has_more) = (script.turns, script.left.len(), script.then.is_some());
        drop(script);
        let requests = self.requests();
        let sent = requests.len();
        assert!(
            left == 0,
            "the script has {turns} turns, and {left} of them were not taken; sent:{requests}"
        );
        assert!(
            has_more || sent <= turns,
            "the script has {turns} turns, and {sent} requests came:{requests}"
        );
    }

    /// Keeps the request. Returns when its outcome comes, and the outcome.
    fn outcome(&self, request: &TransportRequest) -> (Moment, Result<TransportResponse, TransportError>) {
        let reply = match &self.shared.replies {
            Replies::Script(script) => {
                // Kept under the script's lock, so that the first request kept is the one that gets the first turn.
                let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
                let index = self.shared.log.keep(request);
                match script.left.pop_front().or_else(|| script.then.clone()) {
                    Some(reply) => reply,
                    None => return (self.clock.after(Duration::ZERO), Err(run_out(script.turns, index + 1))),
                }
            }
            Replies::Closure(reply) => {
                self.shared.log.keep(request);
                reply(request)
            }
        };
        let (takes, result) = reply.within(request.time_left());
        (self.clock.after(takes), result)
    }
}

/// Error for a request after the script's end. Its kind is never retried, so that the caller sees this error.
fn run_out(turns: usize, request: usize) -> TransportError {
    let turns = if turns == 1 { "1 turn".to_owned() } else { format!("{turns} turns") };
    let message = format!("the test's script has {turns}, and this is request {request}");
    TransportError::new(TransportErrorKind::Setup, message).not_sent()
}

fn built_config() -> Config {
    match config().build() {
        Ok(config) => config,
        Err(error) => panic!("the configuration for tests is bad: {error}"),
    }
}

/// Counts a request as in flight for as long as it lives.
struct InFlight<'a>(&'a AtomicUsize);

impl<'a> InFlight<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Transport for FakeTransport {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let (end, result) = self.outcome(&request);
        let _in_flight = InFlight::new(&self.shared.in_flight);
        self.clock.reach(end).await;
        result
    }
}

impl blocking::Transport for FakeTransport {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let (end, result) = self.outcome(&request);
        let _in_flight = InFlight::new(&self.shared.in_flight);
        self.clock.reach_blocking(end);
        result
    }
}

/// Shows how many requests it has kept and how many are in flight, and its clock.
impl fmt::Debug for FakeTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeTransport")
            .field("requests", &self.shared.log.len())
            .field("in_flight", &self.in_flight())
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
