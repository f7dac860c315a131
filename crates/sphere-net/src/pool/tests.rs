//! Each rule of the pool, and all of them over random histories.

use proptest::prelude::*;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(50);

/// A connection, known by its number.
struct Connection {
    number: usize,
    _open: Open,
}

type Connections = Pool<u8, Connection>;

fn limits(max_idle: usize) -> Limits {
    Limits { idle_timeout: TIMEOUT, max_idle, max_open: usize::MAX }
}

fn pool() -> (Connections, Instant) {
    (Pool::new(limits(usize::MAX)), Instant::now())
}

/// Opens connections with these numbers, and gives them back one second after the other, all in use at once.
fn kept(pool: &mut Connections, numbers: &[usize], start: Instant) -> Instant {
    let connections: Vec<_> =
        numbers.iter().map(|&number| Connection { number, _open: pool.open(&0, start).open }).collect();
    let mut now = start;
    for connection in connections {
        assert!(pool.put(&0, connection, None, now).closed.is_empty());
        now += SECOND;
    }
    now
}

fn number(connection: Option<Connection>) -> Option<usize> {
    connection.map(|connection| connection.number)
}

fn numbers(connections: &[Connection]) -> Vec<usize> {
    connections.iter().map(|connection| connection.number).collect()
}

#[test]
fn ended_connections_are_closed_and_others_stay() {
    let (mut pool, start) = pool();
    let now = kept(&mut pool, &[1, 2, 3, 4], start);
    assert_eq!(numbers(&pool.close_ended(|connection| connection.number % 2 == 1)), [1, 3]);
    let taken: Vec<_> = std::iter::from_fn(|| number(pool.take(&0, TIMEOUT, now))).collect();
    assert_eq!(taken, [4, 2]);
}

#[test]
fn a_second_burst_opens_no_connection() {
    let (mut pool, start) = pool();
    let burst: Vec<_> =
        (0..300).map(|number| Connection { number, _open: pool.open(&0, start).open }).collect();
    for connection in burst {
        assert!(pool.put(&0, connection, None, start).closed.is_empty());
    }
    let mut now = start;
    // Calls one after the other do not shrink what the burst left.
    for _ in 0..9 {
        now += 5 * SECOND;
        let connection = pool.take(&0, TIMEOUT, now).unwrap();
        assert!(pool.put(&0, connection, None, now).closed.is_empty());
    }
    let taken: Vec<_> = std::iter::from_fn(|| pool.take(&0, TIMEOUT, now)).collect();
    assert_eq!(taken.len(), 300);
}

#[test]
fn fresh_connections_do_not_fill_the_pool() {
    let (mut pool, start) = pool();
    for number in 0..100 {
        let now = start + 5 * SECOND * u32::try_from(number).unwrap();
        assert!(pool.take(&0, 4 * SECOND, now).is_none());
        let connection = Connection { number, _open: pool.open(&0, now).open };
        let closed = pool.put(&0, connection, None, now).closed;
        assert_eq!(numbers(&closed), if number == 0 { vec![] } else { vec![number - 1] });
    }
}

#[test]
fn each_route_has_its_own_connections_and_peak() {
    let (mut pool, start) = pool();
    for route in 0..3 {
        let connection = Connection { number: route.into(), _open: pool.open(&route, start).open };
        assert!(pool.put(&route, connection, None, start).closed.is_empty());
    }
    for route in [1, 0, 2] {
        assert_eq!(number(pool.take(&route, TIMEOUT, start)), Some(route.into()));
    }
}

#[test]
fn the_longest_idle_of_all_makes_room() {
    let start = Instant::now();
    let mut pool: Connections = Pool::new(limits(2));
    for (route, closed) in [(0, None), (1, None), (2, Some(0)), (3, Some(1))] {
        let connection = Connection { number: route.into(), _open: pool.open(&route, start).open };
        let now = start + SECOND * route.into();
        assert_eq!(numbers(&pool.put(&route, connection, None, now).closed), Vec::from_iter(closed));
    }
}

#[test]
fn longest_idle_makes_room_for_a_new_one() {
    let start = Instant::now();
    let mut pool: Connections = Pool::new(Limits { max_open: 2, ..limits(usize::MAX) });
    let now = kept(&mut pool, &[1, 2], start);
    // Another route has its own limit.
    assert!(pool.open(&1, now).closed.is_none());
    let Opening { open, closed } = pool.open(&0, now);
    assert_eq!(number(closed), Some(1));
    assert_eq!(number(pool.take(&0, TIMEOUT, now)), Some(2));
    drop(open);
}

#[test]
fn shared_limit_counts_all_its_routes() {
    let start = Instant::now();
    let pool: Connections = Pool::new(Limits { max_open: 2, ..limits(usize::MAX) });
    let mut pool = pool.with_shared_limit(|one, other| one % 10 == other % 10);
    // Of another host, and idle for longer.
    let other = Connection { number: 2, _open: pool.open(&1, start).open };
    pool.put(&1, other, None, start);
    let first = Connection { number: 1, _open: pool.open(&0, start).open };
    pool.put(&0, first, None, start + SECOND);
    let second = pool.open(&10, start);
    assert!(second.closed.is_none() && pool.open(&1, start).closed.is_none());
    assert_eq!(number(pool.open(&20, start).closed), Some(1));
}

#[test]
fn connections_given_back_are_not_kept_again() {
    let (mut pool, start) = pool();
    let now = kept(&mut pool, &[1, 2], start);
    assert_eq!(numbers(&pool.give_back(now)), [1, 2]);
    for (rested, is_kept) in
        [(Duration::ZERO, false), (TIMEOUT.saturating_sub(SECOND), false), (TIMEOUT, true)]
    {
        let connection = Connection { number: 3, _open: pool.open(&0, now).open };
        assert_eq!(pool.put(&0, connection, None, now + rested).due.is_some(), is_kept, "{rested:?}");
    }
}

#[test]
fn abandoned_routes_are_closed_and_forgotten() {
    let (mut pool, start) = pool();
    for route in 0..4 {
        let connection = Connection { number: route.into(), _open: pool.open(&route, start).open };
        pool.put(&route, connection, None, start);
    }
    let in_use = pool.open(&2, start);
    let closed = pool.close_abandoned(|route| *route > 0, |connection| connection.number != 3);
    assert_eq!(numbers(&closed), [1, 2]);
    assert_eq!(pool.routes().collect::<Vec<_>>(), [&0, &2, &3]);
    drop(in_use);
}

#[test]
fn a_limit_of_zero_keeps_nothing() {
    let start = Instant::now();
    for (timeout, max_idle, server_timeout) in
        [(Duration::ZERO, 9, None), (TIMEOUT, 0, None), (TIMEOUT, 9, Some(Duration::ZERO))]
    {
        let mut pool: Connections = Pool::new(Limits { idle_timeout: timeout, ..limits(max_idle) });
        let connection = Connection { number: 1, _open: pool.open(&0, start).open };
        let put = pool.put(&0, connection, server_timeout, start);
        assert_eq!((put.due, &numbers(&put.closed)[..]), (None, &[1][..]));
        assert_eq!(pool.next_due(), None);
    }
}

#[test]
fn routes_that_are_not_used_are_forgotten() {
    let (mut pool, start) = pool();
    for route in 0..100 {
        let connection = Connection { number: 1, _open: pool.open(&route, start).open };
        pool.put(&route, connection, None, start);
    }
    pool.close_due(start + TIMEOUT);
    assert_eq!(pool.routes.len(), 100);
    pool.close_due(start + 2 * TIMEOUT);
    assert_eq!(pool.routes.len(), 0);
}

/// What happens to a pool. Numbers choose among the connections that are in use.
#[derive(Debug, Clone)]
enum Event {
    /// A request that allows this many seconds of idle time. It opens a connection if it gets none.
    Request { route: u8, max_idle_time: u64 },
    /// A request ended, and its connection can be used again.
    Put { which: usize, server_timeout: Option<u64> },
    /// A request failed: its connection is closed.
    Fail { which: usize },
    /// Time passes, and what is due is closed.
    Pass { seconds: u64 },
    /// Time passes, and the transport had no turn.
    Stall { seconds: u64 },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        5 => (0..2_u8, prop_oneof![Just(0), Just(4), Just(50), 0..70_u64])
            .prop_map(|(route, max_idle_time)| Event::Request { route, max_idle_time }),
        4 => (any::<usize>(), prop_oneof![4 => Just(None), 1 => (0..70_u64).prop_map(Some)])
            .prop_map(|(which, server_timeout)| Event::Put { which, server_timeout }),
        1 => any::<usize>().prop_map(|which| Event::Fail { which }),
        2 => (0..30_u64).prop_map(|seconds| Event::Pass { seconds }),
        1 => (0..30_u64).prop_map(|seconds| Event::Stall { seconds }),
    ];
    prop::collection::vec(event, 0..80)
}

/// An idle connection as the test remembers it: number, route, idle since, due.
type Idle = (usize, u8, Instant, Instant);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_history_keeps_the_rules(
        events in events(), max_idle in prop_oneof![Just(usize::MAX), 0..5_usize],
        max_open in prop_oneof![Just(usize::MAX), 1..5_usize],
    ) {
        let mut now = Instant::now();
        let mut pool: Connections = Pool::new(Limits { max_open, ..limits(max_idle) });
        let (mut in_use, mut idle, mut opened) = (Vec::<(u8, Connection)>::new(), Vec::<Idle>::new(), 0);
        // How many connections of a route were in use when one was put back.
        let mut history = Vec::new();
        for event in events {
            match event {
                Event::Request { route, max_idle_time } => {
                    let max_idle_time = Duration::from_secs(max_idle_time);
                    let allowed = |&(_, of, since, due): &Idle| of == route && now - since < max_idle_time && now < due;
                    let newest = idle.iter().rposition(allowed);
                    prop_assert_eq!(pool.has(&route, max_idle_time, now), newest.is_some());
                    let taken = pool.take(&route, max_idle_time, now);
                    prop_assert_eq!(taken.as_ref().map(|taken| taken.number), newest.map(|at| idle[at].0));
                    if let Some(at) = newest {
                        idle.remove(at);
                    }
                    let connection = if let Some(taken) = taken {
                        taken
                    } else {
                        let opening = pool.open(&route, now);
                        let of_route = idle.iter().filter(|(_, of, ..)| *of == route);
                        let open = in_use.iter().filter(|(of, _)| *of == route).count() + of_route.clone().count();
                        let makes_room = of_route.map(|idle| idle.0).next().filter(|_| open >= max_open);
                        prop_assert_eq!(number(opening.closed), makes_room);
                        idle.retain(|idle| Some(idle.0) != makes_room);
                        opened += 1;
                        Connection { number: opened, _open: opening.open }
                    };
                    in_use.push((route, connection));
                }
                Event::Put { which, server_timeout } if !in_use.is_empty() => {
                    let (route, connection) = in_use.remove(which % in_use.len());
                    history.push((route, now, in_use.iter().filter(|(of, _)| *of == route).count() + 1));
                    let peak = |within| {
                        let recent = history.iter().filter(|(of, at, _)| *of == route && now - *at <= within);
                        recent.map(|(.., in_use)| *in_use).max().unwrap_or(1)
                    };
                    let server_timeout = server_timeout.map(Duration::from_secs);
                    idle.push((connection.number, route, now, now + server_timeout.unwrap_or(TIMEOUT).min(TIMEOUT)));
                    let closed = numbers(&pool.put(&route, connection, server_timeout, now).closed);
                    let is_early = idle.iter().any(|(number, .., due)| closed.contains(number) && *due > now);
                    idle.retain(|(number, ..)| !closed.contains(number));
                    let of_route = idle.iter().filter(|(_, of, ..)| *of == route);
                    let usable = of_route.clone().filter(|(.., due)| *due > now).count();
                    prop_assert!(usable <= peak(2 * TIMEOUT), "more are idle than were in use at once recently");
                    let has_enough = of_route.count() >= peak(TIMEOUT.saturating_sub(Duration::from_nanos(1)));
                    prop_assert!(!is_early || has_enough || idle.len() == max_idle, "{:?} should be kept", closed);
                }
                Event::Fail { which } if !in_use.is_empty() => {
                    in_use.remove(which % in_use.len());
                }
                Event::Put { .. } | Event::Fail { .. } => {}
                Event::Pass { seconds } => {
                    now += Duration::from_secs(seconds);
                    let mut closed = numbers(&pool.close_due(now));
                    closed.sort_unstable();
                    let is_due = |(_, _, _, due): &Idle| *due <= now;
                    let mut due: Vec<_> = idle.iter().filter(|idle| is_due(idle)).map(|idle| idle.0).collect();
                    due.sort_unstable();
                    prop_assert_eq!(closed, due);
                    idle.retain(|idle| !is_due(idle));
                }
                Event::Stall { seconds } => now += Duration::from_secs(seconds),
            }
            prop_assert_eq!(pool.idle(), idle.len());
            prop_assert_eq!(pool.has_open(), idle.len() + in_use.len() > 0);
            prop_assert!(pool.idle() <= max_idle);
            prop_assert_eq!(pool.next_due(), idle.iter().map(|idle| idle.3).min());
        }
    }
}
