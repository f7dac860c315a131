//! A host whose first address is an IPv6 address at which nobody responds. Each call is on a connection of its own.
//!
//! The clients ask the operating system for the host's addresses, as always: they see a file of hosts that has both,
//! in a mount namespace of their own. Where the system allows none, nothing is measured.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sphere_benches::work::Failure;

use super::row::{Part, Row, Unit};
use super::{Client, command, each, milliseconds, numbers};
use crate::driver::programs::Programs;
use crate::driver::server::Server;
use crate::driver::times::median;

/// The server closes the connection after its response.
const ARGUMENTS: [&str; 3] = ["times", "8", "customer_last_1"];

/// How many first connections of each client. The table has their median.
const SAMPLES: usize = 5;

/// A client without any limit of its own waits for minutes.
const LIMIT: Duration = Duration::from_secs(10);

pub(super) fn measure(programs: &Programs, server: &mut Server) -> Result<Vec<Row>, Failure> {
    let hosts = programs.scratch.join("hosts");
    std::fs::write(&hosts, "::1 localhost\n127.0.0.1 localhost\n")?;
    let none = || {
        eprintln!("no silent IPv6 address: this system has no IPv6, or allows no mount namespace");
        Ok(Vec::new())
    };
    let Some(beside_silence) = server.beside_silence.clone() else { return none() };
    if !in_namespace(&hosts, &Command::new("true")).status().is_ok_and(|status| status.success()) {
        return none();
    }
    let times = |client: Client, url: &str| {
        let mut command = in_namespace(&hosts, &command(programs, client, url, server, &ARGUMENTS));
        numbers(&mut command, LIMIT)
    };
    let silent = each(|client| times(client, &beside_silence))?;
    let first = each(|client| {
        let mut first = Vec::new();
        for _ in 0..SAMPLES {
            let times = times(client, &beside_silence)?;
            first.push(
                times.map_or(f64::INFINITY, |times| milliseconds(times.first().copied().unwrap_or(f64::NAN))),
            );
            if first.contains(&f64::INFINITY) {
                break;
            }
        }
        Ok(Some(median(first.into_iter())))
    })?;
    let refusing = each(|client| times(client, &server.https))?;
    let later = |times: &[f64]| milliseconds(median(times.iter().skip(1).copied()));
    let mut extra = [None; 6];
    for (extra, (silent, refusing)) in extra.iter_mut().zip(silent.iter().zip(&refusing)) {
        *extra = match (silent, refusing) {
            (Some(silent), Some(refusing)) => Some((later(silent) - later(refusing)).max(0.0)),
            _ => Some(f64::INFINITY),
        };
    }
    Ok(vec![
        Row::new(
            Part::Addresses,
            "silent IPv6 address: call on the first connection",
            Unit::Milliseconds,
            first,
            Some(350.0),
        ),
        Row::new(
            Part::Addresses,
            "on later ones, longer than without that address",
            Unit::Milliseconds,
            extra,
            Some(5.0),
        ),
    ])
}

/// The command, which finds this file in the place of the system's file of hosts.
fn in_namespace(hosts: &Path, command: &Command) -> Command {
    let mut inside = Command::new("unshare");
    inside.args(["--map-root-user", "--mount", "sh", "-c"]);
    inside.args([r#"mount --bind "$0" /etc/hosts && exec "$@""#]).arg(hosts);
    inside.arg(command.get_program()).args(command.get_args());
    inside
}
