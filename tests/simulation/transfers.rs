//! One payout, its record in a store, and programs that send it: killed between any two steps, two at a time, restored from
//! a backup, over a service that acts before, after or instead of responding, and whose list lags.
//!
//! - An intent is sent at most once, whatever happens.
//! - A record that says `accepted` names a transfer that the service has made for it, and one that says `refused` is about
//!   a payout that the service has not made.
//! - When all works again, a transfer that was made is found, or a person is told to look; never is it "none".
//! - When all works again, a payout that was never sent is made.
//! - A wait for a transfer ends with the last status that it has, over reads that are older, unknown or `null`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use fastrand::Rng;
use serde_json::{Value, json};
use sphere_core::blocking::Client;
use sphere_core::endpoints::{CreateQuote, Quote};
use sphere_core::intent::{
    Created, Finding, FloatingTransfer, IntentState, QuotedTransfer, TransferIntent, TransferPlan,
    TransferTicket,
};
use sphere_core::money::{Currency, Network, Rail};
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::transport::{TransportErrorKind, TransportRequest};
use sphere_core::wait::TransferOutcome;
use sphere_core::{BankAccountId, CustomerId, TransferId, WalletId};
use sphere_seeds::History;

const USD: Rail = Rail { currency: Currency::Usd, network: Network::Ach };
const USDC: Rail = Rail { currency: Currency::Usdc, network: Network::Base };

/// How the list shows the caller's own name.
#[derive(Clone, Copy, PartialEq)]
enum Names {
    Shown,
    UpperCase,
    Missing,
}

struct Service {
    rng: Rng,
    names: Names,
    made: Vec<Made>,
    /// How often each intent was sent.
    posts: BTreeMap<String, u32>,
    lists: u32,
    is_calm: bool,
}

struct Made {
    external: String,
    quote: Value,
    /// How many lists do not show it yet.
    shown_after: u32,
    /// How far it is on its `WAY`.
    at: usize,
}

/// What becomes of a transfer: only the last decides.
const WAY: [Option<&str>; 6] = [
    Some("pendingFunding"),
    Some("fundsReceived"),
    None,
    Some("held"),
    Some("processing"),
    Some("succeeded"),
];

impl Service {
    fn reply(&mut self, request: &TransportRequest) -> Reply {
        if request.http().uri().path() == "/v2/quote" {
            return created(&json!({"id": "quote_1", "customerId": "customer_1"}));
        }
        if request.http().method() == "POST" {
            return self.post(request);
        }
        match request.http().uri().path().strip_prefix("/v2/transfer/payout_") {
            Some(number) => self.get(number.parse().unwrap()),
            None => self.list(request),
        }
    }

    /// A transfer on its way, or as it was one step before.
    fn get(&mut self, number: usize) -> Reply {
        let made = &mut self.made[number - 1];
        made.at = (made.at + self.rng.usize(..2)).min(WAY.len() - 1);
        let shown = made.at.saturating_sub(self.rng.usize(..2));
        created(&json!({
            "id": format!("payout_{number}"), "status": WAY[shown], "updated": format!("2027-01-15T08:00:0{shown}Z"),
        }))
    }

    fn post(&mut self, request: &TransportRequest) -> Reply {
        let body: Vec<u8> = request.http().body().reader().flatten().collect();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let external = body["externalId"].as_str().unwrap().to_owned();
        let how = if self.is_calm { 0 } else { self.rng.u8(..12) };
        if how == 11 {
            return Reply::refused();
        }
        *self.posts.entry(external.clone()).or_default() += 1;
        let is_processed = matches!(how, 0..=6);
        let used = !body["quoteId"].is_null() && self.made.iter().any(|made| made.quote == body["quoteId"]);
        if used {
            return Reply::unprocessable();
        }
        // A gateway that sends a request twice, and passes on what the second got. Nothing helps against that and a list
        // that lags.
        let is_repeated = how == 6;
        if is_processed {
            let lag = if is_repeated { 0 } else { self.rng.u32(..4) };
            let is_floating = body["quoteId"].is_null();
            for _ in 0..if is_repeated && is_floating { 2 } else { 1 } {
                let (external, quote) = (external.clone(), body["quoteId"].clone());
                self.made.push(Made { external, quote, shown_after: self.lists + lag, at: 0 });
            }
        }
        let transfer = created(&json!({"id": format!("payout_{}", self.made.len()), "externalId": external}));
        match how {
            0..=2 => transfer,
            3 | 7 => Reply::lost(TransportErrorKind::Interrupted),
            4 | 8 => Reply::unavailable(Some(1)),
            5 => transfer.cut_off(),
            6 if body["quoteId"].is_null() => transfer,
            6 | 9 => Reply::unprocessable(),
            _ => Reply::too_many_requests(1),
        }
    }

    fn list(&mut self, request: &TransportRequest) -> Reply {
        self.lists += 1;
        if !self.is_calm && self.rng.u8(..8) == 0 {
            return Reply::bad_request();
        }
        let query = request.http().uri().query().unwrap();
        let page: usize = query.split(['=', '&']).nth(1).unwrap().parse().unwrap();
        let (is_calm, lists) = (self.is_calm, self.lists);
        let shown =
            self.made.iter().enumerate().rev().filter(|(_, made)| is_calm || made.shown_after < lists);
        let items: Vec<_> = shown.map(|(at, made)| self.item(at, made)).collect();
        // Others' transfers are before ours and after them, on a page of their own.
        let others = |name: &str| json!({"id": format!("payout_{name}"), "externalId": name, "customer": "customer_1"});
        let pages = [vec![others("newer")], items, vec![others("older")]];
        let data = pages.get(page - 1).cloned().unwrap_or_default();
        created(&json!({"data": data, "pagination": {"hasNext": page < 3}}))
    }

    fn item(&self, at: usize, made: &Made) -> Value {
        let mut item =
            json!({"id": format!("payout_{}", at + 1), "status": "processing", "customer": "customer_1"});
        match self.names {
            Names::Shown => item["externalId"] = json!(made.external),
            Names::UpperCase => item["externalId"] = json!(made.external.to_uppercase()),
            Names::Missing => {}
        }
        item
    }
}

fn created(body: &Value) -> Reply {
    Reply::status(201).body("application/json", body.to_string())
}

/// What outlives the programs: the record, and whether it is known to come from a backup.
#[derive(Default)]
struct Store {
    record: Option<String>,
    earlier: Vec<String>,
    is_restored: bool,
}

impl Store {
    /// Replaces the record if it still is the one that was read.
    fn compare_and_set(&mut self, read: Option<&str>, intent: &TransferIntent) -> bool {
        if self.record.as_deref() != read {
            return false;
        }
        self.earlier.extend(self.record.take());
        self.record = Some(serde_json::to_string(intent).unwrap());
        self.is_restored = false;
        true
    }
}

/// A program, between two of its steps.
struct Program {
    /// The record as it was read or written last.
    read: Option<String>,
    intent: Option<TransferIntent>,
    ticket: Option<TransferTicket>,
    created: Option<Created>,
    finding: &'static str,
}

struct World {
    client: Client,
    service: Arc<Mutex<Service>>,
    store: Store,
    plan: Plan,
    history: History,
}

#[derive(Clone)]
struct Plan {
    quote: Option<Quote>,
    has_own_name: bool,
}

impl Plan {
    fn transfer(&self) -> TransferPlan {
        let account = BankAccountId::new("bankAccount_1").unwrap();
        let (wallet, customer) = (WalletId::new("wallet_1").unwrap(), CustomerId::new("customer_1").unwrap());
        let name = "payout-4711".parse().unwrap();
        if let Some(quote) = &self.quote {
            let plan = QuotedTransfer::on_ramp(quote, &account, &wallet);
            return if self.has_own_name { plan.external_id(name) } else { plan }.into();
        }
        let plan =
            FloatingTransfer::on_ramp(&customer, "500".parse().unwrap(), (&account, USD), (&wallet, USDC));
        if self.has_own_name { plan.external_id(name) } else { plan }.into()
    }
}

impl World {
    fn start(&mut self) -> Program {
        let read = self.store.record.clone();
        let intent = read.as_ref().map(|text| TransferIntent::from_json(text.as_bytes()).unwrap());
        let intent = intent.map(|intent| if self.store.is_restored { intent.from_backup() } else { intent });
        self.history
            .note(|| format!("starts, and reads {:?}", intent.as_ref().map(|one| one.state().as_str())));
        Program { read, intent, ticket: None, created: None, finding: "" }
    }

    /// One step. `false`: there is nothing left to do.
    fn step(&mut self, program: &mut Program) -> bool {
        let Some(intent) = &mut program.intent else {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
            let intent = self.client.prepare_transfer(self.plan.transfer(), now).unwrap();
            let is_first = self.store.compare_and_set(None, &intent);
            self.history.note(|| format!("prepares: {is_first}"));
            program.read = self.store.record.clone();
            program.intent = Some(intent);
            return is_first;
        };
        if let Some(created) = program.created.take() {
            intent.settle(&created);
            let is_stored = self.store.compare_and_set(program.read.as_deref(), intent);
            self.history.note(|| format!("stores {}: {is_stored}", intent.state().as_str()));
            return false;
        }
        if let Some(ticket) = program.ticket.take() {
            let created = self.client.create_transfer(ticket).outcome();
            self.history.note(|| format!("sent: {}", word(&created)));
            program.created = Some(created);
            return true;
        }
        if matches!(intent.state(), IntentState::Accepted(_) | IntentState::Refused) {
            return false;
        }
        if let Ok(ticket) = intent.begin() {
            let is_ours = self.store.compare_and_set(program.read.as_deref(), intent);
            self.history.note(|| format!("begins: {is_ours}"));
            program.read = self.store.record.clone();
            program.ticket = Some(ticket);
            return is_ours;
        }
        let finding = self.client.find_transfer(intent).outcome().unwrap();
        program.finding = seen(&finding);
        self.history.note(|| format!("looks: {}", program.finding));
        if let Finding::Found(transfer) = &finding {
            let service = self.service.lock().unwrap();
            let made = service.made.get(number(transfer.id()).wrapping_sub(1));
            assert!(made.is_some_and(|made| made.external == intent.external_id().as_str()), "found another");
            drop(service);
            self.store.compare_and_set(program.read.as_deref(), intent);
            return false;
        }
        // Only what is prepared can go on.
        program.finding == "none" && *intent.state() == IntentState::Prepared
    }

    fn check(&self) {
        let service = self.service.lock().unwrap();
        assert!(service.posts.values().all(|posts| *posts <= 1), "an intent was sent twice");
        let Some(record) = &self.store.record else { return };
        let intent = TransferIntent::from_json(record.as_bytes()).unwrap();
        let is_ours = |made: &Made| made.external == intent.external_id().as_str();
        match intent.state() {
            IntentState::Accepted(id) => {
                assert!(is_ours(&service.made[number(id) - 1]), "accepted is another transfer");
            }
            IntentState::Refused if service.names == Names::Shown => {
                assert!(!service.made.iter().any(is_ours), "refused, and made");
            }
            _ => {}
        }
    }
}

/// A transfer's number; 0 for one of others.
fn number(id: &TransferId) -> usize {
    id.as_str().strip_prefix("payout_").unwrap().parse().unwrap_or(0)
}

fn word(created: &Created) -> &'static str {
    match created {
        Created::Accepted(_) => "accepted",
        Created::AboutAnother(_) => "about another",
        Created::Refused(_) => "refused",
        Created::NotSent(..) => "not sent",
        Created::Unknown(..) => "unknown",
    }
}

fn seen(finding: &Finding) -> &'static str {
    match finding {
        Finding::Found(_) => "found",
        Finding::NoneSeen { complete: true, .. } => "none",
        Finding::NoneSeen { .. } => "incomplete",
        _ => "a person must look",
    }
}

fn play(seed: u64, history: &History) {
    let mut rng = Rng::with_seed(seed);
    let names = [Names::Shown, Names::Shown, Names::UpperCase, Names::Missing][rng.usize(..4)];
    let service = Service {
        rng: rng.fork(),
        names,
        made: Vec::new(),
        posts: BTreeMap::new(),
        lists: 0,
        is_calm: false,
    };
    let service = Arc::new(Mutex::new(service));
    let replies = Arc::clone(&service);
    let transport = FakeTransport::from_fn(move |request| replies.lock().unwrap().reply(request));
    let client = transport.blocking_client();
    let customer = CustomerId::new("customer_1").unwrap();
    let quote = rng.bool().then(|| {
        client.create_quote(CreateQuote::new(&customer, "500".parse().unwrap(), USD, USDC)).send().unwrap()
    });
    let plan = Plan { quote, has_own_name: rng.bool() };
    let mut world = World { client, service, store: Store::default(), plan, history: history.clone() };
    let mut running = Vec::new();
    for _ in 0..rng.usize(4..40) {
        match rng.u8(..10) {
            0..=1 if running.len() < 2 => running.push(world.start()),
            2 if !running.is_empty() => {
                world.history.note(|| "is killed".to_owned());
                running.swap_remove(rng.usize(..running.len()));
            }
            3 if !world.store.earlier.is_empty() && rng.u8(..4) == 0 => {
                world.history.note(|| "a backup is restored".to_owned());
                // Whoever restores it stops the programs first.
                running.clear();
                world.store.record =
                    Some(world.store.earlier[rng.usize(..world.store.earlier.len())].clone());
                world.store.is_restored = true;
            }
            _ if !running.is_empty() => {
                let at = rng.usize(..running.len());
                if !world.step(&mut running[at]) {
                    running.swap_remove(at);
                }
            }
            _ => {}
        }
        world.check();
    }
    drop(running);
    world.service.lock().unwrap().is_calm = true;
    world.history.note(|| "all works again".to_owned());
    // The second one sees what the first has stored.
    let mut finding = "";
    for _ in 0..2 {
        let mut program = world.start();
        while world.step(&mut program) {
            world.check();
        }
        finding = program.finding;
        world.check();
    }
    let intent = TransferIntent::from_json(world.store.record.as_ref().unwrap().as_bytes()).unwrap();
    if let Some(id) = intent.transfer_id() {
        let outcome = world.client.wait_for_transfer(id, Duration::from_secs(3600)).outcome().unwrap();
        assert!(matches!(outcome, TransferOutcome::Succeeded(_)), "a wait ended with {outcome:?}");
    }
    let service = world.service.lock().unwrap();
    let is_made = service.made.iter().any(|made| made.external == intent.external_id().as_str());
    match intent.state() {
        IntentState::Accepted(_) => {}
        IntentState::Refused => assert!(!is_made || names != Names::Shown),
        _ if is_made => assert_eq!(finding, "a person must look", "a transfer is lost from sight"),
        // It was sent and not made, or begun by a program that was killed, or a backup says that it may have been.
        state => {
            assert_eq!(finding, "none");
            assert!(*state == IntentState::Sending || world.store.is_restored);
        }
    }
}

crate::tests!("transfers", play, 2000);
