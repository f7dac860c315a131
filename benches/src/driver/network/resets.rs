//! One in 200 requests is reset instead of responded to, at the highest rate that this machine holds.

use std::time::Duration;

use sphere_benches::work::Failure;

use super::row::{Part, Row, Unit};
use super::{Client, command, each, milliseconds, numbers};
use crate::driver::programs::Programs;
use crate::driver::server::Server;

/// Calls a second. The first one that a client keeps up with is its rate.
const RATES: [&str; 4] = ["4000", "2000", "1000", "500"];

/// A rate is held if its calls, three seconds of them, end by then.
const HELD: f64 = 3.1e9;

const LIMIT: Duration = Duration::from_secs(60);

/// What became of the calls.
#[derive(Clone, Copy)]
struct Found {
    rate: f64,
    lost: f64,
    /// In milliseconds.
    percentile: f64,
}

pub(super) fn measure(programs: &Programs, server: &mut Server) -> Result<Vec<Row>, Failure> {
    let found = each(|client| find(programs, server, client))?;
    Ok(vec![
        Row::new(
            Part::Resets,
            "one in 200 requests reset: calls a second",
            Unit::Count,
            found.map(|found| Some(found.rate)),
            None,
        ),
        Row::new(Part::Resets, "calls lost", Unit::Count, found.map(|found| Some(found.lost)), Some(0.0)),
        Row::new(
            Part::Resets,
            "99.9th percentile",
            Unit::Milliseconds,
            found.map(|found| Some(found.percentile)),
            Some(10.0),
        ),
    ])
}

fn find(programs: &Programs, server: &Server, client: Client) -> Result<Found, Failure> {
    let mut slowest = None;
    for rate in RATES {
        let arguments = ["paced", rate, "customer_reset"];
        let mut command = command(programs, client, &server.http, server, &arguments);
        let printed = numbers(&mut command, LIMIT)?.ok_or("the calls did not end")?;
        let [lost, took, percentile] = *printed else { return Err("there are three numbers".into()) };
        let found = Found { rate: rate.parse()?, lost, percentile: milliseconds(percentile) };
        if took <= HELD {
            return Ok(found);
        }
        slowest = Some(found);
    }
    slowest.ok_or_else(|| "there is no rate".into())
}
