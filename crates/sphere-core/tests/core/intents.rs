//! Transfers are sent at most once: cases H1 to H10 of lost money, against a server whose every reply a test chooses.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use crate::shared::journey::customer;
use crate::shared::journey::{client as over, reply};
use crate::shared::{KEY, async_client, blocking_client, cases, config};
use proptest::prelude::*;
use serde_json::{Value, json};
use sphere_core::blocking::Client;
use sphere_core::endpoints::*;
use sphere_core::intent::*;
use sphere_core::money::*;
use sphere_core::testing::{FakeTransport, Reply, block_on};
use sphere_core::transport::TransportErrorKind;
use sphere_core::{ApiKey, BankAccountId, Config, ExternalId, Timestamp, TransferId, WalletId};

const NOW: &str = "2026-03-09T12:00:00Z";

fn now() -> SystemTime {
    NOW.parse::<Timestamp>().unwrap().into()
}

fn account() -> BankAccountId {
    BankAccountId::new("bankAccount_1").unwrap()
}

fn wallet() -> WalletId {
    WalletId::new("wallet_1").unwrap()
}

fn floating() -> FloatingTransfer {
    let (from, to) = (Rail::new(Currency::Usd, Network::Ach), Rail::new(Currency::Usdc, Network::Solana));
    let amount = "500".parse().unwrap();
    FloatingTransfer::on_ramp(&customer(), amount, (&account(), from), (&wallet(), to))
}

fn quote() -> Quote {
    let side =
        |currency, network, amount| json!({"currency": currency, "network": network, "amount": amount});
    let body = json!({
        "id": "quote_1", "customerId": "customer_1",
        "source": side("usd", "ach", "500.00"), "destination": side("usdc", "sol", "498.50"),
    });
    let (from, to) = (Rail::new(Currency::Usd, Network::Ach), Rail::new(Currency::Usdc, Network::Solana));
    let customer = customer();
    over(&body).create_quote(CreateQuote::new(&customer, "500".parse().unwrap(), from, to)).send().unwrap()
}

fn quoted() -> QuotedTransfer {
    QuotedTransfer::on_ramp(&quote(), &account(), &wallet())
}

fn named(name: &str) -> FloatingTransfer {
    floating().external_id(ExternalId::new(name).unwrap())
}

/// A server: what it replies to a POST, and the pages of its list. It keeps the bodies of POSTs.
#[derive(Clone)]
struct Server {
    transport: FakeTransport,
    posts: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    /// A POST is answered by `post`, which sees the external id; a list by the pages that `list` makes of it.
    fn new(
        post: impl Fn(&str) -> Reply + Send + Sync + 'static,
        list: impl Fn(&str) -> Vec<Reply> + Send + Sync + 'static,
    ) -> Self {
        let posts = Arc::new(Mutex::new(Vec::new()));
        let (kept, name) = (Arc::clone(&posts), Mutex::new(String::new()));
        let transport = FakeTransport::from_fn(move |request| {
            let mut name = name.lock().unwrap();
            if request.http().method() == "POST" {
                let bytes: Vec<u8> = request.http().body().reader().flatten().collect();
                let json: Value = serde_json::from_slice(&bytes).unwrap();
                json["externalId"].as_str().unwrap().clone_into(&mut name);
                kept.lock().unwrap().push(bytes);
                return post(&name);
            }
            let query = request.http().uri().query().unwrap();
            let page: usize = query.split(['=', '&']).nth(1).unwrap().parse().unwrap();
            list(&name).into_iter().nth(page - 1).unwrap_or_else(|| page_of(&[], false))
        });
        Self { transport, posts }
    }

    fn client(&self) -> Client {
        blocking_client(config(), &self.transport)
    }

    fn posts(&self) -> usize {
        self.posts.lock().unwrap().len()
    }
}

fn page_of(items: &[Value], has_next: bool) -> Reply {
    reply(&json!({"data": items, "pagination": {"hasNext": has_next}}))
}

fn item(id: &str, external: &Value, created: &str) -> Value {
    json!({"id": id, "status": "processing", "externalId": external, "created": created, "customer": "customer_1"})
}

fn lists(pages: Vec<Reply>) -> Server {
    Server::new(|_| Reply::server_error(), move |_| pages.clone())
}

fn word(created: &Created) -> &'static str {
    match created {
        Created::Accepted(_) => "accepted",
        Created::AboutAnother(_) => "another",
        Created::Refused(_) => "refused",
        Created::NotSent(..) => "not sent",
        Created::Unknown(..) => "unknown",
    }
}

fn seen(finding: &Finding) -> String {
    let ids = |list: &[Transfer]| list.iter().map(|item| item.id().to_string()).collect::<Vec<_>>().join(" ");
    match finding {
        Finding::Found(transfer) => format!("found {}", transfer.id()),
        Finding::FoundReplaced(transfer) => format!("replaced {}", transfer.id()),
        Finding::Several(list) => format!("several {}", ids(list)),
        Finding::CannotTell { candidates, unreadable } => {
            format!("cannot tell {} {unreadable}", ids(candidates))
        }
        Finding::NoneSeen { complete, pages, .. } => format!("none {complete} {pages}"),
    }
}

/// Sends a new transfer, and gives what came of it, the state of the intent, and how many POSTs there were.
fn create(plan: impl Into<TransferPlan>, server: &Server) -> (String, &'static str, usize) {
    let client = server.client();
    let mut intent = client.prepare_transfer(plan, now()).unwrap();
    let ticket = intent.begin().unwrap();
    let created = client.create_transfer(ticket).outcome();
    intent.settle(&created);
    (word(&created).to_owned(), intent.state().as_str(), server.posts())
}

/// A new intent as another process reads it.
fn stored(client: &Client, plan: impl Into<TransferPlan>) -> TransferIntent {
    let intent = client.prepare_transfer(plan, now()).unwrap();
    TransferIntent::from_json(&serde_json::to_vec(&intent).unwrap()).unwrap()
}

/// Case H1.
#[test]
fn an_unknown_outcome_is_never_sent_again() {
    for post in [
        Reply::lost(TransportErrorKind::Interrupted),
        Reply::never(),
        Reply::unavailable(Some(1)),
        Reply::too_many_requests(1),
        Reply::status(303).header("location", "/v2/transfer/payout_1"),
        Reply::server_error(),
        Reply::bad_gateway_html(),
        Reply::conflict(),
        Reply::status(422).body("text/html", "<html>"),
        Reply::unprocessable().cut_off(),
        Reply::status(201).body("application/json", r#"{"id":"payout_1","#),
        Reply::status(201).cut_off(),
        Reply::status(204),
    ] {
        let expected = ("unknown".to_owned(), "sending", 1);
        let shown = format!("{post:?}");
        let server = Server::new(move |_| post.clone(), |_| vec![page_of(&[], false)]);
        assert_eq!(create(floating(), &server), expected, "{shown}");
        assert_eq!(create(quoted(), &server).0, "unknown", "{shown}");
    }
}

#[test]
fn unknown_outcome_names_external_id_and_finder() {
    let server = Server::new(|_| Reply::never(), |_| Vec::new());
    let client = server.client();
    let mut intent = client.prepare_transfer(floating(), now()).unwrap();
    let created = client.create_transfer(intent.begin().unwrap()).outcome();
    let (line, name) = (created.to_string(), intent.external_id().as_str());
    assert!(
        line.starts_with("it is not known whether money moves: look for ") && line.contains(name),
        "{line}"
    );
    assert!(line.contains("find_transfer") && line.contains("may have been processed"), "{line}");
}

#[test]
fn what_never_left_gives_the_ticket_back() {
    let replies = Mutex::new(vec![Reply::status(201).body("", r#"{"id":"payout_1"}"#), Reply::refused()]);
    let server = Server::new(move |_| replies.lock().unwrap().pop().unwrap(), |_| Vec::new());
    let client = server.client();
    let mut intent = client.prepare_transfer(floating(), now()).unwrap();
    let created = client.create_transfer(intent.begin().unwrap()).outcome();
    intent.settle(&created);
    assert_eq!(intent.state(), &IntentState::Sending);
    let Created::NotSent(ticket, _) = created else { panic!("{created}") };
    let created = client.create_transfer(ticket).outcome();
    intent.settle(&created);
    assert_eq!(intent.transfer_id().unwrap().as_str(), "payout_1");
}

/// Case H2: a record that says `sending` only looks; one that says `prepared` looks, and then sends.
#[test]
fn record_read_back_is_looked_up_first() {
    let server = lists(vec![page_of(&[], false)]);
    let client = server.client();
    let mut intent = stored(&client, floating());
    assert_eq!(intent.begin().unwrap_err(), CannotBegin::LookUpFirst);
    assert_eq!(seen(&client.find_transfer(&mut intent).outcome().unwrap()), "none true 0");
    let ticket = intent.begin().unwrap();
    assert_eq!(intent.begin().unwrap_err(), CannotBegin::HasBegun);
    drop(ticket);

    let mut sending = TransferIntent::from_json(&serde_json::to_vec(&intent).unwrap()).unwrap();
    assert_eq!(seen(&client.find_transfer(&mut sending).outcome().unwrap()), "none true 0");
    assert_eq!(sending.begin().unwrap_err(), CannotBegin::HasBegun);

    let mut old = stored(&client, floating()).from_backup();
    assert_eq!(seen(&client.find_transfer(&mut old).outcome().unwrap()), "none true 0");
    assert_eq!(old.begin().unwrap_err(), CannotBegin::HasBegun);
    assert_eq!(server.posts(), 0);
}

/// Case H3: the caller's name is the same after all is lost, and is looked for before its first send.
#[test]
fn callers_external_id_is_looked_up_first() {
    // Made a year ago by a record that was lost.
    let server = lists(vec![
        page_of(&[item("payout_9", &json!("other"), "2026-03-01T00:00:00Z")], true),
        page_of(&[item("payout_1", &json!("payout-4711"), "2025-03-09T00:00:00Z")], false),
    ]);
    let client = server.client();
    let mut intent = client.prepare_transfer(named("payout-4711"), now()).unwrap();
    assert_eq!(intent.begin().unwrap_err(), CannotBegin::LookUpFirst);
    assert_eq!(seen(&client.find_transfer(&mut intent).outcome().unwrap()), "found payout_1");
    assert_eq!(intent.transfer_id(), Some(&TransferId::new("payout_1").unwrap()));
    assert_eq!(intent.begin().unwrap_err(), CannotBegin::HasBegun);
    let one = client.prepare_transfer(floating(), now()).unwrap();
    assert_ne!(one.external_id(), client.prepare_transfer(floating(), now()).unwrap().external_id());
    let read = TransferIntent::from_json(&serde_json::to_vec(&one).unwrap()).unwrap();
    assert_eq!(read.external_id(), one.external_id());
}

/// Case H4: the store's compare-and-set decides who sends; the other has no ticket to use.
#[test]
fn of_two_workers_with_one_record_one_sends() {
    let server = Server::new(
        |name| reply(&json!({"id": "payout_1", "externalId": name})),
        |_| vec![page_of(&[], false)],
    );
    let client = server.client();
    let record = serde_json::to_string(&client.prepare_transfer(floating(), now()).unwrap()).unwrap();
    let row = Mutex::new(record.clone());
    let mut sent = 0;
    for _ in 0..2 {
        let mut intent = TransferIntent::from_json(record.as_bytes()).unwrap();
        let _ = client.find_transfer(&mut intent).outcome().unwrap();
        let ticket = intent.begin().unwrap();
        let mut row = row.lock().unwrap();
        if *row == record {
            *row = serde_json::to_string(&intent).unwrap();
            sent += 1;
            assert_eq!(word(&client.create_transfer(ticket).outcome()), "accepted");
        }
    }
    assert_eq!((sent, server.posts()), (1, 1));
}

/// Case H5.
#[test]
fn nothing_there_is_not_said_too_early() {
    let other = |id: &str, created: &str| item(id, &json!(id), created);
    let page = |at: u32, time: &str, next| page_of(&[other(&format!("payout_{at}"), time)], next);
    let find = |pages: Vec<Reply>, name: &str, max: Option<u32>| {
        let server = lists(pages);
        let client = server.client();
        let mut intent = if name.is_empty() {
            stored(&client, floating())
        } else {
            client.prepare_transfer(named(name), now()).unwrap()
        };
        let search = client.find_transfer(&mut intent);
        let search = if let Some(max) = max { search.max_pages(max) } else { search };
        let finding = seen(&search.outcome().unwrap());
        assert_eq!(intent.begin().is_ok(), finding.starts_with("none true"), "{finding}");
        finding
    };
    let (today, yesterday, old) = ("2026-03-09T12:00:00Z", "2026-03-08T12:00:01Z", "2026-03-08T11:59:59Z");
    // On page 4 of 5.
    let ours = page_of(&[item("payout_4", &json!("ours"), old)], true);
    let four =
        vec![page(1, today, true), page(2, today, true), page(3, old, true), ours, page(5, old, false)];
    assert_eq!(find(four.clone(), "ours", None), "found payout_4");
    assert_eq!(find(four, "ours", Some(3)), "none false 3");
    // With a name that was just made, a page that is a day older is the last, if all came in falling order.
    let falling = |last| vec![page(1, today, true), page(2, last, true), page(3, old, false)];
    assert_eq!(find(falling(old), "", None), "none true 2");
    assert_eq!(find(falling(yesterday), "", None), "none true 3");
    assert_eq!(
        find(vec![page(1, old, true), page(2, today, true), page(3, old, false)], "", None),
        "none true 1"
    );
    let rising =
        vec![page(1, yesterday, true), page(2, today, true), page(3, old, true), page(4, old, false)];
    assert_eq!(find(rising, "", None), "none true 4");
    let unreadable = vec![page(1, "soon", true), page(2, old, true), page(3, old, false)];
    assert_eq!(find(unreadable, "", None), "none true 3");
    // A page that fails, one that repeats, and a list that shows fewer items than it says.
    assert_eq!(find(vec![page(1, today, true), Reply::forbidden()], "", None), "none false 1");
    assert_eq!(find(vec![Reply::forbidden()], "", None), "none false 0");
    assert_eq!(find(vec![page(1, today, true), page(1, today, true)], "", None), "none false 1");
    let total = json!({"data": [other("a", today)], "pagination": {"hasNext": false, "total": 2}});
    assert_eq!(find(vec![reply(&total)], "", None), "none false 1");
}

/// Case H6, and the properties of the judgement below it.
#[test]
fn ids_decide_and_amounts_do_not() {
    let mut ours = item("payout_1", &json!("ours"), NOW);
    ours["destination"] = json!({"amount": "498.50"});
    let mut another = item("payout_2", &json!("other"), NOW);
    another["destination"] = json!({"amount": "500.00"});
    let nameless = item("payout_3", &Value::Null, NOW);
    let shouted = item("payout_4", &json!("OURS"), NOW);
    let twice = item("payout_5", &json!("ours"), NOW);
    let find = |items: &[&Value]| {
        let items: Vec<_> = items.iter().copied().cloned().collect();
        let client = lists(vec![page_of(&items, false)]).client();
        let mut intent = client.prepare_transfer(named("ours"), now()).unwrap();
        seen(&client.find_transfer(&mut intent).outcome().unwrap())
    };
    assert_eq!(find(&[&another, &ours, &nameless]), "found payout_1");
    assert_eq!(find(&[&another]), "none true 1");
    assert_eq!(find(&[&another, &nameless]), "cannot tell payout_3 0");
    assert_eq!(find(&[&shouted]), "cannot tell payout_4 0");
    assert_eq!(
        find(&[&ours, &twice]),
        "several payout_5 payout_1".replace("payout_5 payout_1", "payout_1 payout_5")
    );
    assert_eq!(find(&[&another, &json!({"status": 7})]), "cannot tell  1");
}

#[test]
fn the_quote_decides_where_there_is_no_name() {
    let with_quote = |external: Value, quote: Value| {
        let mut item = item("payout_1", &external, NOW);
        item["quote"] = quote;
        item
    };
    let find = |item: Value| {
        let client = lists(vec![page_of(&[item], false)]).client();
        let mut intent = stored(&client, quoted());
        seen(&client.find_transfer(&mut intent).outcome().unwrap())
    };
    assert_eq!(find(with_quote(Value::Null, json!({"id": "quote_1"}))), "found payout_1");
    assert_eq!(find(with_quote(Value::Null, json!({"id": "quote_2"}))), "none true 1");
    assert_eq!(find(with_quote(Value::Null, Value::Null)), "cannot tell payout_1 0");
    assert_eq!(find(with_quote(json!("other"), json!({"id": "quote_1"}))), "cannot tell payout_1 0");
}

#[test]
fn a_second_decision_looks_for_the_first_too() {
    let find = |external: &str| {
        let client = lists(vec![page_of(&[item("payout_1", &json!(external), NOW)], false)]).client();
        let mut first = client.prepare_transfer(named("first"), now()).unwrap();
        let _ = client.find_transfer(&mut first).outcome().unwrap();
        let second = floating().replaces(&first).external_id(ExternalId::new("second").unwrap());
        let second = client.prepare_transfer(second, now()).unwrap();
        let mut third = client.prepare_transfer(floating().replaces(&second), now()).unwrap();
        assert_eq!(third.begin().unwrap_err(), CannotBegin::LookUpFirst);
        let finding = seen(&client.find_transfer(&mut third).outcome().unwrap());
        (finding, third.begin().is_ok())
    };
    assert_eq!(find("first"), ("replaced payout_1".to_owned(), false));
    assert_eq!(find("second"), ("replaced payout_1".to_owned(), false));
    assert_eq!(find("other"), ("none true 1".to_owned(), true));
}

/// Case H7.
#[test]
fn a_success_about_something_else_keeps_its_id() {
    let post = |body: &'static str| {
        let server = Server::new(move |_| Reply::status(201).body("application/json", body), |_| Vec::new());
        let client = server.client();
        let mut intent = client.prepare_transfer(quoted(), now()).unwrap();
        let created = client.create_transfer(intent.begin().unwrap()).outcome();
        intent.settle(&created);
        let id = |id: Option<&TransferId>| id.map(ToString::to_string).unwrap_or_default();
        (word(&created), id(intent.transfer_id()), id(intent.unmatched_id()))
    };
    let another = |word: &'static str| (word, String::new(), "payout_77".to_owned());
    assert_eq!(post(r#"{"id":"payout_77","externalId":"other"}"#), another("another"));
    assert_eq!(post(r#"{"id":"payout_77","quote":{"id":"quote_2"}}"#), another("another"));
    assert_eq!(post(r#"{"id":"payout_77","customer":"customer_2"}"#), another("another"));
    let ours = ("accepted", "payout_77".to_owned(), String::new());
    assert_eq!(post(r#"{"id":"payout_77","depositAccount":7,"status":null,"externalId":null}"#), ours);
    assert_eq!(post(r#"{"id":"payout_77","externalId":"oth"#).0, "unknown");
    assert_eq!(post(r#"{"id":7}"#).0, "unknown");
}

/// Case H8.
#[test]
fn refused_quoted_transfer_is_looked_up() {
    let refuse = |list: fn(&str) -> Vec<Reply>| Server::new(|_| Reply::unprocessable(), list);
    let made = refuse(|name| vec![page_of(&[item("payout_1", &json!(name), NOW)], false)]);
    assert_eq!(create(quoted(), &made), ("accepted".to_owned(), "accepted", 1));
    let none = refuse(|_| vec![page_of(&[], false)]);
    assert_eq!(create(quoted(), &none), ("refused".to_owned(), "refused", 1));
    let unsure = refuse(|_| vec![page_of(&[item("payout_1", &Value::Null, NOW)], false)]);
    assert_eq!(create(quoted(), &unsure), ("unknown".to_owned(), "sending", 1));
    let fails = refuse(|_| vec![Reply::forbidden()]);
    assert_eq!(create(quoted(), &fails), ("unknown".to_owned(), "sending", 1));
    for refusal in [Reply::bad_request(), Reply::unauthorized(), Reply::forbidden(), Reply::not_found()] {
        let server = Server::new(move |_| refusal.clone(), |_| Vec::new());
        assert_eq!(create(floating(), &server), ("refused".to_owned(), "refused", 1));
    }
}

/// Case H9: what version 1 wrote is read by every release, and sent byte for byte.
#[test]
fn golden_records_are_sent_as_written() {
    for (json, transfer) in [
        (include_str!("intents/v1_floating_prepared.json"), None),
        (include_str!("intents/v1_quoted_sending.json"), None),
        (include_str!("intents/v1_accepted.json"), Some("payout_1")),
    ] {
        let intent = TransferIntent::from_json(json.as_bytes()).unwrap();
        assert_eq!(intent.transfer_id().map(TransferId::as_str), transfer);
        let (written, golden): (Value, Value) =
            (serde_json::to_value(&intent).unwrap(), serde_json::from_str(json).unwrap());
        assert_eq!(written, golden);
    }
    let server = Server::new(|_| Reply::never(), |_| vec![page_of(&[], false)]);
    let config = || Config::builder(ApiKey::new("sk_live_golden").unwrap());
    let client = blocking_client(config(), &server.transport);
    let json = include_str!("intents/v1_floating_prepared.json");
    let mut intent = TransferIntent::from_json(json.as_bytes()).unwrap();
    assert!(client.find_transfer(&mut intent).outcome().is_ok());
    let created = client.create_transfer(intent.begin().unwrap()).outcome();
    assert_eq!(word(&created), "unknown");
    let golden: Value = serde_json::from_str(json).unwrap();
    assert_eq!(server.posts.lock().unwrap()[0], golden["body"].as_str().unwrap().as_bytes());
}

#[test]
fn a_torn_or_later_record_is_an_error() {
    let json = include_str!("intents/v1_floating_prepared.json");
    let change = |pointer: &str, value: Value| {
        let mut record: Value = serde_json::from_str(json).unwrap();
        record[pointer] = value;
        record.to_string().into_bytes()
    };
    let half = &json.as_bytes()[..40];
    for (bytes, fault) in [
        (half.to_vec(), "it is not whole JSON"),
        (vec![0; 400], "it is not whole JSON"),
        (Vec::new(), "it is not whole JSON"),
        (change("version", json!(2)), "it was written by a later release"),
        (change("version", json!("1")), "it has no version"),
        (b"{}".to_vec(), "it has no version"),
        (b"[1]".to_vec(), "it has no version"),
        (change("canary", json!(1)), "a member is missing, unknown, or of the wrong type"),
        (change("state", json!("canary")), "a member is missing, unknown, or of the wrong type"),
        (change("externalId", json!("canary")), "its request is not about its own ids"),
        (change("body", json!("canary")), "its request is not about its own ids"),
        (change("quote", json!("canary")), "its request is not about its own quote"),
    ] {
        let error = TransferIntent::from_json(&bytes).unwrap_err().to_string();
        assert!(error.contains(fault) && error.contains("keep it as it is"), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
}

/// Case H10.
#[test]
fn another_environment_is_refused_before_a_connection() {
    let server = lists(vec![page_of(&[], false)]);
    let own = server.client();
    let other_key = blocking_client(Config::builder(ApiKey::new("sk_live_2").unwrap()), &server.transport);
    let other_host = blocking_client(config().base_url("https://sandbox.example"), &server.transport);
    for (client, fault) in [(other_key, "another API key"), (other_host, "another base URL")] {
        let mut intent = own.prepare_transfer(floating(), now()).unwrap();
        let error = client.find_transfer(&mut intent).outcome().unwrap_err();
        assert!(error.to_string().contains(fault) && !error.may_have_been_processed(), "{error}");
        let created = client.create_transfer(intent.begin().unwrap()).outcome();
        assert!(created.to_string().contains(fault), "{created}");
        assert_eq!(word(&created), "not sent");
    }
    assert_eq!(server.transport.requests().len(), 0);
}

/// Case H16 and the ends' other checks.
#[test]
fn ends_that_cannot_be_right_are_refused() {
    let account = |body: Value| over(&body).get_bank_account(&account()).send().unwrap();
    let purse = |body: Value| over(&body).get_wallet(&wallet()).send().unwrap();
    let good = || {
        account(
            json!({"id": "bankAccount_1", "customerId": "customer_1", "currency": "usd", "networks": ["ach"]}),
        )
    };
    let base = || purse(json!({"id": "wallet_1", "customerId": "customer_1", "network": "base"}));
    let (ach, usdc) = (Rail::new(Currency::Usd, Network::Ach), |network| Rail::new(Currency::Usdc, network));
    let client = lists(Vec::new()).client();
    let prepare = |from: &BankAccount, ach: &Rail, to: &Wallet, network| {
        let amount = "1".parse().unwrap();
        let plan = FloatingTransfer::on_ramp(&customer(), amount, (from, ach.clone()), (to, usdc(network)));
        client.prepare_transfer(plan, now()).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(prepare(&good(), &ach, &base(), Network::Base), Ok(()));
    let refused = |text: &str| Err(text.to_owned());
    assert_eq!(
        prepare(&good(), &ach, &base(), Network::Polygon),
        refused("destination is not on this network")
    );
    assert_eq!(prepare(&good(), &ach, &base(), Network::Wire), refused("destination is not on this network"));
    let theirs = account(json!({"id": "bankAccount_1", "customerId": "customer_2"}));
    assert_eq!(prepare(&theirs, &ach, &base(), Network::Base), refused("source belongs to another customer"));
    let euros = Rail::new(Currency::Eur, Network::Ach);
    assert_eq!(prepare(&good(), &euros, &base(), Network::Base), refused("source has another currency"));
    let wire = Rail::new(Currency::Usd, Network::Wire);
    assert_eq!(prepare(&good(), &wire, &base(), Network::Base), refused("source is not on this network"));
    // A quote's own sides are checked too.
    let plan = QuotedTransfer::on_ramp(&quote(), &good(), &base());
    assert_eq!(
        client.prepare_transfer(plan, now()).unwrap_err().to_string(),
        "destination is not on this network"
    );
    let other = sphere_core::CustomerId::new("customer_2").unwrap();
    let error = client.prepare_transfer(quoted().customer(&other), now()).unwrap_err();
    assert_eq!(error.to_string(), "customer is not the quote's");
}

#[test]
fn both_kinds_of_transfer_follow_the_contract() {
    let server = Server::new(|_| Reply::never(), |_| Vec::new());
    let bodies = |plan: TransferPlan| {
        create(plan, &server);
        serde_json::from_slice::<Value>(server.posts.lock().unwrap().last().unwrap()).unwrap()
    };
    let mut body =
        bodies(floating().integrator_fixed_fee(Fee::from_cents(0)).integrator_rate(BasisPoints(10)).into());
    let name = body["externalId"].take();
    assert!(name.as_str().unwrap().starts_with("sdk-"));
    assert_eq!(
        body,
        json!({
            "amount": "500.00", "customer": "customer_1", "externalId": null,
            "source": {"type": "bank_account", "id": "bankAccount_1", "currency": "usd", "network": "ach"},
            "destination": {"type": "wallet", "id": "wallet_1", "currency": "usdc", "network": "sol"},
            "integratorFixedFee": "0.00", "integratorBpsFeeRate": "10",
        })
    );
    let mut body = bodies(quoted().into());
    body["externalId"].take();
    assert_eq!(
        body,
        json!({
            "customer": "customer_1", "externalId": null, "quoteId": "quote_1",
            "source": {"type": "bank_account", "id": "bankAccount_1"},
            "destination": {"type": "wallet", "id": "wallet_1"},
        })
    );
    // A reference goes with a payment to a bank, over its own network.
    let (coins, wire) = (Rail::new(Currency::Usdc, Network::Base), Rail::new(Currency::Usd, Network::Wire));
    let pay = |reference: BankReference| {
        let end = BankEnd::from(&account()).reference(reference);
        let amount = "1".parse().unwrap();
        FloatingTransfer::off_ramp(&customer(), amount, (&wallet(), coins.clone()), (end, wire.clone()))
    };
    let body = bodies(pay(BankReference::wire("INV  4711").unwrap()).into());
    assert_eq!(body["destination"]["wireMessage"], "INV  4711");
    let refused =
        server.client().prepare_transfer(pay(BankReference::ach("INV").unwrap()), now()).unwrap_err();
    assert_eq!(refused.to_string(), "achReference is for another network");
    let end = BankEnd::from(&account()).reference(BankReference::ach("INV").unwrap());
    let refused = server.client().prepare_transfer(QuotedTransfer::on_ramp(&quote(), end, &wallet()), now());
    assert_eq!(refused.unwrap_err().to_string(), "achReference goes with a payment to a bank account only");
}

/// Case H25: a server that quotes the request is not passed on, and ids are.
#[test]
fn references_are_not_in_errors_and_ids_are() {
    let server = Server::new(
        |name| {
            let detail = format!("canary reference refused for {name} of customer_1 over wire");
            Reply::status(422).body("application/json", json!({"status": 422, "detail": detail}).to_string())
        },
        |_| Vec::new(),
    );
    let (coins, wire) = (Rail::new(Currency::Usdc, Network::Base), Rail::new(Currency::Usd, Network::Wire));
    let end = BankEnd::from(&account()).reference(BankReference::wire("Canary reference").unwrap());
    let amount = "1".parse().unwrap();
    let plan = FloatingTransfer::off_ramp(&customer(), amount, (&wallet(), coins), (end, wire));
    let client = server.client();
    let mut intent = client.prepare_transfer(plan, now()).unwrap();
    let created = client.create_transfer(intent.begin().unwrap()).outcome();
    let (shown, name) = (format!("{created} {created:?} {intent:?}"), intent.external_id().as_str());
    assert!(!shown.to_lowercase().contains("canary") && !shown.contains(KEY), "{shown}");
    assert!(shown.contains(&format!("[redacted] refused for {name} of customer_1 over wire")), "{shown}");
}

#[test]
fn the_async_flavour_does_the_same() {
    let server = Server::new(|name| reply(&json!({"id": "payout_1", "externalId": name})), |_| Vec::new());
    let client = async_client(config(), &server.transport);
    let mut intent = client.prepare_transfer(floating(), now()).unwrap();
    let ticket = intent.begin().unwrap();
    let created = block_on(async { client.create_transfer(ticket).timeout(Duration::from_secs(5)).await });
    intent.settle(&created);
    assert_eq!((word(&created), intent.state().as_str()), ("accepted", "accepted"));
    let finding = block_on(async { client.find_transfer(&mut intent).await });
    assert_eq!(seen(&finding.unwrap()), "none true 0");
}

proptest! {
    #![proptest_config(cases())]

    /// Whatever is listed: nothing is ours without our name, nothing panics, and the list is never wrongly "none".
    #[test]
    fn incomplete_list_is_not_taken_as_complete(items in proptest::collection::vec(any_item(), 0..5), next in any::<bool>()) {
        let server = lists(vec![page_of(&items, next)]);
        let client = server.client();
        let mut intent = client.prepare_transfer(named("ours"), now()).unwrap();
        let finding = client.find_transfer(&mut intent).outcome().unwrap();
        let is_ours = |item: &&Value| item["externalId"] == "ours" && item["id"].is_string();
        let ours: std::collections::HashSet<_> = items.iter().filter(is_ours).map(|item| item["id"].clone()).collect();
        let is_certain = |item: &Value| {
            let name = item["externalId"].as_str().unwrap_or("ours").to_lowercase();
            item["id"].is_string() && name != "ours"
        };
        let word = seen(&finding);
        match ours.len() {
            0 if items.iter().all(is_certain) => prop_assert!(word.starts_with("none"), "{}", word),
            0 => prop_assert!(word.starts_with("cannot tell"), "{}", word),
            1 => prop_assert!(word.starts_with("found"), "{}", word),
            _ => prop_assert!(word.starts_with("several"), "{}", word),
        }
        prop_assert_eq!(intent.begin().is_ok(), word.starts_with("none true"));
        prop_assert_eq!(server.posts(), 0);
    }

    /// Whatever comes back to the one POST, there is no second one, and only a readable id is an acceptance.
    #[test]
    fn any_reply_is_one_post(status in 200_u16..600, body in any_item(), is_json in any::<bool>()) {
        let accepted = (200..300).contains(&status) && body["id"].is_string() && is_json;
        let text = if is_json { body.to_string() } else { "<html>".to_owned() };
        let server = Server::new(
            move |_| Reply::status(status).body("application/json", text.clone()),
            |_| vec![page_of(&[], false)],
        );
        let (word, state, posts) = create(floating(), &server);
        prop_assert_eq!(posts, 1);
        prop_assert_eq!(accepted, word == "accepted" || word == "another", "{} {}", word, status);
        prop_assert!(state != "prepared" && (state != "accepted" || word == "accepted"));
    }

    #[test]
    fn no_record_panics(bytes in proptest::collection::vec(any::<u8>(), 0..40), at in 0_usize..700, byte in any::<u8>()) {
        assert!(TransferIntent::from_json(&bytes).is_err());
        let mut record = include_bytes!("intents/v1_quoted_sending.json").to_vec();
        let at = at % record.len();
        record[at] = byte;
        let _ = TransferIntent::from_json(&record);
        record.truncate(at);
        prop_assert!(TransferIntent::from_json(&record).is_err());
    }
}

/// An item of a list, more or less.
fn any_item() -> impl Strategy<Value = Value> {
    let id = prop_oneof![Just(json!("payout_1")), Just(json!("payout_2")), Just(json!(7)), Just(Value::Null)];
    let name = prop_oneof![
        Just(json!("ours")),
        Just(json!("Ours")),
        Just(json!("other")),
        Just(Value::Null),
        Just(json!(["ours"])),
    ];
    let time = prop_oneof![
        Just(json!(NOW)),
        Just(json!("2020-01-01T00:00:00Z")),
        Just(json!(1)),
        Just(json!("soon"))
    ];
    let odd =
        prop_oneof![Just(Value::Null), Just(json!("x")), Just(json!({"id": "quote_9"})), Just(json!(5e2))];
    (id, name, time, odd).prop_map(|(id, name, created, odd)| {
        json!({"id": id, "externalId": name, "created": created, "quote": odd, "status": odd, "depositAccount": odd})
    })
}
