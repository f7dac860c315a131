//! Runs a future, and wakes what waits for the host. `wasi:io/poll` is the only way to wait in a component, and it
//! blocks, so whoever runs the futures must also be the one who calls it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use wasip2::io::poll::{Pollable, poll};

thread_local! {
    /// What the futures of this thread wait for.
    static WAITING: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
    /// The number that the next entry gets.
    static NEXT: Cell<u64> = const { Cell::new(0) };
    /// How many `block_on` are running, one inside the other.
    static RUNNING: Cell<usize> = const { Cell::new(0) };
}

struct Entry {
    number: u64,
    /// Shared with the `Ready` that waits for it.
    pollable: Arc<Pollable>,
    is_ready: bool,
    waker: Waker,
}

/// Runs a future to its end, and waits where it waits: for responses of a [`WasiTransport`](crate::WasiTransport)
/// and for a [`WasiClock`](crate::WasiClock). Several calls at once are one future that joins them.
///
/// Inside another runtime, such as wstd's, it works too, and that runtime's tasks wait until it returns.
///
/// # Example
///
/// ```
/// assert_eq!(sphere_wasi::block_on(async { 1 + 1 }), 2);
/// ```
///
/// # Panics
///
/// If the future waits, and for nothing that could ever wake it: neither for the transport nor for the clock. There
/// is only one thread, so it would wait for ever.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let _running = Running::enter();
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        // A future that wakes itself must not keep the others from hearing of the host.
        look_at_host(Wait::No);
        while !woken.0.swap(false, Ordering::Relaxed) {
            look_at_host(Wait::Yes);
        }
    }
}

/// Whether the future that asks is run by [`block_on`].
pub(crate) fn is_running() -> bool {
    RUNNING.get() > 0
}

/// **Custom part, tied to wasip2 1**: waits until something of the host's is ready, such as a stream of your own. For
/// what waits beside calls in [`block_on`].
///
/// Drop the future before the resource whose pollable it has, as [`Pollable`] demands.
///
/// # Example
///
/// ```no_run
/// use wasip2::cli::stdin::get_stdin;
///
/// sphere_wasi::block_on(async {
///     let input = get_stdin();
///     sphere_wasi::ready(input.subscribe()).await;
///     let bytes = input.read(1024);
/// });
/// ```
pub fn ready(pollable: Pollable) -> Ready {
    let number = NEXT.get();
    NEXT.set(number + 1);
    Ready { number, pollable: Arc::new(pollable) }
}

/// Future of [`ready`]. Once it is ready, it stays so.
#[derive(Debug)]
pub struct Ready {
    number: u64,
    pollable: Arc<Pollable>,
}

impl Future for Ready {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        WAITING.with_borrow_mut(|waiting| {
            let Some(entry) = waiting.iter_mut().find(|entry| entry.number == self.number) else {
                waiting.push(Entry {
                    number: self.number,
                    pollable: Arc::clone(&self.pollable),
                    is_ready: false,
                    waker: context.waker().clone(),
                });
                return Poll::Pending;
            };
            if entry.is_ready {
                return Poll::Ready(());
            }
            entry.waker.clone_from(context.waker());
            Poll::Pending
        })
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        WAITING.with_borrow_mut(|waiting| waiting.retain(|entry| entry.number != self.number));
    }
}

/// Whether to wait until something is ready.
#[derive(Clone, Copy, PartialEq)]
enum Wait {
    Yes,
    No,
}

/// Asks the host what is ready, and wakes those who wait for it.
fn look_at_host(wait: Wait) {
    let to_wake = WAITING.with_borrow_mut(|waiting| {
        let mut asked: Vec<_> = waiting.iter_mut().filter(|entry| !entry.is_ready).collect();
        assert!(
            wait == Wait::No || !asked.is_empty(),
            "the future waits for something that nothing in this component can bring about"
        );
        let mut to_wake = Vec::new();
        if wait == Wait::Yes {
            let pollables: Vec<_> = asked.iter().map(|entry| Arc::clone(&entry.pollable)).collect();
            for index in poll(&pollables.iter().map(|pollable| &**pollable).collect::<Vec<_>>()) {
                if let Some(entry) = asked.get_mut(index as usize) {
                    entry.is_ready = true;
                    to_wake.push(entry.waker.clone());
                }
            }
        } else {
            for entry in asked {
                if entry.pollable.ready() {
                    entry.is_ready = true;
                    to_wake.push(entry.waker.clone());
                }
            }
        }
        to_wake
    });
    // Not while the list is borrowed: waking may drop a `Ready`.
    to_wake.into_iter().for_each(Waker::wake);
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Counts a `block_on` while it runs.
struct Running;

impl Running {
    fn enter() -> Self {
        RUNNING.set(RUNNING.get() + 1);
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.set(RUNNING.get() - 1);
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn};

    use super::*;

    #[test]
    fn future_that_wakes_itself_ends() {
        let mut turns = 0;
        let turns = block_on(poll_fn(|context| {
            turns += 1;
            context.waker().wake_by_ref();
            if turns == 3 { Poll::Ready(turns) } else { Poll::Pending }
        }));
        assert_eq!(turns, 3);
    }

    #[test]
    fn inner_run_leaves_the_outer_running() {
        block_on(async {
            block_on(async {});
            assert!(is_running());
        });
        assert!(!is_running());
    }

    #[test]
    #[should_panic(expected = "nothing in this component can bring about")]
    fn waiting_for_nothing_is_reported() {
        block_on(pending::<()>());
    }
}
