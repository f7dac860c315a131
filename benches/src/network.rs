//! The loops for the network as users have it: single calls with pauses, bursts, and a steady rate of calls.

use std::io::BufRead as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::arguments::{Arguments, Run};
use crate::client::{AsyncClient, BlockingClient, IN_FLIGHT, check, of};
use crate::work::{Failure, Outcome};

/// How many calls before a pause follow the first one.
pub const WARM_CALLS: usize = 10;

/// For how many seconds calls come at a steady rate.
const PACED_SECONDS: usize = 3;

/// Two customers in turn, and what is expected of each.
type Customers<C> = [(C, Outcome); 2];

pub(crate) async fn async_times<C: AsyncClient>(
    client: &C,
    arguments: &Arguments,
    customers: &Customers<C::Customer>,
) -> Result<(), Failure> {
    if arguments.run == Run::Warmed {
        client.warm_up().await?;
    }
    let (calls, pause) = calls(arguments);
    for call in 0..calls {
        if call + 1 == calls {
            tokio::time::sleep(pause).await;
        }
        let ((customer, expected), start) = (of(customers, call), Instant::now());
        check(client.call(customer).await, *expected)?;
        println!("{}", start.elapsed().as_nanos());
    }
    Ok(())
}

pub(crate) fn blocking_times<C: BlockingClient>(
    client: &C,
    arguments: &Arguments,
    customers: &Customers<C::Customer>,
) -> Result<(), Failure> {
    if arguments.run == Run::Warmed {
        client.warm_up()?;
    }
    let (calls, pause) = calls(arguments);
    for call in 0..calls {
        if call + 1 == calls {
            std::thread::sleep(pause);
        }
        let ((customer, expected), start) = (of(customers, call), Instant::now());
        check(client.call(customer), *expected)?;
        println!("{}", start.elapsed().as_nanos());
    }
    Ok(())
}

/// How many calls, and the pause before the last one.
fn calls(arguments: &Arguments) -> (usize, Duration) {
    match arguments.run {
        Run::Paused => (WARM_CALLS + 2, Duration::from_secs(arguments.count as u64)),
        _ => (arguments.count, Duration::ZERO),
    }
}

pub(crate) async fn async_bursts<C: AsyncClient>(
    client: &Arc<C>,
    arguments: &Arguments,
    customers: Customers<C::Customer>,
) -> Result<(), Failure> {
    let customers = Arc::new(customers);
    for is_last in [false, true] {
        let tasks: Vec<_> = (0..arguments.count)
            .map(|_| {
                let (client, customers) = (Arc::clone(client), Arc::clone(&customers));
                tokio::spawn(async move {
                    let (customer, expected) = of(&customers, 0);
                    check(client.call(customer).await, *expected)
                })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        if !is_last {
            // Connections go back to the pool, or are closed, in tasks of their own.
            tokio::task::spawn_blocking(wait_for_a_line).await??;
        }
    }
    Ok(())
}

pub(crate) fn blocking_bursts<C: BlockingClient>(
    client: &Arc<C>,
    arguments: &Arguments,
    customers: Customers<C::Customer>,
) -> Result<(), Failure> {
    let customers = Arc::new(customers);
    for is_last in [false, true] {
        let threads: Vec<_> = (0..arguments.count)
            .map(|_| {
                let (client, customers) = (Arc::clone(client), Arc::clone(&customers));
                std::thread::spawn(move || {
                    let (customer, expected) = of(&customers, 0);
                    check(client.call(customer), *expected)
                })
            })
            .collect();
        for thread in threads {
            thread.join().map_err(|_| "a thread panicked")??;
        }
        if !is_last {
            wait_for_a_line()?;
        }
    }
    Ok(())
}

/// Tells the driver that a burst is over, and waits until it has counted.
fn wait_for_a_line() -> Result<(), Failure> {
    println!();
    std::io::stdin().lock().read_line(&mut String::new())?;
    Ok(())
}

/// Calls that are due one after the other, and what became of them.
struct Pace {
    start: Instant,
    calls: usize,
    a_second: usize,
    next: AtomicUsize,
    /// The time of each call that succeeded.
    times: Mutex<Vec<Duration>>,
}

impl Pace {
    fn start(arguments: &Arguments) -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            calls: arguments.count * PACED_SECONDS,
            a_second: arguments.count,
            next: AtomicUsize::new(0),
            times: Mutex::default(),
        })
    }

    /// When the next call is due. `None` after the last one.
    fn next(&self) -> Option<Instant> {
        let call = self.next.fetch_add(1, Ordering::Relaxed);
        (call < self.calls)
            .then(|| self.start + Duration::from_secs_f64(as_f64(call) / as_f64(self.a_second)))
    }

    fn note(&self, due: Instant, outcome: &Result<Outcome, Failure>) {
        if outcome.is_ok() {
            let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
            times.push(due.elapsed());
        }
    }

    fn print(&self) {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.sort_unstable();
        let percentile = times.get(times.len() * 999 / 1000).copied().unwrap_or_default();
        let (lost, took) = (self.calls - times.len(), self.start.elapsed());
        println!("{lost} {} {}", took.as_nanos(), percentile.as_nanos());
    }
}

fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::NAN, f64::from)
}

pub(crate) async fn async_paced<C: AsyncClient>(
    client: &Arc<C>,
    arguments: &Arguments,
    customers: Customers<C::Customer>,
) -> Result<(), Failure> {
    let (customers, pace) = (Arc::new(customers), Pace::start(arguments));
    let tasks: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (client, customers, pace) = (Arc::clone(client), Arc::clone(&customers), Arc::clone(&pace));
            tokio::spawn(async move {
                while let Some(due) = pace.next() {
                    tokio::time::sleep_until(due.into()).await;
                    pace.note(due, &client.call(&of(&customers, 0).0).await);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await?;
    }
    pace.print();
    Ok(())
}

pub(crate) fn blocking_paced<C: BlockingClient>(
    client: &Arc<C>,
    arguments: &Arguments,
    customers: Customers<C::Customer>,
) -> Result<(), Failure> {
    let (customers, pace) = (Arc::new(customers), Pace::start(arguments));
    let threads: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (client, customers, pace) = (Arc::clone(client), Arc::clone(&customers), Arc::clone(&pace));
            std::thread::spawn(move || {
                while let Some(due) = pace.next() {
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    pace.note(due, &client.call(&of(&customers, 0).0));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().map_err(|_| "a thread panicked")?;
    }
    pace.print();
    Ok(())
}
