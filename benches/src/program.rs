//! The loops that every client is run in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::arguments::{Arguments, Run};
use crate::client::{AsyncClient, BlockingClient, IN_FLIGHT, check, of};
use crate::network;
use crate::work::{FILE_BYTES, Failure, Outcome};

/// Runs an asynchronous client as the process's arguments say, on a runtime of one thread.
///
/// # Errors
///
/// If a call has another outcome than the server gave it.
pub fn run_async<C: AsyncClient>() -> Result<(), Failure> {
    let arguments = Arguments::of_the_process()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async_calls::<C>(arguments));
    runtime.shutdown_background();
    outcome
}

async fn async_calls<C: AsyncClient>(arguments: Arguments) -> Result<(), Failure> {
    let client = Arc::new(C::new(&arguments.base_url, arguments.root_pem()?)?);
    let customers = customers(&arguments, C::customer)?;
    match arguments.run {
        Run::Links | Run::Problems | Run::Mixed => {
            for call in 0..arguments.count {
                let (customer, expected) = of(&customers, call);
                check(client.call(customer).await, *expected)?;
            }
        }
        Run::Latency => {
            let mut times = Vec::with_capacity(arguments.count);
            let (customer, expected) = of(&customers, 0);
            for _ in 0..arguments.count {
                let start = Instant::now();
                check(client.call(customer).await, *expected)?;
                times.push(start.elapsed());
            }
            print_percentiles(times);
        }
        Run::Uploads => {
            let (mut times, file) = (Vec::with_capacity(arguments.count), file(&arguments));
            for _ in 0..arguments.count {
                let start = Instant::now();
                check(client.upload(&customers[0].0, file).await, Outcome::Document)?;
                times.push(start.elapsed());
            }
            print_percentiles(times);
            print_peak()?;
        }
        Run::Waits => {
            let (customers, hour) = (Arc::new(customers), Duration::from_secs(3600));
            let waits: Vec<_> = (0..arguments.count)
                .map(|_| {
                    let (client, customers) = (Arc::clone(&client), Arc::clone(&customers));
                    tokio::spawn(async move { client.wait(&customers[0].0, hour).await })
                })
                .collect();
            tokio::time::sleep(Duration::from_secs(2)).await;
            let before = processor_time()?;
            tokio::time::sleep(Duration::from_secs(20)).await;
            let used = processor_time()?.saturating_sub(before);
            if waits.iter().any(tokio::task::JoinHandle::is_finished) {
                return Err("a wait has ended".into());
            }
            println!("{}", used.as_millis());
        }
        Run::Throughput | Run::Held => {
            let tasks = if arguments.run == Run::Held { arguments.count } else { IN_FLIGHT };
            let customers = Arc::new(customers);
            let start = Instant::now();
            let tasks: Vec<_> = (0..tasks)
                .map(|_| {
                    let (client, customers) = (Arc::clone(&client), Arc::clone(&customers));
                    let calls = arguments.count / tasks;
                    tokio::spawn(async move {
                        let (customer, expected) = of(&customers, 0);
                        for _ in 0..calls {
                            check(client.call(customer).await, *expected)?;
                        }
                        Ok::<_, Failure>(())
                    })
                })
                .collect();
            for task in tasks {
                task.await??;
            }
            print_flight(&arguments, start.elapsed())?;
        }
        Run::Times | Run::Warmed | Run::Paused => {
            network::async_times(&*client, &arguments, &customers).await?;
        }
        Run::Bursts => {
            network::async_bursts(&client, &arguments, customers).await?;
        }
        Run::Paced => {
            network::async_paced(&client, &arguments, customers).await?;
        }
    }
    Ok(())
}

/// Runs a blocking client as the process's arguments say.
///
/// # Errors
///
/// If a call has another outcome than the server gave it.
pub fn run_blocking<C: BlockingClient>() -> Result<(), Failure> {
    let arguments = Arguments::of_the_process()?;
    let client = Arc::new(C::new(&arguments.base_url, arguments.root_pem()?)?);
    let customers = customers(&arguments, C::customer)?;
    match arguments.run {
        Run::Links | Run::Problems | Run::Mixed => {
            for call in 0..arguments.count {
                let (customer, expected) = of(&customers, call);
                check(client.call(customer), *expected)?;
            }
        }
        Run::Latency => {
            let mut times = Vec::with_capacity(arguments.count);
            let (customer, expected) = of(&customers, 0);
            for _ in 0..arguments.count {
                let start = Instant::now();
                check(client.call(customer), *expected)?;
                times.push(start.elapsed());
            }
            print_percentiles(times);
        }
        Run::Uploads => {
            let (mut times, file) = (Vec::with_capacity(arguments.count), file(&arguments));
            for _ in 0..arguments.count {
                let start = Instant::now();
                check(client.upload(&customers[0].0, file), Outcome::Document)?;
                times.push(start.elapsed());
            }
            print_percentiles(times);
            print_peak()?;
        }
        Run::Waits => return Err("it has no way to do that".into()),
        Run::Throughput | Run::Held => {
            let threads = if arguments.run == Run::Held { arguments.count } else { IN_FLIGHT };
            let customers = Arc::new(customers);
            let start = Instant::now();
            let threads: Vec<_> = (0..threads)
                .map(|_| {
                    let (client, customers) = (Arc::clone(&client), Arc::clone(&customers));
                    let calls = arguments.count / threads;
                    std::thread::spawn(move || {
                        let (customer, expected) = of(&customers, 0);
                        for _ in 0..calls {
                            check(client.call(customer), *expected)?;
                        }
                        Ok::<_, Failure>(())
                    })
                })
                .collect();
            for thread in threads {
                thread.join().map_err(|_| "a thread panicked")??;
            }
            print_flight(&arguments, start.elapsed())?;
        }
        Run::Times | Run::Warmed | Run::Paused => {
            network::blocking_times(&*client, &arguments, &customers)?;
        }
        Run::Bursts => {
            network::blocking_bursts(&client, &arguments, customers)?;
        }
        Run::Paced => {
            network::blocking_paced(&client, &arguments, customers)?;
        }
    }
    Ok(())
}

/// A file to upload, in memory for as long as the process runs: of 15 MB, or as long as the customer's id says.
fn file(arguments: &Arguments) -> &'static [u8] {
    let bytes = arguments.customer.as_ref().and_then(|id| id.strip_prefix("customer_bytes_")?.parse().ok());
    (0..bytes.unwrap_or(FILE_BYTES))
        .map(|at| u8::try_from(at * 31 % 251).unwrap_or_default())
        .collect::<Vec<_>>()
        .leak()
}

/// Two customers, for calls in turn.
fn customers<C>(
    arguments: &Arguments,
    make: impl Fn(String) -> Result<C, Failure>,
) -> Result<[(C, Outcome); 2], Failure> {
    let customer = |call| {
        let (id, expected) = arguments.expected(call);
        make(id).map(|customer| (customer, expected))
    };
    Ok([customer(0)?, customer(1)?])
}

/// In nanoseconds.
fn print_percentiles(mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default().as_nanos();
    println!("{} {}", at(50), at(99));
}

/// What this thread, which is the whole runtime, has used of a processor.
fn processor_time() -> Result<Duration, Failure> {
    let text = std::fs::read_to_string("/proc/self/schedstat")?;
    Ok(Duration::from_nanos(text.split(' ').next().unwrap_or_default().parse()?))
}

/// The most memory that the process had, in KiB.
fn print_peak() -> Result<(), Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    println!("{}", peak.trim().trim_end_matches(" kB"));
    Ok(())
}

/// Calls per second, or the process's peak of memory in KiB.
fn print_flight(arguments: &Arguments, took: Duration) -> Result<(), Failure> {
    if arguments.run == Run::Held {
        print_peak()?;
    } else {
        let calls = u32::try_from(arguments.count)?;
        println!("{:.0}", f64::from(calls) / took.as_secs_f64());
    }
    Ok(())
}
