//! What a client program is told: where the server is, and what to do how often.

use std::path::PathBuf;

use crate::work::{Failure, Outcome, WITH_LINK, WITH_PROBLEM};

/// The arguments of a client program: `<base URL> <root certificate> <run> <count> [<customer>]`.
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
    /// Whose link is asked for. The server responds to each customer in a way of its own; by default the run decides.
    pub customer: Option<String>,
}

/// The proxy that a client is to use for https, where other clients look for it by themselves.
pub fn proxy() -> Option<String> {
    std::env::var("HTTPS_PROXY").ok()
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
    /// Uploads of a file of 15 MB one after the other; prints the median
    /// and the 99th percentile of an upload's time, and the peak of memory.
    Uploads,
    /// `count` waits at once. Prints how many milliseconds of a processor they take in 20 seconds.
    Waits,
    /// 64 calls in flight at any time, and prints calls per second.
    Throughput,
    /// All calls in flight at once; the server answers when it has them all. Prints the peak of memory.
    Held,
    /// Calls one after the other. Prints the time of each, in nanoseconds, as the next two do.
    Times,
    /// A connection is opened by `warm_up`, then as `Times`.
    Warmed,
    /// [`WARM_CALLS`](crate::network::WARM_CALLS) and one before them, a pause of `count` seconds, one more call.
    Paused,
    /// As `Held`, twice. Between the two it prints a line, and waits for one on its input.
    Bursts,
    /// `count` calls a second for three seconds, whatever becomes of them. Prints how many failed, how long it took and
    /// the 99.9th percentile of a call's time from the moment when it was due, both in nanoseconds.
    Paced,
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
            "uploads" => Run::Uploads,
            "waits" => Run::Waits,
            "throughput" => Run::Throughput,
            "held" => Run::Held,
            "times" => Run::Times,
            "warmed" => Run::Warmed,
            "paused" => Run::Paused,
            "bursts" => Run::Bursts,
            "paced" => Run::Paced,
            other => return Err(format!("there is no run {other:?}").into()),
        };
        let count = next("the count")?.parse()?;
        Ok(Self { base_url, root, run, count, customer: next("the customer").ok() })
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
        if let Some(customer) = &self.customer {
            let is_problem = customer.starts_with("customer_422");
            return (customer.clone(), if is_problem { Outcome::Problem } else { Outcome::Link });
        }
        match self.run {
            Run::Held | Run::Bursts => (format!("customer_held_{}", self.count), Outcome::Link),
            Run::Problems => (WITH_PROBLEM.to_owned(), Outcome::Problem),
            Run::Mixed if call % 2 == 1 => (WITH_PROBLEM.to_owned(), Outcome::Problem),
            _ => (WITH_LINK.to_owned(), Outcome::Link),
        }
    }
}
