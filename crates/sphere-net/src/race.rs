//! In which order a host's addresses are tried, and when the next one is ("Happy Eyeballs", RFC 8305).
//!
//! Some hosts have an address that nobody responds at, most often an IPv6 address on a network without IPv6. So an
//! attempt that takes longer than [`ATTEMPT_DELAY`] is not given up, but the next address is tried beside it, and the
//! first connection wins. An address that refuses is followed by the next one at once.
//!
//! There is no socket and no clock here: a transport starts attempts and reports failures.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How long an attempt is the only new one (RFC 8305, section 5, "Connection Attempt Delay").
pub const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// The attempts to connect to one host.
///
/// ```
/// use std::net::IpAddr;
/// use std::time::Instant;
/// use sphere_net::race::{ATTEMPT_DELAY, Next, Race};
///
/// let addresses: Vec<IpAddr> = vec!["2001:db8::1".parse()?, "192.0.2.1".parse()?];
/// let (mut race, now) = (Race::new(addresses.clone(), None), Instant::now());
/// assert_eq!(race.next(now), Next::Try(addresses[0]));
/// assert_eq!(race.next(now), Next::Wait(Some(now + ATTEMPT_DELAY)));
/// assert_eq!(race.next(now + ATTEMPT_DELAY), Next::Try(addresses[1]));
/// // The first one that connects wins. If both fail, so does the race.
/// race.failed(now);
/// race.failed(now);
/// assert_eq!(race.next(now), Next::Failed);
/// # Ok::<_, std::net::AddrParseError>(())
/// ```
#[derive(Debug)]
pub struct Race {
    waiting: VecDeque<IpAddr>,
    in_flight: usize,
    /// When the next address may be tried beside those that are in flight.
    next_at: Option<Instant>,
}

/// What to do in a [`Race`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Start to connect to this address. Ask again at once.
    Try(IpAddr),
    /// Wait for an attempt to end, at most until this time.
    Wait(Option<Instant>),
    /// All attempts have failed.
    Failed,
}

impl Race {
    /// A race among these addresses, in the order in which the lookup found them, which is that of RFC 6724. The
    /// one that connected last time (`preferred`) is tried first. The families take turns (RFC 8305, section 4).
    pub fn new(mut addresses: Vec<IpAddr>, preferred: Option<IpAddr>) -> Self {
        if let Some(at) = addresses.iter().position(|&address| Some(address) == preferred) {
            addresses[..=at].rotate_right(1);
        }
        let first_is_ipv6 = addresses.first().is_some_and(IpAddr::is_ipv6);
        let (first, second): (Vec<_>, Vec<_>) =
            addresses.into_iter().partition(|address| address.is_ipv6() == first_is_ipv6);
        let mut second = second.into_iter();
        let mut waiting = VecDeque::new();
        for address in first {
            waiting.push_back(address);
            waiting.extend(second.next());
        }
        waiting.extend(second);
        Self { waiting, in_flight: 0, next_at: None }
    }

    /// What to do now.
    pub fn next(&mut self, now: Instant) -> Next {
        let may_try = self.in_flight == 0 || self.next_at.is_none_or(|at| now >= at);
        if let (true, Some(address)) = (may_try, self.waiting.front().copied()) {
            self.waiting.pop_front();
            self.in_flight += 1;
            self.next_at = now.checked_add(ATTEMPT_DELAY);
            return Next::Try(address);
        }
        match self.in_flight {
            0 => Next::Failed,
            _ if self.waiting.is_empty() => Next::Wait(None),
            _ => Next::Wait(self.next_at),
        }
    }

    /// An attempt has failed. The next address is tried at once.
    pub fn failed(&mut self, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.next_at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// The order in which all addresses are tried if each fails at once.
    fn order(addresses: &[&str], preferred: Option<&str>) -> Vec<String> {
        let now = Instant::now();
        let mut race =
            Race::new(addresses.iter().map(|text| address(text)).collect(), preferred.map(address));
        let mut order = Vec::new();
        while let Next::Try(address) = race.next(now) {
            order.push(address.to_string());
            race.failed(now);
        }
        order
    }

    #[test]
    fn families_take_turns() {
        assert_eq!(order(&["::1", "::2", "::3", "1.0.0.1"], None), ["::1", "1.0.0.1", "::2", "::3"]);
        assert_eq!(order(&["1.0.0.1", "1.0.0.2", "::1", "::2"], None), ["1.0.0.1", "::1", "1.0.0.2", "::2"]);
        assert_eq!(order(&[], None), [""; 0]);
    }

    #[test]
    fn the_address_that_worked_is_tried_first() {
        let found = ["::1", "::2", "1.0.0.1", "1.0.0.2"];
        assert_eq!(order(&found, Some("1.0.0.2")), ["1.0.0.2", "::1", "1.0.0.1", "::2"]);
        assert_eq!(order(&found, Some("::2")), ["::2", "1.0.0.1", "::1", "1.0.0.2"]);
        // It is no address of the host any more.
        assert_eq!(order(&found, Some("9.9.9.9")), ["::1", "1.0.0.1", "::2", "1.0.0.2"]);
    }

    #[test]
    fn silent_address_delays_the_next_by_250_ms() {
        let now = Instant::now();
        let mut race = Race::new(vec![address("::1"), address("1.0.0.1")], None);
        assert_eq!(race.next(now), Next::Try(address("::1")));
        assert_eq!(race.next(now), Next::Wait(Some(now + Duration::from_millis(250))));
        let just_before = now + Duration::from_micros(249_999);
        assert_eq!(race.next(just_before), Next::Wait(Some(now + Duration::from_millis(250))));
        assert_eq!(race.next(now + Duration::from_millis(250)), Next::Try(address("1.0.0.1")));
        assert_eq!(race.next(now), Next::Wait(None));
    }

    #[test]
    fn refused_address_is_followed_at_once() {
        let now = Instant::now();
        let later = now + ATTEMPT_DELAY;
        let mut race = Race::new(["::1", "::2", "::3"].map(address).into(), None);
        assert_eq!(race.next(now), Next::Try(address("::1")));
        assert_eq!(race.next(later), Next::Try(address("::2")));
        race.failed(later);
        assert_eq!(race.next(later), Next::Try(address("::3")), "beside the one that is in flight");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// Whatever fails when: each address is tried once, no two within the delay unless one failed, and the race
        /// fails only when all attempts have.
        #[test]
        fn every_address_gets_its_turn(
            found in prop::collection::vec((any::<bool>(), any::<u8>()), 0..16),
            preferred in any::<Option<u8>>(),
            events in prop::collection::vec((any::<bool>(), 0..400_u64), 0..60),
        ) {
            let ipv6 = |last| IpAddr::from([0, 0, 0, 0, 0, 0, 0, u16::from(last)]);
            let ipv4 = |last| IpAddr::from([10, 0, 0, last]);
            let addresses: Vec<IpAddr> =
                found.iter().map(|&(is_ipv6, last)| if is_ipv6 { ipv6(last) } else { ipv4(last) }).collect();
            let preferred = preferred.map(ipv4);
            let mut race = Race::new(addresses.clone(), preferred);
            let (mut now, mut tried, mut failed, mut last_try) = (Instant::now(), Vec::new(), 0, None::<Instant>);
            let mut has_failed_since = true;
            for (fails, milliseconds) in events.into_iter().chain([(true, 250); 40]) {
                match race.next(now) {
                    Next::Try(address) => {
                        let is_late = last_try.is_none_or(|last| now >= last + ATTEMPT_DELAY);
                        prop_assert!(is_late || has_failed_since);
                        (last_try, has_failed_since) = (Some(now), false);
                        tried.push(address);
                    }
                    Next::Wait(until) => {
                        prop_assert!(tried.len() > failed);
                        prop_assert_eq!(until.is_none(), tried.len() == addresses.len());
                        if fails {
                            race.failed(now);
                            failed += 1;
                            has_failed_since = true;
                        }
                        now += Duration::from_millis(milliseconds);
                    }
                    Next::Failed => break,
                }
            }
            prop_assert_eq!(race.next(now), Next::Failed);
            prop_assert_eq!(failed, addresses.len());
            if let Some(preferred) = preferred.filter(|preferred| addresses.contains(preferred)) {
                prop_assert_eq!(tried[0], preferred);
            }
            let (mut tried, mut addresses) = (tried, addresses);
            tried.sort_unstable();
            addresses.sort_unstable();
            prop_assert_eq!(tried, addresses);
        }
    }
}
