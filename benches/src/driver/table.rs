//! The long form: every figure of every client, as the tables that stand in `README.md`.

use std::process::Command;

use sphere_benches::work::Failure;

use super::counts::{self, PerCall};
use super::programs::{BY_HAND_ASYNC, BY_HAND_BLOCKING, OURS_ASYNC, OURS_BLOCKING, Programs, output};
use super::server::Server;
use super::times::{self, Times};

/// A client in the tables.
struct Client {
    program: &'static str,
    title: &'static str,
    /// The program that its ratios are to.
    by_hand: &'static str,
    is_async: bool,
    /// Whose trees of normal dependencies it needs, and in which workspace.
    packages: &'static [&'static str],
    is_peer: bool,
}

const CLIENTS: [Client; 7] = [
    Client {
        program: OURS_ASYNC,
        title: "**sphere-hyper**",
        by_hand: BY_HAND_ASYNC,
        is_async: true,
        packages: &["sphere-hyper"],
        is_peer: false,
    },
    Client {
        program: BY_HAND_ASYNC,
        title: "hyper-util by hand",
        by_hand: BY_HAND_ASYNC,
        is_async: true,
        packages: &["hyper-util", "hyper-rustls", "http-body-util", "webpki-roots", "serde_json", "serde"],
        is_peer: false,
    },
    Client {
        program: "reqwest_async",
        title: "reqwest by hand",
        by_hand: BY_HAND_ASYNC,
        is_async: true,
        packages: &["reqwest", "webpki-roots", "serde_json", "serde"],
        is_peer: true,
    },
    Client {
        program: "progenitor_generated",
        title: "progenitor-generated",
        by_hand: BY_HAND_ASYNC,
        is_async: true,
        packages: &["progenitor", "reqwest", "webpki-roots", "serde_json", "serde"],
        is_peer: true,
    },
    Client {
        program: OURS_BLOCKING,
        title: "**sphere-ureq**",
        by_hand: BY_HAND_BLOCKING,
        is_async: false,
        packages: &["sphere-ureq"],
        is_peer: false,
    },
    Client {
        program: BY_HAND_BLOCKING,
        title: "ureq by hand",
        by_hand: BY_HAND_BLOCKING,
        is_async: false,
        packages: &["ureq", "serde_json", "serde"],
        is_peer: false,
    },
    Client {
        program: "reqwest_blocking",
        title: "reqwest::blocking",
        by_hand: BY_HAND_BLOCKING,
        is_async: false,
        packages: &["reqwest", "webpki-roots", "serde_json", "serde"],
        is_peer: true,
    },
];

/// Prints everything.
pub(crate) fn print() -> Result<(), Failure> {
    let programs = Programs::build(true)?;
    let server = Server::start(&programs)?;
    print_calls(&programs, &server)?;
    print_tls(&programs, &server)?;
    print_times(&programs, &server)?;
    print_memory(&programs, &server)?;
    print_weight(&programs)?;
    print_without_socket(&programs)
}

/// Each client's figure with its ratio to the one by hand of its colour.
fn with_ratios(figures: &[f64], show: impl Fn(f64) -> String) -> Vec<String> {
    let of = |program| CLIENTS.iter().position(|client| client.program == program);
    let row = |(client, figure): (&Client, &f64)| {
        let base = of(client.by_hand).and_then(|at| figures.get(at)).copied().unwrap_or(f64::NAN);
        format!("{} ({:.2} ×)", show(*figure), figure / base)
    };
    CLIENTS.iter().zip(figures).map(row).collect()
}

fn thousands(instructions: f64) -> String {
    format!("{:.1} k", instructions / 1e3)
}

fn millions(instructions: f64) -> String {
    format!("{:.1} M", instructions / 1e6)
}

fn each<T>(mut figure: impl FnMut(&Client) -> Result<T, Failure>) -> Result<Vec<T>, Failure> {
    CLIENTS.iter().map(&mut figure).collect()
}

fn print_calls(programs: &Programs, server: &Server) -> Result<(), Failure> {
    let count = |run| each(|client| counts::per_call_of(programs, server, client.program, &server.http, run));
    let (links, problems) = (count("links")?, count("problems")?);
    let bytes = |run| each(|client| counts::bytes(programs, server, client.program, run));
    let (link_bytes, problem_bytes) = (bytes("links")?, bytes("problems")?);
    let system_calls = each(|client| counts::system_calls(programs, server, client.program, "links"))?;
    let instructions = |calls: &[PerCall]| {
        with_ratios(&calls.iter().map(|call| call.instructions).collect::<Vec<_>>(), thousands)
    };
    let (link_ratios, problem_ratios) = (instructions(&links), instructions(&problems));
    println!("\n### A call on a kept connection\n");
    println!(
        "| client | instructions, 201 | instructions, 422 | allocations + reallocations, 201 (bytes) | 422 (bytes) | system calls |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    let memory = |call: &PerCall, bytes: f64| {
        format!("{:.0} + {:.0} ({bytes:.0})", call.allocations, call.reallocations)
    };
    for (at, client) in CLIENTS.iter().enumerate() {
        println!(
            "| {} | {} | {} | {} | {} | {:.0} |",
            client.title,
            link_ratios[at],
            problem_ratios[at],
            memory(&links[at], link_bytes[at]),
            memory(&problems[at], problem_bytes[at]),
            system_calls[at].all,
        );
    }
    Ok(())
}

fn print_tls(programs: &Programs, server: &Server) -> Result<(), Failure> {
    let calls = each(|client| {
        counts::per_call_of(programs, server, client.program, &server.https, "links")
            .map(|call| call.instructions)
    })?;
    let cold = |base_url: &str| each(|client| counts::cold_start(programs, server, client.program, base_url));
    let (http, https) = (cold(&server.http)?, cold(&server.https)?);
    let (calls, http, https) =
        (with_ratios(&calls, thousands), with_ratios(&http, millions), with_ratios(&https, millions));
    println!("\n### Over TLS, and from the start of a process to its first answer: instructions\n");
    println!("| client | a call over TLS, 201 | start to first answer, http | https |");
    println!("| --- | --- | --- | --- |");
    for (at, client) in CLIENTS.iter().enumerate() {
        println!("| {} | {} | {} | {} |", client.title, calls[at], http[at], https[at]);
    }
    Ok(())
}

fn print_times(programs: &Programs, server: &Server) -> Result<(), Failure> {
    let pairs: Vec<_> = CLIENTS.iter().map(|client| (client.program, client.by_hand)).collect();
    let rows = times::measure(programs, server, &pairs)?;
    println!("\n### Times: medians of {} interleaved rounds, ratios within each round\n", times::ROUNDS);
    println!(
        "| client | one after the other, on one core: median | 99th percentile | calls a second, 64 in flight |"
    );
    println!("| --- | --- | --- | --- |");
    for (client, Times { median, tail, throughput }) in CLIENTS.iter().zip(rows) {
        println!(
            "| {} | {:.1} µs ({:.2} ×) | {:.1} µs ({:.2} ×) | {:.0} ({:.2} ×) |",
            client.title,
            median.figure / 1e3,
            median.ratio,
            tail.figure / 1e3,
            tail.ratio,
            throughput.figure,
            throughput.ratio,
        );
    }
    Ok(())
}

fn print_memory(programs: &Programs, server: &Server) -> Result<(), Failure> {
    println!("\n### Memory with all calls in flight at once: the process's peak\n");
    println!("| client | 1,000 | 10,000 |");
    println!("| --- | --- | --- |");
    let pairs: Vec<_> = CLIENTS
        .iter()
        .filter(|client| client.is_async)
        .map(|client| (client.program, client.by_hand))
        .collect();
    let peaks = |calls| times::peaks(programs, server, &pairs, calls, times::ROUNDS);
    let (some, many) = (peaks("1000")?, peaks("10000")?);
    for (client, (some, many)) in CLIENTS.iter().filter(|client| client.is_async).zip(some.iter().zip(many)) {
        println!(
            "| {} | {:.1} MB ({:.2} ×) | {:.0} MB ({:.2} ×) |",
            client.title,
            some.figure / 1e3,
            some.ratio,
            many.figure / 1e3,
            many.ratio,
        );
    }
    Ok(())
}

fn print_weight(programs: &Programs) -> Result<(), Failure> {
    println!("\n### Weight\n");
    println!("| client | program, stripped | crates |");
    println!("| --- | --- | --- |");
    for client in &CLIENTS {
        let stripped = programs.scratch.join("stripped");
        output(Command::new("strip").arg("-o").arg(&stripped).arg(programs.path(client.program)))?;
        let size = f64::from(u32::try_from(std::fs::metadata(&stripped)?.len())?);
        println!("| {} | {:.2} MB | {} |", client.title, size / 1e6, crates(client)?);
    }
    Ok(())
}

/// How many crates are in the trees of what the client needs, on this platform.
fn crates(client: &Client) -> Result<usize, Failure> {
    let manifest = if client.is_peer { "/peers/Cargo.toml" } else { "/Cargo.toml" };
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    cargo.arg("--manifest-path").arg(format!("{}{manifest}", env!("CARGO_MANIFEST_DIR")));
    for package in client.packages {
        cargo.args(["--package", package]);
    }
    let tree = output(&mut cargo)?;
    let mut names: Vec<_> =
        tree.lines().filter(|line| !line.is_empty()).map(|line| line.trim_end_matches(" (*)")).collect();
    names.sort_unstable();
    names.dedup();
    Ok(names.len())
}

fn print_without_socket(programs: &Programs) -> Result<(), Failure> {
    let of = |what| counts::without_socket(programs, what);
    let (answer, headers) = (of("answer")?, of("headers")?);
    let less = |all: PerCall, base: PerCall| {
        let allocations = all.allocations + all.reallocations - base.allocations - base.reallocations;
        (all.instructions - base.instructions, allocations)
    };
    let none = PerCall::default();
    let (build, turn) = (of("build")?, of("turn")?);
    let rows = [
        ("build the request", less(build, none)),
        ("decode the link (the next row less the one above)", less(less_call(turn, build), answer)),
        ("a whole turn of `Call`: build the request, decode the link", less(turn, answer)),
        ("by hand, without any check: the same", less(of("by-hand")?, none)),
        ("read a problem with two field errors", less(of("problem")?, headers)),
        ("a whole turn of `Call` that ends with it", less(of("turn-problem")?, answer)),
        ("by hand, without any check: the same", less(of("by-hand-problem")?, none)),
    ];
    println!("\n### Without a socket\n");
    println!("| what | instructions | allocations |");
    println!("| --- | --- | --- |");
    for (what, (instructions, allocations)) in rows {
        println!("| {what} | {} | {allocations:.0} |", thousands(instructions));
    }
    Ok(())
}

fn less_call(all: PerCall, part: PerCall) -> PerCall {
    PerCall {
        instructions: all.instructions - part.instructions,
        allocations: all.allocations - part.allocations,
        reallocations: all.reallocations - part.reallocations,
    }
}
