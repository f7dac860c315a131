//! Addresses that are remembered, and which of them worked. There is no clock here: the time is an argument.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How long addresses are remembered. A change of DNS is noticed after at most this long; the operating system
/// does not tell how long DNS itself would have kept them.
pub const TIME_TO_LIVE: Duration = Duration::from_secs(30);

/// How long it is remembered which of a host's addresses worked: longer than the addresses themselves, so that an
/// address that nobody responds at costs its delay once. RFC 6555, section 4.2, gives ten minutes.
pub const WORKING_TIME: Duration = Duration::from_secs(600);

/// How many hosts are remembered. An SDK talks to very few.
const MAX_HOSTS: usize = 16;

#[derive(Default)]
pub(super) struct Memory {
    hosts: HashMap<String, (Vec<IpAddr>, Instant)>,
    working: HashMap<String, (IpAddr, Instant)>,
}

impl Memory {
    pub(super) fn recall(&self, host: &str, now: Instant) -> Option<Vec<IpAddr>> {
        let (addresses, since) = self.hosts.get(host)?;
        (now.saturating_duration_since(*since) < TIME_TO_LIVE).then(|| addresses.clone())
    }

    pub(super) fn keep(&mut self, host: &str, addresses: Vec<IpAddr>, since: Instant) {
        insert(&mut self.hosts, host, (addresses, since));
    }

    /// The address of a host that worked last.
    pub(super) fn working(&self, host: &str, now: Instant) -> Option<IpAddr> {
        let (address, since) = self.working.get(host)?;
        (now.saturating_duration_since(*since) < WORKING_TIME).then_some(*address)
    }

    pub(super) fn keep_working(&mut self, host: &str, address: IpAddr, now: Instant) {
        insert(&mut self.working, host, (address, now));
    }

    pub(super) fn forget(&mut self, host: &str) {
        self.hosts.remove(host);
        self.working.remove(host);
    }
}

/// Inserts a value that is known since this time. A new host takes the place of the oldest, if there are many.
fn insert<T>(hosts: &mut HashMap<String, (T, Instant)>, host: &str, value: (T, Instant)) {
    if hosts.len() >= MAX_HOSTS && !hosts.contains_key(host) {
        let oldest = hosts.iter().min_by_key(|(_, (_, since))| *since).map(|(host, _)| host.clone());
        oldest.and_then(|oldest| hosts.remove(&oldest));
    }
    hosts.insert(host.to_owned(), value);
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

    #[test]
    fn working_addresses_outlive_the_lookup() {
        let (mut memory, start) = (Memory::default(), Instant::now());
        let [first, second] = [[10, 0, 0, 1], [10, 0, 0, 2]].map(IpAddr::from);
        memory.keep("a", vec![first, second], start);
        memory.keep_working("a", second, start);
        let just_before = start + WORKING_TIME.saturating_sub(Duration::from_nanos(1));
        assert_eq!(memory.working("a", just_before), Some(second));
        assert_eq!(memory.working("a", start + WORKING_TIME), None);
        memory.keep_working("a", first, start + WORKING_TIME);
        assert_eq!(memory.working("a", start + WORKING_TIME), Some(first));
        memory.forget("a");
        assert_eq!(memory.working("a", start + WORKING_TIME), None);
        for second in 0..100 {
            memory.keep_working(&format!("host{second}"), first, start + Duration::from_secs(second));
        }
        assert_eq!(memory.working.len(), MAX_HOSTS);
    }
}
