//! Runs contracts: one by its name, as the generated tests do, or all of them with a report.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Candidate;

/// A rule, and how to find out whether a transport keeps it.
#[derive(Clone, Copy)]
pub struct Contract {
    pub(crate) name: &'static str,
    pub(crate) group: &'static str,
    pub(crate) for_futures: bool,
    pub(crate) check: fn(&Candidate),
}

impl Contract {
    /// The rule.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The group of rules that it belongs to.
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// Whether it is about futures, and so only for asynchronous transports.
    pub fn is_for_futures(&self) -> bool {
        self.for_futures
    }

    fn verdict(&self, candidate: &Candidate) -> Result<(), String> {
        catch_unwind(AssertUnwindSafe(|| (self.check)(candidate))).map_err(|panic| words(&*panic))
    }
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.group, self.name)
    }
}

/// How one contract went.
#[derive(Clone, Debug)]
pub struct Outcome {
    contract: Contract,
    failure: Option<String>,
}

impl Outcome {
    /// Which contract.
    pub fn contract(&self) -> Contract {
        self.contract
    }

    /// What the transport did wrong, if it did.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.failure {
            None => write!(f, "kept    {:?}", self.contract),
            Some(failure) => write!(f, "BROKEN  {:?}\n        {failure}", self.contract),
        }
    }
}

/// Runs every contract that concerns the candidate, several at a time, and reports in the order of
/// [`contracts`](crate::contracts).
///
/// This is the suite without a test harness; with one, [`suite!`](crate::suite) says more clearly what failed.
///
/// ```no_run
/// # use sphere_core::transport::blocking::Transport;
/// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
/// let outcomes = sphere_conformance::run_all(&sphere_conformance::Candidate::blocking(my_transport));
/// outcomes.iter().for_each(|outcome| println!("{outcome}"));
/// std::process::exit(i32::from(outcomes.iter().any(|outcome| outcome.failure().is_some())));
/// ```
pub fn run_all(candidate: &Candidate) -> Vec<Outcome> {
    run(candidate, |_| true)
}

/// The same for those contracts that the function chooses.
pub fn run(candidate: &Candidate, chosen: impl Fn(&Contract) -> bool) -> Vec<Outcome> {
    const AT_A_TIME: usize = 8;
    let concerned = |contract: &&Contract| candidate.is_asynchronous() || !contract.for_futures;
    let contracts: Vec<_> =
        crate::contracts().iter().filter(concerned).filter(|contract| chosen(contract)).collect();
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(&&contract) = contracts.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let failure = contract.verdict(candidate).err();
                    let outcome = Outcome { contract, failure };
                    outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    let place =
        |outcome: &Outcome| contracts.iter().position(|contract| contract.name == outcome.contract.name);
    outcomes.sort_by_key(place);
    outcomes
}

/// What the call of [`suite!`](crate::suite) says beforehand about a transport.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Declared {
    pub deviations: &'static [(&'static str, &'static str)],
    pub without: &'static [(&'static str, &'static str)],
}

/// Runs the contract of this name as a test.
#[doc(hidden)]
pub fn check(candidate: &Candidate, name: &str, declared: Declared) {
    let contract = crate::contracts().iter().find(|contract| contract.name == name);
    let contract = contract.unwrap_or_else(|| panic!("there is no contract `{name}`"));
    let reason = |list: &[(&str, &'static str)], name: &str| {
        list.iter().find(|(listed, _)| *listed == name).map(|(_, reason)| *reason)
    };
    if let Some(reason) = reason(declared.without, contract.group) {
        println!("not run, as all of `{}`: {reason}", contract.group);
        return;
    }
    let Some(reason) = reason(declared.deviations, name) else { return (contract.check)(candidate) };
    match contract.verdict(candidate) {
        Ok(()) => {
            panic!("`{name}` is declared as a deviation ({reason}) and is kept: strike the declaration")
        }
        Err(failure) => println!("known deviation: {reason}\nit shows as: {failure}"),
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
    text.unwrap_or_else(|| "a panic without words".to_owned())
}
