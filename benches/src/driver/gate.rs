//! The short form: counts of our clients against the two by hand, each held within its bound. Counts repeat, so a
//! count above its bound is a change and not chance. No time is in here.
//!
//! The bounds hold what was measured. The goals are stricter and missed: benches/README.md says why.

use sphere_benches::work::Failure;

use super::counts::{self, PerCall};
use super::feel;
use super::figure::{Figure, Unit};
use super::programs::{BY_HAND_ASYNC, BY_HAND_BLOCKING, OURS_ASYNC, OURS_BLOCKING, Programs};
use super::server::Server;

/// A call with every check, limit and retry on, to the same work by hand: instructions for a 201, for a 422, and for
/// a 201 over TLS.
const LINK: f64 = 1.1;
const PROBLEM: f64 = 1.5;
const TLS: f64 = 1.1;
/// Allocations of a 422. Two more than by hand: an error keeps the headers and its line in memory of just their size.
const PROBLEM_ALLOCATIONS: f64 = 1.35;
/// A process with one call over TLS, in millions of instructions.
const COLD_HTTPS: f64 = 3.8;

/// What is wanted of some.
const GOALS: [(&str, f64); 2] =
    [("instructions of a call, 201", 1.02), ("instructions of a call, 422", 1.25)];

/// Prints every figure; whether all figures are within bounds.
pub(crate) fn run() -> Result<bool, Failure> {
    let programs = Programs::build(false)?;
    let mut all_met = true;
    for figure in &figures(&programs, &mut Server::start(&programs)?)? {
        println!("{figure}");
        all_met &= figure.found <= figure.bound;
    }
    println!(
        "{}",
        if all_met { "every figure is within its bound" } else { "FAILED: a figure is above its bound" }
    );
    Ok(all_met)
}

/// Prints every figure that has a goal, as the table in `README.md`.
pub(crate) fn goals() -> Result<(), Failure> {
    let programs = Programs::build(false)?;
    let mut server = Server::start(&programs)?;
    let mut all = figures(&programs, &mut server)?;
    all.extend(feel::timed(&programs, &server)?);
    println!("| figure | found | goal | met |\n| --- | --- | --- | --- |");
    for figure in all.iter().filter(|figure| figure.goal.is_some()) {
        println!("{}", figure.row());
    }
    Ok(())
}

/// Everything that is counted.
pub(crate) fn figures(programs: &Programs, server: &mut Server) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    for (flavor, ours, by_hand) in
        [("async", OURS_ASYNC, BY_HAND_ASYNC), ("blocking", OURS_BLOCKING, BY_HAND_BLOCKING)]
    {
        figures.extend(of_a_pair(programs, server, flavor, ours, by_hand)?);
    }
    figures.extend(feel::counted(programs, server)?);
    Ok(figures)
}

fn of_a_pair(
    programs: &Programs,
    server: &mut Server,
    flavor: &str,
    ours: &str,
    by_hand: &str,
) -> Result<Vec<Figure>, Failure> {
    let (http, https) = (server.http.clone(), server.https.clone());
    let mut figures = Vec::new();
    let mut add = |what: &str, found: f64, bound: f64, unit| {
        let goal = GOALS.iter().find(|(start, _)| what.starts_with(start)).map(|(_, goal)| *goal);
        figures.push(Figure { what: format!("{flavor}: {what}"), found, goal, bound, unit });
    };
    let call = |client, base_url: &str, run| counts::per_call_of(programs, server, client, base_url, run);
    let (link, link_by_hand) = (call(ours, &http, "links")?, call(by_hand, &http, "links")?);
    let (problem, problem_by_hand) = (call(ours, &http, "problems")?, call(by_hand, &http, "problems")?);
    let (tls, tls_by_hand) = (call(ours, &https, "links")?, call(by_hand, &https, "links")?);
    let ratio = |ours: PerCall, by_hand: PerCall| ours.instructions / by_hand.instructions;
    // Whole numbers: a slope may be a thousandth off.
    let all = |call: PerCall| (call.allocations + call.reallocations).round();
    add("instructions of a call, 201, to by hand", ratio(link, link_by_hand), LINK, Unit::Ratio);
    add("instructions of a call, 422, to by hand", ratio(problem, problem_by_hand), PROBLEM, Unit::Ratio);
    add("instructions of a call over TLS, 201, to by hand", ratio(tls, tls_by_hand), TLS, Unit::Ratio);
    add("allocations and reallocations, 201, to by hand", all(link) / all(link_by_hand), 1.0, Unit::Ratio);
    add(
        "allocations and reallocations, 422, to by hand",
        all(problem) / all(problem_by_hand),
        PROBLEM_ALLOCATIONS,
        Unit::Ratio,
    );
    let calls = counts::system_calls(programs, server, ours, "links")?;
    let calls_by_hand = counts::system_calls(programs, server, by_hand, "links")?;
    add("system calls, 201, to by hand", calls.all.round() / calls_by_hand.all.round(), 1.0, Unit::Ratio);
    add("threads started by a call on a pooled connection", calls.threads, 0.0, Unit::Count);
    add("files and sockets opened by such a call", calls.opened, 0.0, Unit::Count);
    let cold = counts::cold_start(programs, server, ours, &https)? / 1e6;
    add("instructions of a process with one call over TLS", cold, COLD_HTTPS, Unit::Millions);
    let before = server.seen()?.connections;
    programs.output(ours, &[&http, &server.root, "mixed", "1000"])?;
    let connections = f64::from(u32::try_from(server.seen()?.connections - before)?);
    add("connections for 1,000 calls, 500 of them errors", connections, 1.0, Unit::Count);
    println!(
        "{flavor}: {:.0} instructions for 201 and {:.0} for 422; by hand {:.0} and {:.0}; over TLS {:.0}, by hand {:.0}",
        link.instructions,
        problem.instructions,
        link_by_hand.instructions,
        problem_by_hand.instructions,
        tls.instructions,
        tls_by_hand.instructions,
    );
    Ok(figures)
}
