//! How a transport is given to the suite: a function that makes one, and what is declared about it.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use sphere_core::clock::{Clock, blocking as blocking_clock};
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse, blocking};

use crate::block_on::{BoxFuture, NOT_ASYNC, Runtimes};
use crate::clock::{self, SubjectClock};
use crate::own_process;

/// What a contract requires of the transport that is made for it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Setup {
    trusted_pem: Option<String>,
}

impl Setup {
    /// No requirement.
    pub fn plain() -> Self {
        Self::default()
    }

    /// A transport that also trusts the certificate authority in this PEM text.
    pub fn trusting(pem: impl Into<String>) -> Self {
        Self { trusted_pem: Some(pem.into()) }
    }

    /// The certificate authority, as PEM, that the transport trusts besides its usual ones.
    pub fn trusted_pem(&self) -> Option<&str> {
        self.trusted_pem.as_deref()
    }
}

type Make = dyn Fn(&Setup) -> Arc<dyn Subject> + Send + Sync;

/// How to make transports of one kind, and what is declared about them. Each contract gets a new transport.
#[derive(Clone)]
pub struct Candidate {
    make: Arc<Make>,
    /// For async transports only.
    runtimes: Option<Arc<Runtimes>>,
    is_remote: bool,
    clock: Option<Arc<dyn SubjectClock>>,
    pub(crate) deviations: Vec<(&'static str, String)>,
    pub(crate) without: Vec<(&'static str, String)>,
    /// The module with a test for each contract, if there is one.
    tests: Option<&'static str>,
}

impl Candidate {
    /// Blocking transports.
    ///
    /// ```no_run
    /// # use sphere_core::transport::blocking::Transport;
    /// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
    /// let candidate = sphere_conformance::Candidate::blocking(my_transport);
    /// ```
    pub fn blocking<T, F>(make: F) -> Self
    where
        T: blocking::Transport + 'static,
        F: Fn(&Setup) -> T + Send + Sync + 'static,
    {
        Self::new(None, move |setup| Arc::new(Blocking(make(setup))))
    }

    /// Async transports. `runtime` makes a runtime: a function that runs a future to its end. A contract makes one for
    /// all its calls; those about runtimes that end make more.
    ///
    /// ```no_run
    /// # use sphere_core::transport::Transport;
    /// # use sphere_conformance::BoxFuture;
    /// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
    /// # struct Runtime;
    /// # impl Runtime {
    /// #     fn new() -> Self { Self }
    /// #     fn block_on(&self, _: BoxFuture<'_>) {}
    /// # }
    /// fn runtime() -> impl Fn(BoxFuture<'_>) {
    ///     let runtime = Runtime::new();
    ///     move |future| runtime.block_on(future)
    /// }
    ///
    /// let candidate = sphere_conformance::Candidate::asynchronous(my_transport, runtime);
    /// ```
    pub fn asynchronous<T, F, N, R>(make: F, runtime: N) -> Self
    where
        T: Transport + 'static,
        F: Fn(&Setup) -> T + Send + Sync + 'static,
        N: Fn() -> R + Send + Sync + 'static,
        R: Fn(BoxFuture<'_>) + Send + Sync + 'static,
    {
        let runtimes = Arc::new(Runtimes::new(runtime));
        let of_each = Arc::clone(&runtimes);
        Self::new(Some(runtimes), move |setup| {
            Arc::new(Async { transport: make(setup), runtimes: Arc::clone(&of_each) })
        })
    }

    fn new(
        runtimes: Option<Arc<Runtimes>>,
        make: impl Fn(&Setup) -> Arc<dyn Subject> + Send + Sync + 'static,
    ) -> Self {
        let (deviations, without) = (Vec::new(), Vec::new());
        Self {
            make: Arc::new(make),
            runtimes,
            is_remote: false,
            clock: None,
            deviations,
            without,
            tests: None,
        }
    }

    /// Transports at the other end of the protocol.
    pub(crate) fn remote(make: impl Fn(&Setup) -> Arc<dyn Subject> + Send + Sync + 'static) -> Self {
        Self { is_remote: true, ..Self::new(None, make) }
    }

    /// The clock of a blocking client, for the contracts of the group `clock`. Without one they are not run.
    ///
    /// # Panics
    ///
    /// If the transports are async: their clock is given to [`with_async_clock`](Self::with_async_clock).
    #[track_caller]
    #[must_use]
    pub fn with_clock(self, clock: impl blocking_clock::Clock + 'static) -> Self {
        assert!(!self.is_async(), "an async transport needs an async clock: `with_async_clock`");
        self.with(Arc::new(clock::Blocking(clock)))
    }

    /// The clock of an async client, for the contracts of the group `clock`. Without one they are not run.
    ///
    /// # Panics
    ///
    /// If the transports are blocking: their clock is given to [`with_clock`](Self::with_clock).
    #[track_caller]
    #[must_use]
    pub fn with_async_clock(self, clock: impl Clock + 'static) -> Self {
        let Some(runtimes) = self.runtimes.clone() else {
            panic!("a blocking transport needs a blocking clock: `with_clock`")
        };
        self.with(Arc::new(clock::Async { clock, runtimes }))
    }

    /// Whether its transports are async.
    pub fn is_async(&self) -> bool {
        self.runtimes.is_some()
    }

    /// Whether its transports are at the other end of the protocol.
    pub(crate) fn is_remote(&self) -> bool {
        self.is_remote
    }

    pub(crate) fn has_clock(&self) -> bool {
        self.clock.is_some()
    }

    pub(crate) fn with(mut self, clock: Arc<dyn SubjectClock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// A new transport.
    pub(crate) fn make(&self, setup: &Setup) -> Arc<dyn Subject> {
        (self.make)(setup)
    }

    /// The clock. The contracts that need one are not run without.
    pub(crate) fn clock(&self) -> &dyn SubjectClock {
        self.clock.as_deref().unwrap_or_else(|| panic!("{}", NO_CLOCK))
    }

    /// Why this contract is declared not to be kept, if it is.
    pub(crate) fn deviation(&self, contract: &str) -> Option<&str> {
        self.deviations.iter().find(|(name, _)| *name == contract).map(|(_, reason)| &**reason)
    }

    /// Says in which module each contract has a test, as [`suite!`](crate::suite) makes them. Contracts that need a
    /// process of their own run the test in one.
    #[doc(hidden)]
    #[must_use]
    pub fn in_tests_of(mut self, module_path: &'static str) -> Self {
        self.tests = Some(module_path);
        self
    }

    pub(crate) fn tests(&self) -> Option<&'static str> {
        self.tests
    }

    /// Why contracts of this group, or only those about futures, are not run, if they are not.
    pub(crate) fn left_out(&self, group: &str, is_async_only: bool) -> Option<&str> {
        let declared = self.without.iter().find(|(name, _)| *name == group);
        declared
            .map(|(_, reason)| &**reason)
            .or_else(|| (self.is_remote && is_async_only).then_some(IN_PROCESS_ONLY))
            .or_else(|| (group == "clock" && self.clock.is_none()).then_some(NO_CLOCK))
            .or_else(|| own_process::not_run(group, self.tests))
    }
}

const NO_CLOCK: &str = "no clock was given";
const IN_PROCESS_ONLY: &str = "it polls, drops or moves futures, which only works in the same process";

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate")
            .field("is_async", &self.is_async())
            .field("has_clock", &self.clock.is_some())
            .field("deviations", &self.deviations)
            .field("without", &self.without)
            .finish_non_exhaustive()
    }
}

/// A transport as contracts see it: async or not, it blocks the thread.
pub(crate) trait Subject: Send + Sync {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError>;

    fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError>;

    /// The async transport itself, for contracts about futures.
    fn future(&self) -> &dyn Transport;

    /// Runs a future of an async transport.
    fn block_on(&self, future: BoxFuture<'_>);

    /// Sends on a runtime that then ends; if the transport is blocking, on a thread that does.
    fn send_and_end(&self, request: TransportRequest) -> Result<TransportResponse, TransportError>;
}

struct Blocking<T>(T);

impl<T: blocking::Transport> Subject for Blocking<T> {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.0.send(request)
    }

    fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        self.0.warm_up(request)
    }

    fn future(&self) -> &dyn Transport {
        unreachable!("{NOT_ASYNC}")
    }

    fn block_on(&self, _: BoxFuture<'_>) {
        unreachable!("{NOT_ASYNC}")
    }

    fn send_and_end(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let sent = std::thread::scope(|scope| scope.spawn(|| self.send(request)).join());
        sent.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

pub(crate) const RETURNED_BEFORE: &str = "a runtime must run its future to the end, but returned before";

struct Async<T> {
    transport: T,
    runtimes: Arc<Runtimes>,
}

/// What the future comes to, if it is run by this function.
fn output<T: Send>(run: impl FnOnce(BoxFuture<'_>), future: impl Future<Output = T> + Send) -> T {
    let mut output = None;
    run(Box::pin(async { output = Some(future.await) }));
    output.unwrap_or_else(|| panic!("{RETURNED_BEFORE}"))
}

impl<T: Transport> Subject for Async<T> {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        output(|future| self.runtimes.block_on(future), self.transport.send(request))
    }

    fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        output(|future| self.runtimes.block_on(future), self.transport.warm_up(request))
    }

    fn future(&self) -> &dyn Transport {
        &self.transport
    }

    fn block_on(&self, future: BoxFuture<'_>) {
        self.runtimes.block_on(future);
    }

    fn send_and_end(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        output(|future| self.runtimes.block_on_another(future), async { self.transport.send(request).await })
    }
}
