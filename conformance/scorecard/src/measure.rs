//! Runs the suite against the rows. Each contract gets a process of its own: one that hangs, or takes all memory, costs
//! no other contract.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use sphere_conformance::{Aspect, Contract, Level, Remote, Verdict, contracts, run as run_suite};

use crate::rows::Row;

/// How many contracts run at the same time, over all rows. Most of them wait.
const AT_A_TIME: usize = 12;

/// What came of one contract.
#[derive(Clone, PartialEq, Eq)]
pub enum Found {
    Kept,
    Broken { aspect: Aspect, failure: String },
    NotApplicable { reason: String },
}

/// What came of all contracts of one row, in their order.
pub struct Measured(pub Vec<(Contract, Found)>);

/// Runs all contracts against each row.
pub fn run(rows: &[Row]) -> io::Result<Vec<Measured>> {
    // A contract fails by a panic. The report says it all.
    std::panic::set_hook(Box::new(|_| {}));
    let next = AtomicUsize::new(0);
    let found = Mutex::new(BTreeMap::new());
    let jobs: Vec<_> =
        rows.iter().flat_map(|row| contracts().iter().map(move |contract| (row, contract))).collect();
    let work = || -> io::Result<()> {
        while let Some((row, contract)) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
            let one = run_one(row, contract)?;
            found.lock().unwrap_or_else(PoisonError::into_inner).insert((row.name(), contract.name()), one);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(work)).collect();
        let ended = workers.into_iter().map(|worker| worker.join().expect("a worker does not panic"));
        ended.collect::<io::Result<Vec<()>>>()
    })?;
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut of_row = |row: &Row| {
        let found =
            contracts().iter().map(|one| found.remove(&(row.name(), one.name())).map(|it| (*one, it)));
        Measured(found.flatten().collect())
    };
    Ok(rows.iter().map(&mut of_row).collect())
}

fn run_one(row: &Row, contract: &Contract) -> io::Result<Found> {
    if let Some(reason) = row.client.not_applicable(contract) {
        return Ok(Found::NotApplicable { reason: reason.to_owned() });
    }
    let subject = start(row)?;
    let report = run_suite(&subject.candidate(), |one| one.name() == contract.name());
    match report.outcomes() {
        [one] => Ok(match one.verdict().clone() {
            Verdict::Kept => Found::Kept,
            Verdict::Broken { failure, aspect, .. } => Found::Broken { aspect, failure },
            Verdict::NotRun { reason, .. } => Found::NotApplicable { reason },
            other => Found::NotApplicable { reason: format!("{other:?}") },
        }),
        other => Err(io::Error::other(format!("{} outcomes of one contract", other.len()))),
    }
}

/// Starts the row's process. On a busy machine it may take several tries until it says something in time.
fn start(row: &Row) -> io::Result<Remote> {
    for _ in 0..5 {
        let subject = Remote::start(row.command()?)?;
        if subject.name().is_some() {
            return Ok(subject);
        }
    }
    Err(io::Error::other(format!("{} did not start", row.name())))
}

impl Measured {
    /// The tally of the wire, for the progress.
    pub fn summary(&self) -> String {
        let count = |is_meant: fn(&Found) -> bool| self.0.iter().filter(|(_, found)| is_meant(found)).count();
        let kept = count(|found| *found == Found::Kept);
        let wire = count(|found| matches!(found, Found::Broken { aspect: Aspect::Wire, .. }));
        let kinds = count(|found| matches!(found, Found::Broken { aspect: Aspect::Classification, .. }));
        format!("{kept} kept, {wire} broken on the wire, {kinds} in classification only")
    }
}

/// As the suite's own report has it.
impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (contract, found) in &self.0 {
            match found {
                Found::Kept => writeln!(f, "kept      {contract:?}")?,
                Found::NotApplicable { reason } => writeln!(f, "n/a       {contract:?}: {reason}")?,
                Found::Broken { aspect, failure } => {
                    let word = if contract.level() == Level::Must { "BROKEN" } else { "broken" };
                    writeln!(
                        f,
                        "{word}    {contract:?} ({}, {aspect})\n          {failure}",
                        contract.level()
                    )?;
                }
            }
        }
        f.write_str(&self.summary())
    }
}
