//! The short form: counts of our clients against the two by hand, each held at what it was when it was last
//! looked at. Counts repeat, so a count that grows is a change and not chance. No time is in here.

use std::fmt;

use sphere_benches::work::Failure;

use super::counts::{self, PerCall};
use super::programs::{BY_HAND_ASYNC, BY_HAND_BLOCKING, OURS_ASYNC, OURS_BLOCKING, Programs};
use super::server::Server;

/// One figure that must not grow.
struct Figure {
    what: String,
    found: f64,
    /// What the project set out to reach.
    goal: f64,
    /// What is demanded: a little above what was found when this line was last changed.
    held: f64,
    unit: Unit,
}

enum Unit {
    Ratio,
    Count,
    Millions,
}

/// Prints every figure; whether all are held.
pub(crate) fn run() -> Result<bool, Failure> {
    let programs = Programs::build(false)?;
    let mut server = Server::start(&programs)?;
    let mut figures = Vec::new();
    for (colour, ours, by_hand, held) in [
        ("async", OURS_ASYNC, BY_HAND_ASYNC, HELD_ASYNC),
        ("blocking", OURS_BLOCKING, BY_HAND_BLOCKING, HELD_BLOCKING),
    ] {
        figures.extend(of_a_pair(&programs, &mut server, colour, ours, by_hand, &held)?);
    }
    figures.extend(without_socket(&programs)?);
    let mut good = true;
    for figure in &figures {
        println!("{figure}");
        good &= figure.found <= figure.held;
    }
    println!("{}", if good { "every figure is held" } else { "FAILED: a call has become dearer" });
    Ok(good)
}

/// The goal and what is held, of each figure of one colour. `README.md` says which goals are missed, and why.
struct Held {
    link: (f64, f64),
    problem: (f64, f64),
    tls: (f64, f64),
    allocations_link: (f64, f64),
    allocations_problem: (f64, f64),
    system_calls: (f64, f64),
    cold_https: (f64, f64),
}

const HELD_ASYNC: Held = Held {
    link: (0.75, 0.750),
    problem: (0.75, 0.790),
    tls: (0.80, 0.800),
    allocations_link: (11.0, 11.1),
    allocations_problem: (19.0, 15.1),
    system_calls: (4.0, 4.1),
    cold_https: (3.8, 3.4),
};

const HELD_BLOCKING: Held = Held {
    link: (0.80, 0.805),
    problem: (0.80, 0.825),
    tls: (0.80, 0.850),
    allocations_link: (38.0, 35.1),
    allocations_problem: (50.0, 40.1),
    system_calls: (10.0, 10.1),
    cold_https: (3.8, 3.5),
};

fn of_a_pair(
    programs: &Programs,
    server: &mut Server,
    colour: &str,
    ours: &str,
    by_hand: &str,
    held: &Held,
) -> Result<Vec<Figure>, Failure> {
    let (http, https) = (server.http.clone(), server.https.clone());
    let mut figures = Vec::new();
    let mut add = |what: &str, found: f64, (goal, held): (f64, f64), unit| {
        figures.push(Figure { what: format!("{colour}: {what}"), found, goal, held, unit });
    };
    let call = |client, base_url: &str, run| counts::per_call_of(programs, server, client, base_url, run);
    let (link, link_by_hand) = (call(ours, &http, "links")?, call(by_hand, &http, "links")?);
    let (problem, problem_by_hand) = (call(ours, &http, "problems")?, call(by_hand, &http, "problems")?);
    let (tls, tls_by_hand) = (call(ours, &https, "links")?, call(by_hand, &https, "links")?);
    let ratio = |ours: PerCall, by_hand: PerCall| ours.instructions / by_hand.instructions;
    let all = |call: PerCall| call.allocations + call.reallocations;
    add("instructions of a call, 201, to by hand", ratio(link, link_by_hand), held.link, Unit::Ratio);
    add(
        "instructions of a call, 422, to by hand",
        ratio(problem, problem_by_hand),
        held.problem,
        Unit::Ratio,
    );
    add("instructions of a call over TLS, 201, to by hand", ratio(tls, tls_by_hand), held.tls, Unit::Ratio);
    add("allocations and reallocations, 201", all(link), held.allocations_link, Unit::Count);
    add("allocations and reallocations, 422", all(problem), held.allocations_problem, Unit::Count);
    let calls = counts::system_calls(programs, server, ours, "links")?;
    add("system calls, 201", calls.all, held.system_calls, Unit::Count);
    add("threads started by a call on a pooled connection", calls.threads, (0.0, 0.0), Unit::Count);
    add("files and sockets opened by such a call", calls.opened, (0.0, 0.0), Unit::Count);
    let cold = counts::cold_start(programs, server, ours, &https)? / 1e6;
    add("instructions of a process with one call over TLS", cold, held.cold_https, Unit::Millions);
    let before = server.connections()?;
    programs.output(ours, &[&http, &server.root, "mixed", "1000"])?;
    let connections = f64::from(u32::try_from(server.connections()? - before)?);
    add("connections for 1,000 calls, 500 of them errors", connections, (1.0, 1.0), Unit::Count);
    println!(
        "{colour}: {:.0} instructions for 201 and {:.0} for 422; by hand {:.0} and {:.0}; over TLS {:.0}, by hand {:.0}",
        link.instructions,
        problem.instructions,
        link_by_hand.instructions,
        problem_by_hand.instructions,
        tls.instructions,
        tls_by_hand.instructions,
    );
    Ok(figures)
}

fn without_socket(programs: &Programs) -> Result<Vec<Figure>, Failure> {
    let of = |what| counts::without_socket(programs, what);
    let (turn, answer, problem, headers) = (of("turn")?, of("answer")?, of("problem")?, of("headers")?);
    let figure = |what: &str, found, goal, held| Figure {
        what: what.to_owned(),
        found,
        goal,
        held,
        unit: Unit::Count,
    };
    Ok(vec![
        figure(
            "instructions to build a request and decode its link, no socket",
            turn.instructions - answer.instructions,
            6500.0,
            6900.0,
        ),
        figure(
            "allocations of that",
            turn.allocations + turn.reallocations - answer.allocations - answer.reallocations,
            5.0,
            5.1,
        ),
        figure(
            "instructions to read a problem with two field errors",
            problem.instructions - headers.instructions,
            9000.0,
            5600.0,
        ),
    ])
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.found <= self.held { "    " } else { "!!! " };
        let Self { what, found, goal, held, .. } = self;
        match self.unit {
            Unit::Ratio => write!(f, "{mark}{what}: {found:.3} × (held at {held:.3}, goal {goal:.2})"),
            Unit::Count => write!(f, "{mark}{what}: {found:.1} (held at {held:.1}, goal {goal:.0})"),
            Unit::Millions => write!(f, "{mark}{what}: {found:.2} M (held at {held:.2}, goal {goal:.1})"),
        }
    }
}
