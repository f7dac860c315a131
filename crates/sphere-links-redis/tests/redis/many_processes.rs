//! Two hundred callers in eight real processes, four of them async and four blocking, ask for one customer's link at
//! once.

use std::collections::BTreeMap;
use std::env;
use std::io::Write as _;
use std::process::{ChildStdin, Stdio};
use std::sync::mpsc::Receiver;

use sphere_bounded::program::{Running, command};
use sphere_bounded::{LIMIT, within};
use sphere_sandbox::{Sandbox, Turn};

use crate::caller::{self, CALLERS, MARK};
use crate::server::Server;

const PROCESSES: usize = 8;
const ALL: usize = PROCESSES * CALLERS;

/// The processes, the server that they share, and the service.
struct World {
    callers: Vec<Caller>,
    redis: Server,
    sandbox: Sandbox,
}

struct Caller {
    orders: ChildStdin,
    lines: Receiver<String>,
    /// Killed when it is dropped.
    _running: Running,
}

impl World {
    fn start(when_store_fails: &str) -> Self {
        let (redis, sandbox) = (Server::start(), Sandbox::start().unwrap());
        let kinds = ["async", "blocking"].iter().cycle().take(PROCESSES);
        let callers = kinds.map(|kind| Caller::start(kind, when_store_fails, &redis, &sandbox)).collect();
        Self { callers, redis, sandbox }
    }

    /// Lets all callers ask, and returns when each of them does.
    fn ask(&mut self, customer: &str) {
        for caller in &mut self.callers {
            caller.ask(customer);
        }
        for caller in &self.callers {
            assert_eq!(caller.line(), "asking");
        }
    }

    /// What the callers got, with how many got it.
    fn outcomes(&mut self) -> BTreeMap<String, usize> {
        for caller in &mut self.callers {
            writeln!(caller.orders, "end").unwrap();
        }
        let mut outcomes = BTreeMap::new();
        for caller in &self.callers {
            for _ in 0..CALLERS {
                *outcomes.entry(caller.line()).or_default() += 1;
            }
        }
        outcomes
    }

    fn calls(&self, customer: &str) -> usize {
        self.sandbox
            .requests()
            .iter()
            .filter(|request| request.path.contains(&format!("/{customer}/")))
            .count()
    }

    fn one_call_serves_all(&mut self, customer: &str) {
        // Held until all are asking, so that nobody comes after the call.
        let (turn, gate) = Turn::held();
        self.sandbox.reply_every(turn);
        self.ask(customer);
        gate.open();
        let outcomes = self.outcomes();
        self.sandbox.reply_normally();
        assert_eq!(self.calls(customer), 1, "{outcomes:?}");
        let (outcome, callers) = outcomes.first_key_value().unwrap();
        assert!(outcome.starts_with("http") && *callers == ALL, "{outcomes:?}");
    }
}

impl Caller {
    fn start(kind: &str, when_store_fails: &str, redis: &Server, sandbox: &Sandbox) -> Self {
        let mut this_program = command(env::current_exe().unwrap());
        this_program
            .args(["--exact", "caller::caller_process", "--ignored", "--nocapture"])
            .env(caller::REDIS, redis.url())
            .env(caller::BASE_URL, sandbox.base_url())
            .env(caller::API_KEY, sandbox.api_key())
            .env(caller::WHEN_STORE_FAILS, when_store_fails)
            .env(caller::KIND, kind)
            .stdin(Stdio::piped());
        let mut running = Running::start(&mut this_program);
        let (orders, lines) = (running.take_stdin(), running.lines());
        Self { orders, lines, _running: running }
    }

    fn ask(&mut self, customer: &str) {
        writeln!(self.orders, "ask {customer}").unwrap();
    }

    fn line(&self) -> String {
        loop {
            let line = self.lines.recv_timeout(LIMIT).expect("a caller process has ended or says nothing");
            // The harness ends a line of its own only after the test.
            if let Some((_, line)) = line.split_once(MARK) {
                return line.to_owned();
            }
        }
    }
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn one_call_serves_two_hundred_callers() {
    within(3 * LIMIT, || {
        let mut world = World::start("Ask");
        world.one_call_serves_all("customer_up");

        world.redis.kill();
        world.ask("customer_down");
        let outcomes = world.outcomes();
        assert!(outcomes.keys().all(|outcome| outcome.starts_with("http")), "{outcomes:?}");
        assert_eq!(outcomes.values().sum::<usize>(), ALL);
        // In each process one at a time. Callers that come after its end get the link that it remembers.
        assert_eq!((outcomes.len(), world.calls("customer_down")), (PROCESSES, PROCESSES));

        world.redis.start_again();
        world.one_call_serves_all("customer_up_again");
    });
}

/// Killed while one process has the lock and the others wait for it, and started again.
#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn redis_killed_during_a_call_is_survived() {
    within(3 * LIMIT, || {
        for when_store_fails in ["Ask", "Fail"] {
            let mut world = World::start(when_store_fails);
            let (turn, gate) = Turn::held();
            world.sandbox.reply_every(turn);
            world.ask("customer_middle");
            assert!(world.sandbox.wait_for_requests(1, LIMIT));
            world.redis.kill();
            if when_store_fails == "Ask" {
                // Those who wait look into the store again, and each process asks by itself.
                assert!(world.sandbox.wait_for_requests(PROCESSES, LIMIT));
            }
            gate.open();
            let outcomes = world.outcomes();
            world.sandbox.reply_normally();
            let failed: usize = outcomes
                .iter()
                .filter(|(outcome, _)| outcome.starts_with("error"))
                .map(|(_, callers)| callers)
                .sum();
            let (calls, failures) = if when_store_fails == "Ask" { (PROCESSES, 0) } else { (1, ALL) };
            assert_eq!((world.calls("customer_middle"), failed), (calls, failures), "{outcomes:?}");

            world.redis.start_again();
            world.one_call_serves_all("customer_after");
        }
    });
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn lock_of_a_killed_process_ends() {
    within(3 * LIMIT, || {
        let (redis, sandbox) = (Server::start(), Sandbox::start().unwrap());
        let (turn, _gate) = Turn::held();
        sandbox.reply_next(turn);
        let mut killed = Caller::start("blocking", "Fail", &redis, &sandbox);
        killed.ask("customer_ada");
        assert!(sandbox.wait_for_requests(1, LIMIT));
        drop(killed);
        let (lock, _) = redis.everything().remove(0);
        let left: u64 = redis.text(&["PTTL", &lock]).parse().unwrap();
        assert!((1..=35_000).contains(&left), "{left} ms");

        let mut next = Caller::start("async", "Fail", &redis, &sandbox);
        next.ask("customer_ada");
        writeln!(next.orders, "end").unwrap();
        assert_eq!(next.line(), "asking");
        // Its end, sooner than the test could wait for it.
        assert_eq!(redis.text(&["PEXPIRE", &lock, "1"]), "1");
        let outcome = next.line();
        assert!(outcome.starts_with("http"), "{outcome}");
        assert_eq!(sandbox.requests().len(), 2);
    });
}
