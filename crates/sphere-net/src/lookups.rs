//! Host names and their addresses: looked up on a few threads for the whole process, and remembered shortly.
//!
//! The operating system's lookup blocks and cannot be stopped, so it runs on a thread of its own. Calls that
//! need the same name at the same time share one lookup. At most [`MAX_THREADS`] lookups run at once in a
//! process, so that a name server that hangs cannot fill it with threads; as long as fewer names than that
//! hang, every other name is looked up at once. A thread ends when no lookup waits.
//!
//! Addresses are remembered for [`TIME_TO_LIVE`], counted from the start of their lookup, and
//! [forgotten](Lookups::forget) when connecting to them fails. Which of several addresses could be reached is
//! remembered for [`WORKING_TIME`].

mod memory;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use sphere_core::transport::TransportErrorKind;

use crate::failure::{Failure, is_out_of_descriptors};
use crate::race::Race;
use memory::Memory;
pub use memory::{TIME_TO_LIVE, WORKING_TIME};

/// How many lookups run at the same time in a process. Others wait for their turn.
pub const MAX_THREADS: usize = 8;

/// How many addresses of a host are used. The rest is dropped: a call has no time to try more.
pub const MAX_ADDRESSES: usize = 16;

/// The name of the threads. Linux shows at most 15 bytes of it.
const THREAD_NAME: &str = "sphere-lookup";

const LOOKING_UP: &str = "looking up the host";

type Resolve = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

/// A way to look up names. Cheap to clone; clones share memory, threads and lookups in flight.
///
/// ```
/// use std::net::IpAddr;
/// use std::time::{Duration, Instant};
/// use sphere_net::lookups::Lookups;
///
/// let lookups = Lookups::with(|_host| Ok(vec![IpAddr::from([192, 0, 2, 1])]));
/// let found = lookups.start("api.spherepay.co", Instant::now()).wait(Duration::from_secs(5))?;
/// assert_eq!(found, Some(vec![IpAddr::from([192, 0, 2, 1])]));
/// # Ok::<_, sphere_net::failure::Failure>(())
/// ```
#[derive(Clone)]
pub struct Lookups(Arc<Inner>);

struct Inner {
    resolve: Box<Resolve>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    memory: Memory,
    /// Lookups that run or wait for a thread.
    in_flight: HashMap<String, Arc<Shared>>,
    queue: VecDeque<Arc<Shared>>,
    threads: usize,
}

impl Lookups {
    /// Lookups by the operating system. There is one set of them in a process: all transports share it.
    pub fn system() -> Self {
        static SYSTEM: LazyLock<Lookups> = LazyLock::new(|| {
            Lookups::with(|host| Ok((host, 0).to_socket_addrs()?.map(|address| address.ip()).collect()))
        });
        SYSTEM.clone()
    }

    /// Lookups by this function, with a memory and threads of their own. The function may block.
    pub fn with(resolve: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { resolve: Box::new(resolve), state: Mutex::default() }))
    }

    /// Starts to look up a host, or joins a lookup of the same name. An IP address, and a name that is
    /// remembered, has its result at once and starts nothing.
    ///
    /// `now` is the time by which addresses are remembered.
    pub fn start(&self, host: &str, now: Instant) -> Lookup {
        if let Ok(address) = host.parse::<IpAddr>() {
            return Lookup::done(Ok(vec![address]));
        }
        let host = host.to_ascii_lowercase();
        let mut state = self.0.lock();
        if let Some(addresses) = state.memory.recall(&host, now) {
            return Lookup::done(Ok(addresses));
        }
        if let Some(shared) = state.in_flight.get(&host) {
            return Lookup::of(Arc::clone(shared));
        }
        let shared = Arc::new(Shared::new(host.clone(), now));
        state.in_flight.insert(host, Arc::clone(&shared));
        state.queue.push_back(Arc::clone(&shared));
        if state.threads < MAX_THREADS {
            let inner = Arc::clone(&self.0);
            match thread::Builder::new().name(THREAD_NAME.to_owned()).spawn(move || inner.work()) {
                Ok(_) => state.threads += 1,
                // Another thread takes it, if there is one.
                Err(_) if state.threads > 0 => {}
                Err(error) => {
                    state.queue.clear();
                    state.in_flight.clear();
                    drop(state);
                    shared.complete(Err(Arc::new(error)));
                }
            }
        }
        Lookup::of(shared)
    }

    /// A race among the addresses that were found for a host. The one that [worked](Self::worked) last time is tried
    /// first.
    pub fn race(&self, host: &str, addresses: Vec<IpAddr>, now: Instant) -> Race {
        let working = match addresses.len() {
            0 | 1 => None,
            _ => self.0.lock().memory.working(&host.to_ascii_lowercase(), now),
        };
        Race::new(addresses, working)
    }

    /// Remembers for [`WORKING_TIME`] that a host could be reached at this address.
    pub fn worked(&self, host: &str, address: IpAddr, now: Instant) {
        self.0.lock().memory.keep_working(&host.to_ascii_lowercase(), address, now);
    }

    /// Forgets the addresses of a host, because connecting to them failed.
    pub fn forget(&self, host: &str) {
        self.0.lock().memory.forget(&host.to_ascii_lowercase());
    }

    /// How many threads are looking something up.
    pub fn threads(&self) -> usize {
        self.0.lock().threads
    }
}

impl Inner {
    /// Does lookups until none waits.
    fn work(&self) {
        let mut next = self.lock().next();
        while let Some(shared) = next {
            let outcome = catch_unwind(AssertUnwindSafe(|| (self.resolve)(&shared.host)))
                .unwrap_or_else(|_| Err(io::Error::other("the lookup panicked")))
                .and_then(|mut addresses| {
                    addresses.truncate(MAX_ADDRESSES);
                    let none = || io::Error::new(io::ErrorKind::NotFound, "it has no address");
                    if addresses.is_empty() { Err(none()) } else { Ok(addresses) }
                });
            let mut state = self.lock();
            state.in_flight.remove(&shared.host);
            if let Ok(addresses) = &outcome {
                state.memory.keep(&shared.host, addresses.clone(), shared.started);
            }
            // Before the outcome is known to anybody: whoever has it sees the threads as they are.
            next = state.next();
            drop(state);
            shared.complete(outcome.map_err(Arc::new));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The next lookup that somebody waits for. Without one, the thread that asks is to end.
    fn next(&mut self) -> Option<Arc<Shared>> {
        while let Some(shared) = self.queue.pop_front() {
            // Ours and the one in `in_flight`: all callers have given up.
            if Arc::strong_count(&shared) > 2 {
                return Some(shared);
            }
            self.in_flight.remove(&shared.host);
        }
        self.threads -= 1;
        None
    }
}

impl fmt::Debug for Lookups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookups").field("threads", &self.threads()).finish_non_exhaustive()
    }
}

type Outcome = Result<Vec<IpAddr>, Arc<io::Error>>;

/// One lookup, which several callers may wait for.
struct Shared {
    host: String,
    started: Instant,
    progress: Mutex<Progress>,
    is_done: Condvar,
}

#[derive(Default)]
struct Progress {
    outcome: Option<Outcome>,
    wakers: HashMap<u64, Waker>,
    next_waker: u64,
}

impl Shared {
    fn new(host: String, started: Instant) -> Self {
        Self { host, started, progress: Mutex::default(), is_done: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn complete(&self, outcome: Outcome) {
        let wakers = {
            let mut progress = self.lock();
            progress.outcome = Some(outcome);
            std::mem::take(&mut progress.wakers)
        };
        self.is_done.notify_all();
        wakers.into_values().for_each(Waker::wake);
    }
}

/// A lookup in flight: a future, for async callers, with [`Self::wait`] for blocking ones.
///
/// The future needs no runtime. Dropping it gives up on the lookup.
pub struct Lookup {
    state: Waiting,
    waker: Option<u64>,
}

enum Waiting {
    Done(Outcome),
    For(Arc<Shared>),
}

impl Lookup {
    fn done(outcome: Outcome) -> Self {
        Self { state: Waiting::Done(outcome), waker: None }
    }

    fn of(shared: Arc<Shared>) -> Self {
        Self { state: Waiting::For(shared), waker: None }
    }

    /// Blocks the thread until the addresses are found, no longer than `limit`. `None` if time ran out.
    ///
    /// # Errors
    ///
    /// Of kind [`Connect`](TransportErrorKind::Connect) if the lookup failed or found no address.
    pub fn wait(self, limit: Duration) -> Result<Option<Vec<IpAddr>>, Failure> {
        let shared = match &self.state {
            Waiting::Done(outcome) => return result(outcome.clone()).map(Some),
            Waiting::For(shared) => shared,
        };
        let progress = shared.lock();
        let (progress, _) = shared
            .is_done
            .wait_timeout_while(progress, limit, |progress| progress.outcome.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        progress.outcome.clone().map(result).transpose()
    }
}

impl Future for Lookup {
    type Output = Result<Vec<IpAddr>, Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let shared = match &this.state {
            Waiting::Done(outcome) => return Poll::Ready(result(outcome.clone())),
            Waiting::For(shared) => shared,
        };
        let mut progress = shared.lock();
        if let Some(outcome) = &progress.outcome {
            return Poll::Ready(result(outcome.clone()));
        }
        let waker = *this.waker.get_or_insert_with(|| {
            progress.next_waker += 1;
            progress.next_waker
        });
        progress.wakers.insert(waker, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Lookup {
    fn drop(&mut self) {
        if let (Waiting::For(shared), Some(waker)) = (&self.state, self.waker) {
            shared.lock().wakers.remove(&waker);
        }
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_done = matches!(self.state, Waiting::Done(_));
        f.debug_struct("Lookup").field("is_done", &is_done).finish_non_exhaustive()
    }
}

fn result(outcome: Outcome) -> Result<Vec<IpAddr>, Failure> {
    outcome.map_err(|error| {
        let is_ours = is_out_of_descriptors(&*error);
        let kind = if is_ours { TransportErrorKind::Setup } else { TransportErrorKind::Connect };
        Failure::new(kind, LOOKING_UP, error)
    })
}

#[cfg(test)]
mod tests;
