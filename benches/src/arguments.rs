//! What a client program is told: where the server is, and what to do how often.

use std::path::PathBuf;

use crate::work::{Failure, Outcome, WITH_LINK, WITH_PROBLEM};

/// The arguments of a client program: `<base URL> <root certificate> <run> <count>`.
#[derive(Debug)]
pub struct Arguments {
    /// The server, by name.
    pub base_url: String,
    /// The certificate to trust, in PEM. Only read if the base URL is `https`.
    pub root: PathBuf,
    /// What to do.
    pub run: Run,
    /// How many calls.
    pub count: usize,
}

/// What a client program does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Calls one after the other, each answered with a link.
    Links,
    /// Calls one after the other, each answered with a problem.
    Problems,
    /// Both kinds of answers in turn.
    Mixed,
    /// As `Links`, and prints the median and the 99th percentile of a call's time.
    Latency,
    /// 64 calls in flight at any time, and prints calls per second.
    Throughput,
    /// All calls in flight at once; the server answers when it has them all. Prints the peak of memory.
    Held,
}

impl Arguments {
    /// Reads the process's arguments.
    ///
    /// # Errors
    ///
    /// If one is missing or not understood.
    pub fn of_the_process() -> Result<Self, Failure> {
        let mut arguments = std::env::args().skip(1);
        let mut next = |what: &str| arguments.next().ok_or_else(|| format!("{what} is missing"));
        let base_url = next("the base URL")?;
        let root = next("the root certificate")?.into();
        let run = match next("the run")?.as_str() {
            "links" => Run::Links,
            "problems" => Run::Problems,
            "mixed" => Run::Mixed,
            "latency" => Run::Latency,
            "throughput" => Run::Throughput,
            "held" => Run::Held,
            other => return Err(format!("there is no run {other:?}").into()),
        };
        let count = next("the count")?.parse()?;
        Ok(Self { base_url, root, run, count })
    }

    /// The certificate to trust, if there is one to check.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn root_pem(&self) -> Result<Option<Vec<u8>>, Failure> {
        if self.base_url.starts_with("https:") { Ok(Some(std::fs::read(&self.root)?)) } else { Ok(None) }
    }

    /// The customer of a call, and what its answer should be.
    pub(crate) fn expected(&self, call: usize) -> (String, Outcome) {
        match self.run {
            Run::Held => (format!("customer_held_{}", self.count), Outcome::Link),
            Run::Problems => (WITH_PROBLEM.to_owned(), Outcome::Problem),
            Run::Mixed if call % 2 == 1 => (WITH_PROBLEM.to_owned(), Outcome::Problem),
            _ => (WITH_LINK.to_owned(), Outcome::Link),
        }
    }
}
