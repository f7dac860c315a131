//! A transport without a socket, for both clients: it answers from a script or from a closure, in virtual
//! time, and keeps what it was sent.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::requests::{Log, Requests};
use super::{Answer, Clock, config};
use crate::transport::{
    Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse, blocking,
};
use crate::{Client, blocking::Client as BlockingClient};

/// A transport without a socket, asynchronous and blocking. Clones are the same transport: keep one for the
/// test, and give one to the client.
///
/// | it answers | |
/// | --- | --- |
/// | from a script, a turn for each request | [`FakeTransport::script`] |
/// | always the same | [`FakeTransport::always`] |
/// | as a closure says, which sees the request | [`FakeTransport::from_fn`] |
/// | never | [`FakeTransport::never_answering`] |
///
/// It keeps to the time that a request has: what would come later is a timeout, at the deadline and in
/// virtual time, so that a test of 30 seconds is over at once.
///
/// # Example
///
/// ```
/// use sphere_core::testing::{Answer, FakeTransport};
/// use sphere_core::{CustomerId, Error, blocking::Client};
///
/// /// The code under test.
/// fn link_or_nothing(client: &Client, customer: &CustomerId) -> Result<Option<String>, Error> {
///     match client.face_verification_link(customer) {
///         Ok(link) => Ok(Some(link.url().to_owned())),
///         Err(error) if error.is_not_found() => Ok(None),
///         Err(error) => Err(error),
///     }
/// }
///
/// let transport = FakeTransport::script([Answer::not_found()]);
/// let found = link_or_nothing(&transport.blocking_client(), &CustomerId::new("customer_1")?)?;
/// assert_eq!(found, None);
/// transport.assert_done();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FakeTransport {
    shared: Arc<Shared>,
    clock: Clock,
}

struct Shared {
    answers: Answers,
    log: Log,
    under_way: AtomicUsize,
}

enum Answers {
    Script(Mutex<Script>),
    Closure(Box<dyn Fn(&TransportRequest) -> Answer + Send + Sync>),
}

struct Script {
    turns: usize,
    left: VecDeque<Answer>,
    then: Option<Answer>,
}

impl FakeTransport {
    /// Gives these answers, one for each request, in order, whatever the request.
    ///
    /// A request after the last one fails: nothing is sent for it and it is not tried again, and the error
    /// says that the script has run out. [`Self::then_always`] has it answered.
    ///
    /// If several calls are under way at once, their order is not yours to say: use [`Self::from_fn`], and
    /// answer by what was asked.
    pub fn script(answers: impl IntoIterator<Item = Answer>) -> Self {
        let left: VecDeque<_> = answers.into_iter().collect();
        Self::make(Answers::Script(Mutex::new(Script { turns: left.len(), left, then: None })))
    }

    /// Gives this answer to every request.
    pub fn always(answer: Answer) -> Self {
        Self::script([]).then_always(answer)
    }

    /// Never answers: each request times out when its call's time is up. How many are waiting,
    /// [`Self::under_way`] tells.
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
    /// let transport = FakeTransport::never_answering();
    /// let error = transport.blocking_client().face_verification_link(&CustomerId::new("customer_1")?).unwrap_err();
    /// assert!(error.is_timeout() && error.may_have_been_processed());
    /// assert_eq!(transport.clock().elapsed(), Duration::from_secs(30));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// A call that is dropped half-way. On a [stopped clock](Clock::stopped) it stays under way:
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Waker};
    /// use sphere_core::CustomerId;
    /// use sphere_core::testing::{Clock, FakeTransport};
    ///
    /// let transport = FakeTransport::never_answering().with_clock(&Clock::stopped());
    /// let (client, customer) = (transport.client(), CustomerId::new("customer_1")?);
    /// {
    ///     let mut call = pin!(client.face_verification_link(&customer));
    ///     assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    ///     assert_eq!(transport.under_way(), 1);
    /// }
    /// assert_eq!(transport.under_way(), 0);
    /// transport.requests().assert_count(1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn never_answering() -> Self {
        Self::always(Answer::never())
    }

    /// Asks the closure for each answer. It sees the request, so the order of requests does not matter.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::CustomerId;
    /// use sphere_core::testing::{Answer, FakeTransport};
    ///
    /// let transport = FakeTransport::from_fn(|request| match request.http().uri().path() {
    ///     "/v2/customer/customer_ada/face-verification-link" => Answer::link("https://in.sumsub.com/p/ada"),
    ///     _ => Answer::not_found(),
    /// });
    /// let client = transport.blocking_client();
    /// assert!(client.face_verification_link(&CustomerId::new("customer_bob")?).unwrap_err().is_not_found());
    /// assert!(client.face_verification_link(&CustomerId::new("customer_ada")?).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_fn(answer: impl Fn(&TransportRequest) -> Answer + Send + Sync + 'static) -> Self {
        Self::make(Answers::Closure(Box::new(answer)))
    }

    fn make(answers: Answers) -> Self {
        let shared = Shared { answers, log: Log::default(), under_way: AtomicUsize::new(0) };
        Self { shared: Arc::new(shared), clock: Clock::new() }
    }

    /// Gives this answer to every request after the script, in place of an error.
    ///
    /// # Panics
    ///
    /// If the answers come from a closure.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::testing::{Answer, FakeTransport};
    ///
    /// let transport = FakeTransport::script([Answer::link("https://in.sumsub.com/websdk/p/1")])
    ///     .then_always(Answer::unavailable(None));
    /// ```
    #[track_caller]
    pub fn then_always(self, answer: Answer) -> Self {
        match &self.shared.answers {
            Answers::Script(script) => {
                script.lock().unwrap_or_else(PoisonError::into_inner).then = Some(answer);
            }
            Answers::Closure(_) => panic!("a closure answers every request: there is nothing after it"),
        }
        self
    }

    /// Puts it on this clock, in place of one of its own. Do so before you clone it.
    pub fn with_clock(mut self, clock: &Clock) -> Self {
        self.clock = clock.clone();
        self
    }

    /// Its clock.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// An asynchronous client over this transport, with [`testing::config`](config). For another
    /// configuration, clone the transport into [`Client::new`].
    pub fn client(&self) -> Client {
        Client::new(built_config(), self.clone())
    }

    /// A blocking client over this transport, with [`testing::config`](config). For another configuration,
    /// clone the transport into [`blocking::Client::new`](BlockingClient::new).
    pub fn blocking_client(&self) -> BlockingClient {
        BlockingClient::new(built_config(), self.clone())
    }

    /// What has been sent so far, in the order in which it was handed over.
    pub fn requests(&self) -> Requests {
        self.shared.log.requests()
    }

    /// How many requests are waiting for their answer now. One that timed out or was dropped is not. On a
    /// [stopped clock](Clock::stopped), a test on another thread waits for this before it advances the clock:
    /// from then on it is settled when the answer comes.
    pub fn under_way(&self) -> usize {
        self.shared.under_way.load(Ordering::SeqCst)
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
        let Answers::Script(script) = &self.shared.answers else { return };
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

    /// Takes the request, and says when the answer comes and what it is.
    fn answer(&self, request: &TransportRequest) -> (Instant, Result<TransportResponse, TransportError>) {
        let answer = match &self.shared.answers {
            Answers::Script(script) => {
                // Kept under the script's lock, so that the first request kept is the one that gets the first turn.
                let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
                let index = self.shared.log.keep(request);
                match script.left.pop_front().or_else(|| script.then.clone()) {
                    Some(answer) => answer,
                    None => return (self.clock.now(), Err(run_out(script.turns, index + 1))),
                }
            }
            Answers::Closure(answer) => {
                self.shared.log.keep(request);
                answer(request)
            }
        };
        let (takes, result) = answer.within(request.time_left());
        (self.clock.after(takes), result)
    }
}

/// Of a kind that is never tried again, so that what the caller sees is this and not what became of it.
fn run_out(turns: usize, request: usize) -> TransportError {
    let turns = if turns == 1 { "1 turn".to_owned() } else { format!("{turns} turns") };
    let message = format!("the test's script has {turns}, and this is request {request}");
    TransportError::new(TransportErrorKind::Setup, message).not_sent()
}

fn built_config() -> crate::Config {
    match config().build() {
        Ok(config) => config,
        Err(error) => panic!("the configuration for tests is bad: {error}"),
    }
}

/// Counts a request as under way for as long as it lives.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Transport for FakeTransport {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let (end, result) = self.answer(&request);
        let _under_way = UnderWay::new(&self.shared.under_way);
        self.clock.reach(end).await;
        result
    }

    async fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}

impl blocking::Transport for FakeTransport {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let (end, result) = self.answer(&request);
        let _under_way = UnderWay::new(&self.shared.under_way);
        self.clock.reach_blocking(end);
        result
    }

    fn sleep(&self, duration: Duration) {
        self.clock.sleep_blocking(duration);
    }

    fn now(&self) -> Instant {
        self.clock.now()
    }
}

/// Shows how many requests it has kept and how many are under way, and its clock.
impl fmt::Debug for FakeTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeTransport")
            .field("requests", &self.shared.log.len())
            .field("under_way", &self.under_way())
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
