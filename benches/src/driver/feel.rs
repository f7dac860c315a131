//! What people feel besides a single call: an upload, an item of a list, a wait among many, the first call, and a call
//! beside a client by hand that keeps the same promises.

use sphere_benches::work::{FILE_BYTES, Failure};

use super::counts::{self, cold_start, per_call_of};
use super::figure::{Figure, Unit};
use super::programs::{
    BY_HAND_ASYNC, BY_HAND_BLOCKING, CAREFUL_BY_HAND, OURS_ASYNC, OURS_BLOCKING, Programs, RAW_SOCKET,
};
use super::server::Server;
use super::{callgrind, times};

/// Rounds of ten uploads.
const ROUNDS: usize = 5;

/// Counts, which repeat.
pub(crate) fn counted(programs: &Programs, server: &Server) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    let mut add = |what: &str, found: f64, goal: f64, bound: f64, unit| {
        figures.push(Figure { what: what.to_owned(), found, goal: Some(goal), bound, unit });
    };
    for (what, ours, by_hand, bound) in [
        ("async: instructions of an upload of 15 MB, to by hand", OURS_ASYNC, BY_HAND_ASYNC, 5.0),
        ("blocking: the same", OURS_BLOCKING, BY_HAND_BLOCKING, 1.8),
    ] {
        add(
            what,
            upload(programs, server, ours)? / upload(programs, server, by_hand)?,
            1.05,
            bound,
            Unit::Ratio,
        );
    }
    let link = |client| per_call_of(programs, server, client, &server.http, "links");
    let problem = |client| per_call_of(programs, server, client, &server.http, "problems");
    let (ours, careful) = (link(OURS_ASYNC)?.instructions, link(CAREFUL_BY_HAND)?.instructions);
    add("async: a call, 201, to by hand with the same promises", ours / careful, 0.8, 1.0, Unit::Ratio);
    let (ours, careful) = (problem(OURS_ASYNC)?.instructions, problem(CAREFUL_BY_HAND)?.instructions);
    add("async: the same, 422", ours / careful, 0.8, 1.0, Unit::Ratio);
    for (what, client) in [("async: first call, http", OURS_ASYNC), ("blocking: the same", OURS_BLOCKING)] {
        add(what, cold_start(programs, server, client, &server.http)? / 1e6, 0.7, 0.8, Unit::Millions);
    }
    let of = |what| counts::without_socket(programs, what);
    let (pages, items, by_hand) = (of("pages")?, of("items")?, of("items-by-hand")?);
    let item = items.instructions - pages.instructions;
    let all = |call: counts::PerCall| call.allocations + call.reallocations;
    add("an item of a list, thousands of instructions", item / 1e3, 55.0, 130.0, Unit::Count);
    add("the same, allocations", all(items) - all(pages), 60.0, 150.0, Unit::Count);
    let by_hand = by_hand.instructions - pages.instructions;
    add("the same, instructions to typed serde", item / by_hand, 1.7, 4.0, Unit::Ratio);
    let growth = |what, few, many| Ok::<_, Failure>(each(programs, what, many)? / each(programs, what, few)?);
    add("an item on a page of 1,000, to one of 100", growth("one-page", 100, 1000)?, 1.3, 1.3, Unit::Ratio);
    add("a wait among 5,000, to one of 500", growth("waits", 500, 5000)?, 1.3, 1.3, Unit::Ratio);
    Ok(figures)
}

/// Instructions of one upload.
fn upload(programs: &Programs, server: &Server, client: &str) -> Result<f64, Failure> {
    let count = |count| {
        let run = callgrind::run(programs, client, &[&server.http, &server.root, "uploads", count])?;
        Ok::<_, Failure>(f64::from(u32::try_from(run.instructions)?))
    };
    Ok((count("3")? - count("1")?) / 2.0)
}

/// Instructions for each of `count` in a run without a socket.
fn each(programs: &Programs, what: &str, count: u32) -> Result<f64, Failure> {
    let run = callgrind::run(programs, "no_socket", &[what, &count.to_string()])?;
    Ok(f64::from(u32::try_from(run.instructions / u64::from(count))?))
}

/// Times and memory, which differ from run to run: medians of ratios within each round.
pub(crate) fn timed(programs: &Programs, server: &Server) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    let mut add = |what: String, found: f64, goal: f64, unit| {
        figures.push(Figure { what, found, goal: Some(goal), bound: f64::INFINITY, unit });
    };
    for (flavor, ours, by_hand) in
        [("async", OURS_ASYNC, BY_HAND_ASYNC), ("blocking", OURS_BLOCKING, BY_HAND_BLOCKING)]
    {
        for (peer, title, goal) in [(RAW_SOCKET, "a raw socket", 1.8), (by_hand, "by hand", 1.05)] {
            let pairs = [(ours, peer), (peer, peer)];
            let rows = times::rounds(programs, server, &pairs, "uploads", "10", ROUNDS)?;
            let ratio = rows.first().and_then(|row| row.first()).map_or(f64::NAN, |median| median.ratio);
            add(format!("{flavor}: time of an upload of 15 MB, to {title}"), ratio, goal, Unit::Ratio);
        }
        let peak = |run, number: usize| {
            let rows = times::rounds(programs, server, &[(ours, ours)], run, "1", ROUNDS)?;
            let peak = rows.first().and_then(|row| row.get(number)).map_or(f64::NAN, |median| median.figure);
            Ok::<_, Failure>(peak * 1024.0)
        };
        let file = f64::from(u32::try_from(FILE_BYTES)?);
        let memory = (peak("uploads", 2)? - peak("held", 0)?) / file;
        add(
            format!("{flavor}: memory of an upload, the file's included, to the file"),
            memory,
            1.2,
            Unit::Ratio,
        );
    }
    let used =
        programs.output(OURS_ASYNC, &[&server.http, &server.root, "waits", "1000", "customer_waits"])?;
    // In 20 seconds.
    let hour = used.trim().parse::<f64>()? / 1e3 * 180.0;
    add("1,000 waits at once, seconds of a processor in an hour".to_owned(), hour, 5.0, Unit::Count);
    Ok(figures)
}
