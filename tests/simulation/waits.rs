//! Waits for outcomes: several at once over one client, one after the other for each customer, dropped and resumed.
//!
//! - A wait ends within its time, and with the first record that decides or needs a correction.
//! - No new entry of `errors` is missed over all waits of a customer, and none is reported twice, unless a wait that
//!   saw it was dropped.
//! - All waits together read at most 20 times a second.
//! - A wait that is dropped leaves nothing behind: when all are gone, a new one reads at once.
//! - When nothing fails, no time between two reads is longer than documented.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use sphere_core::transport::{
    Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};
use sphere_core::wait::{Outcome, WaitState};
use sphere_core::{Client, Customer, CustomerId, Error, testing};
use sphere_hyper::TokioClock;
use sphere_seeds::{Clockwork, History, dropped_after};
use tokio::time::{sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

/// The longest time between two reads, with one that is slow, and a slot for each of the other waits.
const LONGEST: Duration = Duration::from_secs(60 + 5);

/// Timers end at the next millisecond.
const TICK: Duration = Duration::from_millis(2);

/// A customer as the service knows it.
#[derive(Debug, Clone)]
struct Fate {
    /// When the verification is approved.
    decided_at: Duration,
    /// When an entry appears in `errors`, when it is gone again, and what it says.
    errors: Vec<(Duration, Duration, u64)>,
}

impl Fate {
    fn draw(clockwork: &Clockwork) -> Self {
        let second = |most: u64| Duration::from_secs(clockwork.draw(|rng| rng.u64(..most)));
        let errors = (0..second(4).as_secs()).map(|_| {
            let begins = second(1500);
            (begins, begins + second(900), second(3).as_secs())
        });
        let errors = errors.collect();
        Self { decided_at: second(2500), errors }
    }

    fn is_decided(&self, now: Duration) -> bool {
        now >= self.decided_at
    }

    fn errors(&self, now: Duration) -> BTreeSet<u64> {
        let shown = self.errors.iter().filter(|(begins, ends, _)| (*begins..*ends).contains(&now));
        shown.map(|(_, _, number)| *number).collect()
    }
}

#[derive(Clone)]
struct Service {
    clockwork: Clockwork,
    fates: Arc<Vec<Fate>>,
    /// How often, in percent, a read fails.
    fails: u8,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    /// When reads came.
    reads: Vec<Duration>,
    /// What was shown last of each customer, and when.
    shown: BTreeMap<usize, (Duration, BTreeSet<u64>, bool)>,
}

#[async_trait]
impl Transport for Service {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let id = request.http().uri().path().rsplit('_').next().and_then(|id| id.parse::<usize>().ok());
        let customer = id.expect("the id of a customer");
        self.seen.lock().unwrap().reads.push(self.clockwork.now());
        self.clockwork.note(|| format!("customer {customer} is read"));
        let takes = Duration::from_millis(self.clockwork.one_of(&[0, 0, 40, 900]));
        if timeout(request.time_left(), sleep(takes)).await.is_err() {
            return Err(TransportError::new(TransportErrorKind::Timeout, "no response"));
        }
        if self.clockwork.chance(self.fails) {
            let status = self.clockwork.one_of(&[429, 500, 503]);
            return Ok(http::Response::builder().status(status).body(bytes::Bytes::new()).unwrap().into());
        }
        let (now, fate) = (self.clockwork.now(), &self.fates[customer]);
        let (errors, is_decided) = (fate.errors(now), fate.is_decided(now));
        let shown: Vec<_> = errors
            .iter()
            .map(|number| json!({"name": "identity_document", "detail": number.to_string()}))
            .collect();
        let criteria =
            json!({"complete": [], "pending": [], "required": ["identity_document"], "errors": shown});
        let status = if is_decided { "approved" } else { "incomplete" };
        let profiles = json!([{"name": "kyc_profile_a", "status": status, "criteria": criteria}]);
        let body =
            json!({"id": format!("customer_{customer}"), "verificationProfiles": profiles}).to_string();
        self.seen.lock().unwrap().shown.insert(customer, (now, errors, is_decided));
        Ok(http::Response::builder().status(200).body(body.into()).unwrap().into())
    }
}

/// One wait, and whether it was dropped. Checks its outcome, and returns the state for the next one.
async fn wait(
    service: &Service,
    client: &Client,
    customer: usize,
    state: WaitState,
    before: &mut BTreeSet<u64>,
) -> Option<WaitState> {
    let clockwork = &service.clockwork;
    let (began, within) =
        (clockwork.now(), clockwork.one_of(&[SECOND, 10 * SECOND, 100 * SECOND, 900 * SECOND]));
    let polls = if clockwork.chance(30) { Some(clockwork.draw(|rng| rng.u64(1..20))) } else { None };
    let id = CustomerId::new(format!("customer_{customer}")).unwrap();
    let observed = Arc::new(Mutex::new(Vec::new()));
    let log = (Arc::clone(&observed), Arc::clone(&service.seen));
    let waiting = client
        .wait_for_approval(&id, within)
        .resume(state)
        .on_read(move |_| log.0.lock().unwrap().push(log.1.lock().unwrap().shown[&customer].clone()))
        .outcome();
    clockwork.note(|| format!("customer {customer}: a wait of {within:?}, {polls:?} polls"));
    let ended = dropped_after(polls, waiting).await;
    let took = clockwork.now().saturating_sub(began);
    clockwork.note(|| format!("customer {customer}: {}", word(ended.as_ref())));
    clockwork.check(took <= within + TICK, || format!("a wait of {within:?} took {took:?}"));

    // What the records mean, one by one.
    let (mut seen, mut expected) = (before.clone(), "undecided");
    let observed = std::mem::take(&mut *observed.lock().unwrap());
    for (_, errors, is_decided) in &observed {
        clockwork.check(expected == "undecided", || format!("a wait went on after: {expected}"));
        if errors.difference(&seen).next().is_some() {
            expected = "correction";
        } else if *is_decided {
            expected = "decided";
        }
        seen.clone_from(errors);
    }
    if let Some(ended) = &ended {
        clockwork.check(word(Some(ended)) == expected, || {
            format!("a wait ended as {}, not as {expected}", word(Some(ended)))
        });
    }
    if service.fails == 0 {
        let times: Vec<_> = [began].into_iter().chain(observed.iter().map(|(at, ..)| *at)).collect();
        for (before, after) in times.iter().zip(times[1..].iter().copied().chain([clockwork.now()])) {
            clockwork.check(after <= *before + LONGEST, || {
                format!("customer {customer} was not read from {before:?} to {after:?}")
            });
        }
    }
    let outcome = ended?.ok()?;
    *before = seen;
    Some(outcome.state().clone())
}

fn word(ended: Option<&Result<Outcome<Customer>, Error>>) -> &'static str {
    match ended {
        None => "dropped",
        Some(Ok(Outcome::Decided { .. })) => "decided",
        Some(Ok(Outcome::CorrectionNeeded { .. })) => "correction",
        Some(Ok(Outcome::Undecided { .. })) => "undecided",
        Some(Err(_)) => "error",
    }
}

/// The waits for one customer.
async fn waits(service: Service, client: Client, customer: usize) {
    let (mut stored, mut before) = (WaitState::default(), BTreeSet::new());
    for _ in 0..service.clockwork.draw(|rng| rng.usize(1..8)) {
        service.clockwork.sleep(&[0, 0, 40, 3000, 100_000]).await;
        // Stored as by another process. A wait that was dropped stored nothing.
        let state = serde_json::from_str(&serde_json::to_string(&stored).unwrap()).unwrap();
        if let Some(state) = wait(&service, &client, customer, state, &mut before).await {
            stored = state;
        }
    }
}

fn play(seed: u64, history: &History) {
    Clockwork::run(seed, history, async |clockwork: &Clockwork| {
        let customers = clockwork.one_of(&[1, 2, 5, 40]);
        let service = Service {
            clockwork: clockwork.clone(),
            fates: Arc::new((0..=customers).map(|_| Fate::draw(clockwork)).collect()),
            fails: clockwork.one_of(&[0, 0, 30]),
            seen: Arc::default(),
        };
        let config = testing::config().build().unwrap();
        let client = Client::new(config, service.clone(), TokioClock::new());
        let all: Vec<_> = (0..customers)
            .map(|customer| tokio::spawn(waits(service.clone(), client.clone(), customer)))
            .collect();
        let aborts = clockwork.chance(30);
        if aborts {
            clockwork.sleep(&[0, 1, 40, 1000, 20_000]).await;
            clockwork.note(|| "all waits are dropped".to_owned());
        }
        for one in all {
            if aborts {
                one.abort();
            }
            let _ = one.await;
        }

        // A new one reads at once, but for the slot of a read that has just been made.
        let before = service.seen.lock().unwrap().reads.len();
        let (began, id) = (clockwork.now(), CustomerId::new(format!("customer_{customers}")).unwrap());
        drop(client.wait_for_approval(&id, SECOND).outcome().await);
        let reads = service.seen.lock().unwrap().reads.clone();
        let first = reads.get(before).copied().unwrap_or(Duration::MAX);
        clockwork.check(first <= began + Duration::from_millis(102), || {
            format!("a wait that began at {began:?} read first at {first:?}")
        });
        for (index, read) in reads.iter().enumerate() {
            let second = reads[index..].iter().take_while(|other| **other < *read + SECOND).count();
            clockwork.check(second <= 21, || format!("{second} reads in the second after {read:?}"));
        }
    });
}

crate::tests!("waits", play, 300);
