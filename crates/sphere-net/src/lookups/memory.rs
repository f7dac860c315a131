//! Addresses that are remembered. There is no clock here: the time is an argument.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How long addresses are remembered. A change of DNS is noticed after at most this long; the operating system
/// does not tell how long DNS itself would have kept them.
pub const TIME_TO_LIVE: Duration = Duration::from_secs(30);

/// How many hosts are remembered. An SDK talks to very few.
const MAX_HOSTS: usize = 16;

#[derive(Default)]
pub(super) struct Memory {
    hosts: HashMap<String, (Vec<IpAddr>, Instant)>,
}

impl Memory {
    pub(super) fn recall(&self, host: &str, now: Instant) -> Option<Vec<IpAddr>> {
        let (addresses, since) = self.hosts.get(host)?;
        (now.saturating_duration_since(*since) < TIME_TO_LIVE).then(|| addresses.clone())
    }

    pub(super) fn keep(&mut self, host: &str, addresses: Vec<IpAddr>, since: Instant) {
        if self.hosts.len() >= MAX_HOSTS && !self.hosts.contains_key(host) {
            let oldest = self.hosts.iter().min_by_key(|(_, (_, since))| *since).map(|(host, _)| host.clone());
            oldest.and_then(|oldest| self.hosts.remove(&oldest));
        }
        self.hosts.insert(host.to_owned(), (addresses, since));
    }

    pub(super) fn forget(&mut self, host: &str) {
        self.hosts.remove(host);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> Vec<IpAddr> {
        vec![IpAddr::from([10, 0, 0, last])]
    }

    #[test]
    fn addresses_are_remembered_for_30_seconds() {
        let (mut memory, start) = (Memory::default(), Instant::now());
        memory.keep("a", address(1), start);
        let just_before = start + TIME_TO_LIVE.saturating_sub(Duration::from_nanos(1));
        assert_eq!(memory.recall("a", start), Some(address(1)));
        assert_eq!(memory.recall("a", just_before), Some(address(1)));
        assert_eq!(memory.recall("a", start + TIME_TO_LIVE), None);
        assert_eq!(memory.recall("b", start), None);
        memory.forget("a");
        assert_eq!(memory.recall("a", start), None);
    }

    #[test]
    fn the_oldest_host_makes_room() {
        let (mut memory, start) = (Memory::default(), Instant::now());
        for second in 0..=MAX_HOSTS {
            memory.keep(&format!("host{second}"), address(1), start + Duration::from_secs(second as u64));
            assert!(memory.hosts.len() <= MAX_HOSTS);
        }
        let now = start + Duration::from_secs(MAX_HOSTS as u64);
        assert_eq!(memory.recall("host0", now), None);
        assert_eq!(memory.recall("host1", now), Some(address(1)));
        // A host that is known already replaces none.
        memory.keep("host1", address(2), now);
        assert_eq!(memory.recall("host2", now), Some(address(1)));
    }
}
