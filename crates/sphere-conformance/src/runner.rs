//! Runs contracts: one by its name, as the generated tests do, or all of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use crate::contract::Contract;
use crate::failure::{Failure, of_panic};
use crate::list::contracts;
use crate::names::groups;
use crate::own_process;
use crate::report::{Outcome, Report, Verdict};
use crate::subject::Candidate;

/// How long a contract may take. Each call has its own, shorter limit; this one is for everything else that a
/// transport or its runtime can do wrong, so that nothing hangs a test.
const MAX_DURATION: Duration = Duration::from_secs(60);

/// Runs a contract on its own thread. The `Err` says in a sentence what the transport did wrong.
fn outcome_of(contract: Contract, candidate: &Candidate) -> Result<(), Failure> {
    let (check, candidate) = (contract.check, candidate.clone());
    let (done, outcome) = mpsc::channel();
    std::thread::spawn(move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| match candidate.tests() {
            Some(tests) if contract.group == groups::descriptors && !own_process::is_this() => {
                own_process::run(tests, contract.name);
            }
            _ => check(&candidate),
        }));
        // The receiver is gone if the contract took too long.
        let _ = done.send(outcome.map_err(of_panic));
    });
    outcome.recv_timeout(MAX_DURATION).unwrap_or_else(|_| {
        let sentence = format!("the contract did not end within {MAX_DURATION:?}");
        Err(Failure { sentence, aspect: None })
    })
}

fn verdict(contract: Contract, candidate: &Candidate) -> Verdict {
    if let Some(reason) = candidate.left_out(contract.group, contract.is_async_only) {
        return Verdict::NotRun { reason: reason.to_owned() };
    }
    match (outcome_of(contract, candidate), candidate.deviation(contract.name)) {
        (Ok(()), None) => Verdict::Kept,
        (Err(failure), None) => Verdict::Broken {
            aspect: failure.aspect.unwrap_or_else(|| contract.aspect()),
            failure: failure.sentence,
        },
        (Err(failure), Some(reason)) => {
            Verdict::Deviation { reason: reason.to_owned(), failure: failure.sentence }
        }
        (Ok(()), Some(reason)) => {
            Verdict::Broken { aspect: contract.aspect(), failure: outdated(contract.name, reason) }
        }
    }
}

/// Runs every contract for this kind of transport, several at a time, and reports in the order of
/// [`contracts`](crate::contracts).
///
/// This is the suite without a test harness. With one, use [`suite!`](crate::suite).
///
/// ```no_run
/// # use sphere_core::transport::blocking::Transport;
/// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
/// use std::process::ExitCode;
///
/// use sphere_conformance::{Candidate, run_all};
///
/// fn main() -> ExitCode {
///     let report = run_all(&Candidate::blocking(my_transport));
///     println!("{report}");
///     if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
/// }
/// ```
pub fn run_all(candidate: &Candidate) -> Report {
    run(candidate, |_| true)
}

/// They measure milliseconds, or a short limit with a large body. What goes to and from another process waits for the
/// large bodies that are in the same pipe before it, so there each runs alone, after all others.
const NEED_AN_EMPTY_PIPE: [&str; 2] =
    ["long_limit_is_kept_to_50_milliseconds", "server_that_never_reads_ends_in_time"];

/// The same for those contracts for which `chosen` is true.
pub fn run(candidate: &Candidate, chosen: impl Fn(&Contract) -> bool) -> Report {
    let (last, first): (Vec<_>, Vec<_>) = contracts()
        .iter()
        .filter(|contract| candidate.is_async() || candidate.is_remote() || !contract.is_async_only)
        .filter(|contract| chosen(contract))
        .enumerate()
        .partition(|(_, contract)| candidate.is_remote() && NEED_AN_EMPTY_PIPE.contains(&contract.name));
    let mut outcomes = run_at_once(&first, candidate);
    for alone in last {
        outcomes.extend(run_at_once(&[alone], candidate));
    }
    outcomes.sort_by_key(|(at, _)| *at);
    Report { outcomes: outcomes.into_iter().map(|(_, outcome)| outcome).collect() }
}

/// Runs these contracts, several at a time. Each has its place in the report.
fn run_at_once(contracts: &[(usize, &Contract)], candidate: &Candidate) -> Vec<(usize, Outcome)> {
    // Contracts mostly wait: for a time limit, or for the other end of a connection.
    const AT_A_TIME: usize = 16;
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME.min(contracts.len()) {
            scope.spawn(|| {
                while let Some(&(at, &contract)) = contracts.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let outcome = Outcome { contract, verdict: verdict(contract, candidate) };
                    outcomes.lock().unwrap_or_else(PoisonError::into_inner).push((at, outcome));
                }
            });
        }
    });
    outcomes.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the contract of this name as a test.
#[doc(hidden)]
pub fn check(candidate: &Candidate, name: &str) {
    if let Err(failure) = outcome_of(*named(name), candidate) {
        if own_process::is_this() {
            own_process::tell(&failure);
        }
        panic!("{}", failure.sentence);
    }
}

/// Runs the contracts that are declared as deviations, as a test that fails if one of them is kept.
#[doc(hidden)]
pub fn check_deviations(candidate: &Candidate, names: &[&str]) {
    let report = run(candidate, |contract| names.contains(&contract.name));
    println!("{report}");
    if let Some(outcome) = report.broken().next() {
        panic!("{}", outcome.failure().unwrap_or_default());
    }
}

fn named(name: &str) -> &'static Contract {
    let contract = contracts().iter().find(|contract| contract.name == name);
    contract.unwrap_or_else(|| panic!("there is no contract `{name}`"))
}

fn outdated(name: &str, reason: &str) -> String {
    format!(
        "`{name}` is declared as a deviation ({reason}), but the transport keeps it: remove the declaration"
    )
}
