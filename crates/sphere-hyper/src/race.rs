//! A connection to a host: its addresses are raced as [`sphere_net::race`] says.

use std::net::SocketAddr;

use sphere_core::transport::TransportErrorKind as Kind;
use sphere_net::failure::{Failure, Phase};
use sphere_net::lookups::Lookups;
use sphere_net::race::Next;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::network::{Network, SecondLook};

const CONNECTING: &str = "connecting";

/// Connects to a host and port. The caller limits the time; attempts end when it gives up.
pub(crate) async fn connect<N: Network>(
    network: &N,
    lookups: &Lookups,
    host: &str,
    port: u16,
    second_look: &SecondLook,
) -> Result<N::Stream, Failure> {
    let now = || Instant::now().into_std();
    let found = lookups.start(host, now()).await?;
    let has_one_address = found.len() == 1;
    let mut race = lookups.race(host, found, now());
    let mut attempts = JoinSet::new();
    let mut failure = Failure::new(Kind::Connect, CONNECTING, "the host has no address");
    loop {
        let ended = match race.next(now()) {
            Next::Try(address) => {
                let to = SocketAddr::new(address, port);
                let (network, second_look) = (network.clone(), second_look.clone());
                attempts.spawn(async move { (address, network.connect(to, second_look).await) });
                continue;
            }
            Next::Wait(None) => attempts.join_next().await,
            Next::Wait(Some(until)) => match timeout_at(until.into(), attempts.join_next()).await {
                Ok(ended) => ended,
                Err(_) => continue,
            },
            Next::Failed => return Err(failure),
        };
        match ended {
            Some(Ok((address, Ok(stream)))) => {
                if !has_one_address {
                    lookups.worked(host, address, now());
                }
                return Ok(stream);
            }
            Some(Ok((_, Err(error)))) => failure = Failure::from_io(error, Phase::Connecting, CONNECTING),
            // The runtime is shutting down.
            Some(Err(error)) => failure = Failure::new(Kind::Connect, CONNECTING, error),
            None => return Err(failure),
        }
        race.failed(now());
    }
}
