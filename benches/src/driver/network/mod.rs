//! The network as users have it: what a round trip of 50 milliseconds, a silent address, a burst, a reset and a large
//! body cost, for our clients and for others. Prints one table and draws pictures of it.

mod addresses;
mod bodies;
mod bursts;
mod memory;
mod pauses;
mod pictures;
mod resets;
mod row;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sphere_benches::work::Failure;

use super::programs::{BY_HAND_ASYNC, BY_HAND_BLOCKING, OURS_ASYNC, OURS_BLOCKING, Programs};
use super::server::Server;

/// A column of the table.
#[derive(Clone, Copy)]
struct Client {
    program: &'static str,
    title: &'static str,
    is_ours: bool,
    is_async: bool,
}

const CLIENTS: [Client; 6] = [
    Client { program: OURS_ASYNC, title: "sphere-hyper", is_ours: true, is_async: true },
    Client { program: BY_HAND_ASYNC, title: "hyper by hand", is_ours: false, is_async: true },
    Client { program: "reqwest_async", title: "reqwest", is_ours: false, is_async: true },
    Client { program: OURS_BLOCKING, title: "sphere-ureq", is_ours: true, is_async: false },
    Client { program: BY_HAND_BLOCKING, title: "ureq by hand", is_ours: false, is_async: false },
    Client { program: "reqwest_blocking", title: "reqwest::blocking", is_ours: false, is_async: false },
];

/// Measures everything, prints the table, and draws the pictures beside `README.md`.
pub(crate) fn run() -> Result<(), Failure> {
    let programs = Programs::build(true)?;
    let start = Instant::now();
    let mut rows = Vec::new();
    for part in [
        pauses::measure,
        addresses::measure,
        bursts::measure,
        resets::measure,
        memory::measure,
        bodies::measure,
    ] {
        // A server of its own, so that no part finds what another one left.
        rows.extend(part(&programs, &mut Server::start(&programs)?)?);
        eprintln!("{} rows after {:.0} s", rows.len(), start.elapsed().as_secs_f64());
    }
    let titles: Vec<_> = CLIENTS
        .iter()
        .map(|c| if c.is_ours { format!("**{}**", c.title) } else { c.title.to_owned() })
        .collect();
    println!("| figure | {} | goal | met |", titles.join(" | "));
    println!("| --- | {}", "--- | ".repeat(CLIENTS.len() + 2).trim_end());
    for row in &rows {
        println!("{row}");
    }
    pictures::draw(Path::new(env!("CARGO_MANIFEST_DIR")), &rows)
}

/// Measures one figure of every client.
fn each<T>(mut measure: impl FnMut(Client) -> Result<T, Failure>) -> Result<[T; 6], Failure> {
    let found = CLIENTS.iter().map(|&client| measure(client)).collect::<Result<Vec<_>, _>>()?;
    found.try_into().map_err(|_| "there are six clients".into())
}

/// A client program to be started with `arguments`, after the server's address and its certificate.
fn command(programs: &Programs, client: Client, url: &str, server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new(programs.path(client.program));
    command.args([url, &server.root]).args(arguments);
    command
}

/// The numbers that a program prints. `None` if it does not end within `limit`.
fn numbers(command: &mut Command, limit: Duration) -> Result<Option<Vec<f64>>, Failure> {
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let end = Instant::now() + limit;
    while process.try_wait()?.is_none() {
        if Instant::now() > end {
            process.kill()?;
            process.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    parse(process.wait_with_output()?).map(Some)
}

fn parse(output: std::process::Output) -> Result<Vec<f64>, Failure> {
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
}

/// Milliseconds of nanoseconds.
fn milliseconds(nanoseconds: f64) -> f64 {
    nanoseconds / 1e6
}
