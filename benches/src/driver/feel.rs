//! What people feel besides a single call: an upload, an item of a list, a wait among many, the first call, and a call
//! beside a client by hand that keeps the same promises.

use sphere_benches::work::Failure;

use super::counts::{self, cold_start, per_call_of};
use super::figure::{Figure, Unit};
use super::programs::{
    BY_HAND_ASYNC, BY_HAND_BLOCKING, CAREFUL_BY_HAND, OURS_ASYNC, OURS_BLOCKING, Programs,
};
use super::server::Server;
use super::{callgrind, growth, uploads};

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
    add(
        "1,000 waits for an hour, billions of instructions",
        hour_of_waits(programs)? / 1e9,
        10.0,
        10.0,
        Unit::Count,
    );
    for many in &growth::ALL {
        let growth = many.growth(programs, server)?;
        add(&format!("from n to 10 n: {}", many.what), growth, 1.3, 1.3, Unit::Ratio);
    }
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

/// Instructions of 1,000 waits in a simulated hour: as many as in two minutes of it, thirty times.
fn hour_of_waits(programs: &Programs) -> Result<f64, Failure> {
    let count = |seconds| {
        let run = callgrind::run(programs, "no_socket", &["seconds-of-1000-waits", seconds])?;
        Ok::<_, Failure>(f64::from(u32::try_from(run.instructions)?))
    };
    Ok((count("180")? - count("60")?) * 30.0)
}

/// Times and memory, which differ from run to run: medians of ratios within each round.
pub(crate) fn timed(programs: &Programs, server: &Server) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    let mut add = |what: String, found: f64, goal: f64, unit| {
        figures.push(Figure { what, found, goal: Some(goal), bound: f64::INFINITY, unit });
    };
    for upload in uploads::plain(programs, server)? {
        let flavor = match upload.program {
            OURS_ASYNC => "async",
            OURS_BLOCKING => "blocking",
            _ => continue,
        };
        add(
            format!("{flavor}: time of an upload of 15 MB, to a raw socket"),
            upload.to_raw,
            1.8,
            Unit::Ratio,
        );
        add(format!("{flavor}: the same, to by hand"), upload.to_by_hand, 1.05, Unit::Ratio);
        let memory = upload.memory.unwrap_or(f64::NAN);
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
