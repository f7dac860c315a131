//! Waiting over random servers: records of any kind, in any order, with errors in between. What must hold is stated
//! here in its own words, from the documentation of `wait`, and not by the code that is tested.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use crate::shared::{blocking_client, config};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock};
use sphere_core::transport::TransportErrorKind;
use sphere_core::verification::ProfileName;
use sphere_core::wait::{Outcome, WaitState};
use sphere_core::{Customer, CustomerId, Error};

const LIVENESS: [&str; 2] = ["liveness_check", "liveness_report_document"];
const CRITERIA: [&str; 4] = ["liveness_check", "liveness_report_document", "identity_document", "new_one"];
const PROFILES: [&str; 3] = ["kyc_profile_a", "kyc_profile_b", "new_profile"];

/// What the server says about one profile.
#[derive(Clone, Debug)]
struct Profile {
    name: &'static str,
    status: &'static str,
    complete: Vec<&'static str>,
    pending: Vec<&'static str>,
    required: Vec<&'static str>,
    /// Criterion and detail.
    errors: Vec<(&'static str, &'static str)>,
}

/// What the server does with one read.
#[derive(Clone, Debug)]
enum Turn {
    /// It shows the customer, with these profiles.
    Shows(Vec<Profile>),
    /// It fails in a way that may pass, and asks to wait for this many seconds.
    Transient(usize, u64),
    /// It knows no such customer.
    Unknown,
    /// It responds with something odd.
    Odd(usize),
    /// It fails in a way that reading again cannot cure.
    Fatal(usize),
}

fn profile() -> impl Strategy<Value = Profile> {
    let status = prop_oneof![
        6 => Just("incomplete"), 3 => Just("pending"), 2 => Just("approved"), 1 => Just("rejected"), 1 => Just("new"),
    ];
    let list = || subsequence(&CRITERIA[..], 0..3);
    let required = prop_oneof![3 => Just(vec![LIVENESS[0]]), 2 => list()];
    let error = (select(&CRITERIA[..]), select(&["too dark", "too bright"][..]));
    let errors = prop_oneof![4 => Just(Vec::new()), 1 => proptest::collection::vec(error, 1..3)];
    let all = (select(&PROFILES[..]), status, list(), list(), required, errors);
    all.prop_map(|(name, status, complete, pending, required, errors)| Profile {
        name,
        status,
        complete,
        pending,
        required,
        errors,
    })
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        8 => proptest::collection::vec(profile(), 0..3).prop_map(Turn::Shows),
        4 => (0_usize..6, 0_u64..50).prop_map(|(kind, seconds)| Turn::Transient(kind, seconds)),
        1 => Just(Turn::Unknown),
        3 => (0_usize..3).prop_map(Turn::Odd),
        1 => (0_usize..3).prop_map(Turn::Fatal),
    ]
}

fn reply(turn: &Turn) -> Reply {
    match turn {
        Turn::Shows(profiles) => {
            let shown = |profile: &Profile| {
                let errors =
                    profile.errors.iter().map(|(name, detail)| json!({"name": name, "detail": detail}));
                let criteria = json!({
                    "complete": profile.complete, "pending": profile.pending, "required": profile.required,
                    "errors": errors.collect::<Vec<_>>(),
                });
                json!({"name": profile.name, "status": profile.status, "criteria": criteria})
            };
            let profiles: Value = profiles.iter().map(shown).collect();
            let body = json!({"id": "customer_1", "verificationProfiles": profiles});
            Reply::status(200).body("application/json", body.to_string())
        }
        Turn::Transient(0, _) => Reply::refused(),
        Turn::Transient(1, _) => Reply::lost(TransportErrorKind::Interrupted),
        Turn::Transient(2, _) => Reply::server_error(),
        Turn::Transient(3, _) => Reply::never(),
        Turn::Transient(4, seconds) => Reply::too_many_requests(*seconds),
        Turn::Transient(_, seconds) => Reply::unavailable(Some(*seconds)),
        Turn::Unknown => Reply::not_found(),
        Turn::Odd(0) => Reply::status(200).body("application/json", "[]"),
        Turn::Odd(1) => Reply::status(302),
        Turn::Odd(_) => Reply::status(204),
        Turn::Fatal(0) => Reply::forbidden(),
        Turn::Fatal(1) => Reply::unprocessable(),
        Turn::Fatal(_) => Reply::not_sent(TransportErrorKind::Tls),
    }
}

/// What is waited for, and where.
#[derive(Clone, Debug)]
struct Goal {
    is_approval: bool,
    selected: Vec<&'static str>,
}

fn goal() -> impl Strategy<Value = Goal> {
    (any::<bool>(), subsequence(&PROFILES[..2], 0..3))
        .prop_map(|(is_approval, selected)| Goal { is_approval, selected })
}

/// An entry of `errors`: profile, criterion, detail.
type Entry = (&'static str, &'static str, &'static str);

impl Goal {
    fn is_selected(&self, profile: &Profile) -> bool {
        self.selected.is_empty() || self.selected.contains(&profile.name)
    }

    fn entries(&self, profiles: &[Profile]) -> BTreeSet<Entry> {
        let selected = profiles.iter().filter(|profile| self.is_selected(profile));
        selected.flat_map(|one| one.errors.iter().map(|(name, detail)| (one.name, *name, *detail))).collect()
    }

    /// Whether this profile is where the wait wants it.
    fn is_reached(&self, profile: &Profile) -> bool {
        if self.is_approval {
            return ["approved", "rejected"].contains(&profile.status);
        }
        let has = |list: &[&str]| list.iter().any(|name| LIVENESS.contains(name));
        let is_known_otherwise = has(&profile.pending) || has(&profile.complete);
        let is_past = ["pending", "approved", "rejected"].contains(&profile.status);
        !has(&profile.required) && (is_known_otherwise || is_past)
    }

    /// The first turn that must end a wait, and how it ends then. `reads` says when each turn came, from the beginning
    /// of the wait. `before` has the entries of the record before these turns, if there was one, and then of the last
    /// one.
    fn first_end(
        &self,
        turns: &[Turn],
        reads: &[Duration],
        before: &mut Option<BTreeSet<Entry>>,
    ) -> Option<(usize, &'static str)> {
        let mut odd = 0;
        for (index, turn) in turns.iter().enumerate() {
            match turn {
                Turn::Transient(..) => {}
                Turn::Unknown if before.is_none() && reads[index] < Duration::from_secs(20) => {}
                Turn::Odd(_) if odd < 5 => odd += 1,
                Turn::Fatal(_) | Turn::Unknown | Turn::Odd(_) => return Some((index, "error")),
                Turn::Shows(profiles) => {
                    odd = 0;
                    let now = self.entries(profiles);
                    let before = before.get_or_insert_default();
                    let is_new = |entry: &&Entry| !before.contains(entry);
                    let matters = |entry: &&Entry| self.is_approval || LIVENESS.contains(&entry.1);
                    let has_new = now.iter().filter(is_new).any(|entry| matters(&entry));
                    *before = now;
                    if has_new {
                        return Some((index, "correction"));
                    }
                    let mut selected = profiles.iter().filter(|profile| self.is_selected(profile));
                    let names: Vec<_> = profiles.iter().map(|profile| profile.name).collect();
                    let are_all_there = self.selected.iter().all(|name| names.contains(name));
                    let is_any_there = selected.clone().next().is_some();
                    if are_all_there && is_any_there && selected.all(|profile| self.is_reached(profile)) {
                        return Some((index, "decided"));
                    }
                }
            }
        }
        None
    }
}

/// A server that takes its turns one by one, over and over, and notes when each read came.
#[derive(Clone)]
struct Server {
    transport: FakeTransport,
    reads: Arc<Mutex<Vec<Duration>>>,
}

impl Server {
    fn new(turns: &[Turn]) -> Self {
        let (clock, reads) = (VirtualClock::new(), Arc::new(Mutex::new(Vec::new())));
        let (turns, seen, log) = (turns.to_vec(), clock.clone(), Arc::clone(&reads));
        let transport = FakeTransport::from_fn(move |_| {
            let mut log = log.lock().unwrap();
            log.push(seen.elapsed());
            reply(&turns[(log.len() - 1) % turns.len()])
        });
        Self { transport: transport.with_clock(&clock), reads }
    }

    fn reads(&self) -> Vec<Duration> {
        self.reads.lock().unwrap().clone()
    }
}

static ID: LazyLock<CustomerId> = LazyLock::new(|| CustomerId::new("customer_1").unwrap());

type Ended = Result<Outcome<Customer>, Error>;

fn wait(server: &Server, goal: &Goal, within: Duration, state: WaitState, seen: &mut usize) -> Ended {
    let client = blocking_client(config(), &server.transport);
    let wait = if goal.is_approval {
        client.wait_for_approval(&*ID, within)
    } else {
        client.wait_for_face_check(&*ID, within)
    };
    let wait = goal.selected.iter().fold(wait, |wait, name| wait.profile(ProfileName::from(*name)));
    wait.resume(state).on_read(|_| *seen += 1).outcome()
}

fn word(ended: &Ended) -> &'static str {
    match ended {
        Ok(Outcome::Decided { .. }) => "decided",
        Ok(Outcome::CorrectionNeeded { .. }) => "correction",
        Ok(Outcome::Undecided { .. }) => "undecided",
        Err(_) => "error",
    }
}

/// The turns that were taken in this many reads.
fn taken(turns: &[Turn], reads: usize) -> Vec<Turn> {
    turns.iter().cycle().take(reads).cloned().collect()
}

/// The longest time between two reads, but for what the server asks for.
const LONGEST: Duration = Duration::from_millis(60_050);

fn asked_for(turn: &Turn) -> Duration {
    match turn {
        Turn::Transient(4.., seconds) => Duration::from_secs(*seconds),
        _ => Duration::ZERO,
    }
}

proptest! {
    #![proptest_config(crate::shared::cases())]

    #[test]
    fn a_wait_ends_when_it_must(
        turns in proptest::collection::vec(turn(), 1..12), goal in goal(), seconds in 0_u64..4000, seed in any::<u64>(),
    ) {
        let within = Duration::from_secs(seconds);
        let server = Server::new(&turns);
        let mut seen = 0;
        fastrand::seed(seed);
        let ended = wait(&server, &goal, within, WaitState::default(), &mut seen);
        let (reads, end) = (server.reads(), server.transport.clock().elapsed());
        let taken = taken(&turns, reads.len());

        // It is not longer than it may be, and ends with the first turn that must end it, or with its time.
        prop_assert!(end <= within);
        let has_odd_end = matches!(taken.last(), Some(Turn::Odd(_) | Turn::Unknown));
        if let Some((index, how)) = goal.first_end(&taken, &reads, &mut None) {
            prop_assert_eq!((index + 1, how), (reads.len(), word(&ended)));
        } else {
            // Without time for another read, an error that might pass is told.
            prop_assert!(word(&ended) == "undecided" || has_odd_end && word(&ended) == "error");
            let longest = taken.last().map_or(Duration::ZERO, |last| LONGEST.max(asked_for(last)));
            prop_assert!(end + longest >= within, "it gave up after {:?} of {:?}", end, within);
        }
        // Each customer that was shown was seen, and the last one is in the outcome.
        let shown = taken.iter().filter(|turn| matches!(turn, Turn::Shows(_))).count();
        prop_assert_eq!(seen, shown);
        if let Ok(outcome) = &ended {
            prop_assert_eq!(outcome.record().is_some(), shown > 0);
        }
        // The first read is at once. The others are neither too early nor too late.
        prop_assert!(reads.first().is_none_or(Duration::is_zero));
        for (pair, turn) in reads.windows(2).zip(&taken) {
            let gap = pair[1].saturating_sub(pair[0]);
            let read = if matches!(turn, Turn::Transient(3, _)) { Duration::from_secs(30) } else { Duration::ZERO };
            prop_assert!(gap >= Duration::from_secs(1).max(asked_for(turn)), "{:?} after {:?}", gap, turn);
            prop_assert!(gap <= LONGEST.max(asked_for(turn)) + read, "{:?} after {:?}", gap, turn);
        }
    }

    /// A wait that ends is resumed, again and again, each time by another process: no turn is judged otherwise than in
    /// one long wait. What was seen before a correction is not new after it.
    #[test]
    fn resumed_waits_judge_as_one_long_wait(
        turns in proptest::collection::vec(turn(), 1..12), goal in goal(),
        parts in proptest::collection::vec(1_u64..90, 1..6),
    ) {
        let (server, mut before) = (Server::new(&turns), None);
        let mut stored = serde_json::to_string(&WaitState::default()).unwrap();
        for part in parts.iter().cycle().take(12) {
            let (start, began) = (server.reads().len(), server.transport.clock().elapsed());
            let (within, state) = (Duration::from_secs(*part), serde_json::from_str(&stored).unwrap());
            let ended = wait(&server, &goal, within, state, &mut 0);
            let reads: Vec<_> = server.reads()[start..].iter().map(|read| read.saturating_sub(began)).collect();
            let taken = taken(&turns, start + reads.len()).split_off(start);
            let expected = goal.first_end(&taken, &reads, &mut before);
            let has_odd_end = matches!(taken.last(), Some(Turn::Odd(_) | Turn::Unknown));
            if expected.is_none() && has_odd_end && word(&ended) == "error" {
                return Ok(());
            }
            prop_assert_eq!(expected.unwrap_or((taken.len() - 1, "undecided")), (taken.len() - 1, word(&ended)));
            let Ok(outcome) = ended else { return Ok(()) };
            stored = serde_json::to_string(outcome.state()).unwrap();
        }
    }
}
