//! Large bodies, and bodies in many chunks.

use std::time::Duration;

use sphere_benches::work::Failure;

use super::row::{Part, Row, Unit};
use super::{Client, command, each, milliseconds, numbers};
use crate::driver::programs::Programs;
use crate::driver::server::Server;
use crate::driver::times::median;

/// For 21 calls. The slowest client that ends takes two seconds.
const LIMIT: Duration = Duration::from_secs(20);

pub(super) fn measure(programs: &Programs, server: &mut Server) -> Result<Vec<Row>, Failure> {
    let time = |client: Client, customer: &str| {
        let mut command = command(programs, client, &server.http, server, &["times", "21", customer]);
        // The first one opens the connection, and has the server make the body. Not every client ends.
        let times = numbers(&mut command, LIMIT)?;
        Ok(times.map(|times| milliseconds(median(times.into_iter().skip(1)))))
    };
    let mut rows = Vec::new();
    for (figure, customer) in [
        ("1 MiB in 64 chunks: a link, and an unknown member", "customer_chunked_1048576_64"),
        ("70,000 field errors", "customer_422_fields_1048576_64"),
        ("a problem that quotes the key 26,000 times", "customer_422_keys_1048576_64"),
    ] {
        let found = each(|client| time(client, customer))?;
        rows.push(Row::new(Part::Bodies, figure, Unit::Milliseconds, found, Some(8.0)));
    }
    let once = each(|client| time(client, "customer_chunked_50000_50000"))?;
    let twice = each(|client| time(client, "customer_chunked_100000_100000"))?;
    let mut ratios = [None; 6];
    for (ratio, (once, twice)) in ratios.iter_mut().zip(once.iter().zip(twice)) {
        *ratio = once.zip(twice).map(|(once, twice)| twice / once);
    }
    rows.push(Row::new(Part::Bodies, "50,000 chunks of one byte", Unit::Milliseconds, once, None));
    rows.push(Row::new(Part::Bodies, "twice as many of them, to these", Unit::Ratio, ratios, Some(2.2)));
    Ok(rows)
}
