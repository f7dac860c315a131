//! Uploads of the largest file: over http, over TLS, and over TLS through a proxy, for our clients and for others.

use sphere_benches::work::{FILE_BYTES, Failure};

use super::programs::{BY_HAND_ASYNC, BY_HAND_BLOCKING, OURS_ASYNC, OURS_BLOCKING, Programs, RAW_SOCKET};
use super::server::Server;
use super::{strace, times};

/// Rounds of ten uploads.
const ROUNDS: usize = 5;

/// A client: its program, its title, and the program that its ratios are to.
type Client = (&'static str, &'static str, &'static str);

/// Those that are built with the workspace.
const CLIENTS: [Client; 5] = [
    (RAW_SOCKET, "raw socket", RAW_SOCKET),
    (OURS_ASYNC, "**sphere-hyper**", BY_HAND_ASYNC),
    (BY_HAND_ASYNC, "hyper by hand", BY_HAND_ASYNC),
    (OURS_BLOCKING, "**sphere-ureq**", BY_HAND_BLOCKING),
    (BY_HAND_BLOCKING, "ureq by hand", BY_HAND_BLOCKING),
];
const PEERS: [Client; 2] = [
    ("reqwest_async", "reqwest by hand", BY_HAND_ASYNC),
    ("reqwest_blocking", "reqwest::blocking", BY_HAND_BLOCKING),
];

/// What an upload takes.
pub(crate) struct Upload {
    pub(crate) program: &'static str,
    title: &'static str,
    nanoseconds: f64,
    pub(crate) to_raw: f64,
    pub(crate) to_by_hand: f64,
    /// What the peak of memory is above that of a process with a small call, the file's included, to the file.
    pub(crate) memory: Option<f64>,
}

/// Prints all clients' uploads.
pub(crate) fn print() -> Result<(), Failure> {
    let programs = Programs::build(true)?;
    let server = Server::start(&programs)?;
    let proxied = programs.through(&server.proxy);
    let all: Vec<_> = CLIENTS.into_iter().chain(PEERS).collect();
    println!("| upload of 15 MB | client | time | to by hand | memory, to the file | writes |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (way, programs, base_url, clients) in [
        ("http", &programs, &server.http, &all[..]),
        ("https", &programs, &server.https, &all[1..]),
        ("https, proxy", &proxied, &server.https, &all[1..]),
    ] {
        let place = (base_url.as_str(), server.root.as_str());
        for upload in measure(programs, place, clients)? {
            let Upload { program, title, nanoseconds, to_by_hand, memory, .. } = upload;
            let memory = memory.map_or("–".to_owned(), |memory| format!("{memory:.2} ×"));
            let (milliseconds, writes) = (nanoseconds / 1e6, writes(programs, place, program)?);
            println!(
                "| {way} | {title} | {milliseconds:.1} ms | {to_by_hand:.2} × | {memory} | {writes:.0} |"
            );
        }
    }
    Ok(())
}

/// Over http, without other workspaces' clients.
pub(crate) fn plain(programs: &Programs, server: &Server) -> Result<Vec<Upload>, Failure> {
    measure(programs, server.plain(), &CLIENTS)
}

fn measure(programs: &Programs, place: (&str, &str), clients: &[Client]) -> Result<Vec<Upload>, Failure> {
    let pairs: Vec<_> = clients.iter().map(|(program, _, by_hand)| (*program, *by_hand)).collect();
    let rows = times::rounds(programs, place, &pairs, "uploads", "10", ROUNDS)?;
    let can_call: Vec<_> = pairs.iter().copied().filter(|(program, _)| *program != RAW_SOCKET).collect();
    let alone = times::rounds(programs, place, &can_call, "uploads", "1", ROUNDS)?;
    let before = times::rounds(programs, place, &can_call, "held", "1", ROUNDS)?;
    let number = |row: &[times::Median], at: usize| row.get(at).map_or(f64::NAN, |median| median.figure);
    let raw = rows.first().map_or(f64::NAN, |row| number(row, 0));
    let file = f64::from(u32::try_from(FILE_BYTES)?) / 1024.0;
    let upload = |(client, row): (&Client, &Vec<times::Median>)| {
        let at = can_call.iter().position(|(program, _)| *program == client.0);
        Upload {
            program: client.0,
            title: client.1,
            nanoseconds: number(row, 0),
            to_raw: number(row, 0) / raw,
            to_by_hand: row.first().map_or(f64::NAN, |median| median.ratio),
            memory: at.map(|at| (number(&alone[at], 2) - number(&before[at], 0)) / file),
        }
    };
    Ok(clients.iter().zip(&rows).map(upload).collect())
}

/// How often an upload writes to a socket.
pub(crate) fn writes(
    programs: &Programs,
    (base_url, root): (&str, &str),
    client: &str,
) -> Result<f64, Failure> {
    let count = |uploads| {
        let calls = strace::run(programs, client, &[base_url, root, "uploads", uploads])?;
        let names = ["write", "writev", "sendto", "sendmsg"];
        let all: u64 = names.iter().filter_map(|name| calls.get(*name)).sum();
        Ok::<_, Failure>(f64::from(u32::try_from(all)?))
    };
    Ok((count("11")? - count("1")?) / 10.0)
}
