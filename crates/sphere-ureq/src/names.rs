//! Names and their addresses, remembered for a short while.
//!
//! ureq asks its resolver before every call, even for one that goes out on a pooled connection, and with a
//! time limit set its own resolver starts a thread each time. Here the question is put where it matters:
//! `dial.rs` asks [`Names`] when it really opens a connection, and an answer serves for [`TTL`], so a known
//! host costs neither a look-up nor a thread. A host is forgotten as soon as connecting to it fails.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sphere_core::transport::TransportErrorKind as Kind;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::error::Fault;

/// How long an answer is believed. A change of DNS is seen after at most this long; the operating system's
/// own TTLs cannot be asked for.
pub(crate) const TTL: Duration = Duration::from_secs(30);

/// How many hosts are remembered. An SDK talks to one.
const MAX_HOSTS: usize = 16;

/// How many addresses of a host are tried at most: what ureq's `ResolvedSocketAddrs` holds. It panics
/// beyond.
const MAX_ADDRESSES: usize = 16;

const DOING: &str = "looking up the host";

/// Asks the system for the addresses of `host:port`. It may block for long, and cannot be called off.
pub(crate) type LookUp = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// The names that were looked up, and the way to look up others.
pub(crate) struct Names {
    look_up: Arc<LookUp>,
    memory: Mutex<Memory>,
}

impl Names {
    /// Names looked up by the operating system.
    pub(crate) fn of_the_system() -> Self {
        Self::looked_up_by(Arc::new(|name: &str| Ok(name.to_socket_addrs()?.collect())))
    }

    pub(crate) fn looked_up_by(look_up: Arc<LookUp>) -> Self {
        Self { look_up, memory: Mutex::new(Memory::default()) }
    }

    /// The addresses of `name`, which is `host:port`: at least one, at most as many as ureq can take.
    /// `limit` is how long a look-up may take.
    pub(crate) fn addresses(&self, name: &str, limit: Option<Duration>) -> Result<Vec<SocketAddr>, Fault> {
        // An address needs no look-up, and so no thread either.
        if let Ok(address) = name.parse::<SocketAddr>() {
            return Ok(vec![address]);
        }
        if let Some(known) = self.memory().recall(name, Instant::now()) {
            return Ok(known);
        }
        // The lock is not held here: a name server that hangs must hold up only those who need it.
        let mut found = self.ask(name, limit)?;
        if found.is_empty() {
            return Err(Fault::new(Kind::Connect, DOING, "it has no address"));
        }
        found.truncate(MAX_ADDRESSES);
        self.memory().keep(name, found.clone(), Instant::now());
        Ok(found)
    }

    /// Forgets a host whose addresses were of no use.
    pub(crate) fn forget(&self, name: &str) {
        self.memory().hosts.remove(name);
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks on a thread of its own, since the system's look-up has no time limit. If time runs out, that
    /// thread stays behind until the system gives up.
    fn ask(&self, name: &str, limit: Option<Duration>) -> Result<Vec<SocketAddr>, Fault> {
        let answer = if let Some(limit) = limit {
            let (sender, receiver) = mpsc::sync_channel(1);
            let (look_up, name) = (Arc::clone(&self.look_up), name.to_owned());
            // Not `thread::spawn`, which panics when the system has no thread left.
            thread::Builder::new()
                .name("sphere-ureq look-up".to_owned())
                .spawn(move || {
                    // Nobody listens any more if time ran out.
                    let _ = sender.send(look_up(&name));
                })
                .map_err(|error| Fault::new(Kind::Setup, "starting a thread for a look-up", error))?;
            match receiver.recv_timeout(limit) {
                Ok(answer) => answer,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Fault::new(Kind::Timeout, DOING, "no answer in time"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Fault::new(Kind::Other, DOING, "the look-up broke off"));
                }
            }
        } else {
            (self.look_up)(name)
        };
        answer.map_err(|error| Fault::new(Kind::Connect, DOING, error))
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").field("hosts", &self.memory().hosts.len()).finish_non_exhaustive()
    }
}

/// What is remembered. It has no clock: the time is an argument.
#[derive(Default)]
struct Memory {
    hosts: HashMap<String, (Vec<SocketAddr>, Instant)>,
}

impl Memory {
    fn recall(&self, name: &str, now: Instant) -> Option<Vec<SocketAddr>> {
        let (addresses, since) = self.hosts.get(name)?;
        (now.saturating_duration_since(*since) < TTL).then(|| addresses.clone())
    }

    fn keep(&mut self, name: &str, addresses: Vec<SocketAddr>, now: Instant) {
        if self.hosts.len() >= MAX_HOSTS && !self.hosts.contains_key(name) {
            let oldest = self.hosts.iter().min_by_key(|(_, (_, since))| *since).map(|(name, _)| name.clone());
            if let Some(oldest) = oldest {
                self.hosts.remove(&oldest);
            }
        }
        self.hosts.insert(name.to_owned(), (addresses, now));
    }
}

/// The resolver that ureq asks before every call: it answers at once, with no address at all. The question
/// is put to [`Names`] later, and only if a connection must be opened.
#[derive(Debug)]
pub(crate) struct AskedLater;

impl Resolver for AskedLater {
    fn resolve(
        &self,
        _: &http::Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> Vec<SocketAddr> {
        vec![SocketAddr::from(([10, 0, 0, last], 443))]
    }

    #[test]
    fn an_answer_is_believed_for_the_ttl_and_no_longer() {
        let (mut memory, start) = (Memory::default(), Instant::now());
        memory.keep("a:443", address(1), start);
        assert_eq!(memory.recall("a:443", start), Some(address(1)));
        assert_eq!(
            memory.recall("a:443", start + TTL.saturating_sub(Duration::from_nanos(1))),
            Some(address(1))
        );
        assert_eq!(memory.recall("a:443", start + TTL), None);
        assert_eq!(memory.recall("b:443", start), None);
    }

    #[test]
    fn the_oldest_host_makes_room_for_a_new_one() {
        let (mut memory, start) = (Memory::default(), Instant::now());
        for second in 0..=MAX_HOSTS {
            let now = start + Duration::from_secs(second as u64);
            memory.keep(&format!("host{second}:443"), address(1), now);
            assert!(memory.hosts.len() <= MAX_HOSTS);
        }
        let now = start + Duration::from_secs(MAX_HOSTS as u64);
        assert_eq!(memory.recall("host0:443", now), None);
        assert_eq!(memory.recall("host1:443", now), Some(address(1)));
        // A host that is known already drives nobody out.
        memory.keep("host1:443", address(2), now);
        assert_eq!(memory.recall("host2:443", now), Some(address(1)));
    }
}
