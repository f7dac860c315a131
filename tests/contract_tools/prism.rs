//! Every JSON operation of the table, by both clients, through prism, a proxy that validates each request and each
//! response by the contract.

use std::time::SystemTime;

use serde_json::{Value, json};
use sphere_bounded::program::{self, Running};
use sphere_core::client::{Client, Mode};
use sphere_core::intent::{Created, FloatingTransfer, TransferTicket};
use sphere_core::money::{Currency, Network, Rail};
use sphere_core::{BankAccountId, CustomerId, WalletId};
use sphere_operations::contract::Contract;
use sphere_operations::{Carrier as _, Sends, operations};
use sphere_tests::Backend;
use sphere_tests::carrier::Wire;

/// prism between a client and the server of this URL, which responds with an error where either breaks the contract. It
/// is killed when this is dropped.
struct Prism {
    url: String,
    _running: Running,
}

impl Prism {
    fn start(name: &str, contract: &Value, server: &str) -> Self {
        let contract = crate::write(name, contract);
        let mut command = program::command("node");
        command.arg(crate::installed("PRISM")).args([
            "proxy",
            "--errors",
            "--port",
            "0",
            "--host",
            "127.0.0.1",
        ]);
        command.arg(contract).arg(server).env("NO_COLOR", "1");
        let mut running = Running::start(&mut command);
        let lines = running.first_lines_of_many(|_, line| line.contains("Prism is listening on "));
        let last = lines.last().cloned().unwrap_or_default();
        let Some((_, url)) = last.split_once("Prism is listening on ") else {
            panic!("prism did not start: {lines:?} {:?}", running.kill())
        };
        Self { url: url.trim().to_owned(), _running: running }
    }
}

/// Both clients, each with a proxy by this contract.
fn wires(name: &str, contract: &Value) -> (Vec<Prism>, [Wire; 2]) {
    let proxies = std::cell::RefCell::new(Vec::new());
    let wires = Wire::both(|server| {
        let mut proxies = proxies.borrow_mut();
        let prism = Prism::start(&format!("{name}_{}.json", proxies.len()), contract, server);
        let url = prism.url.clone();
        proxies.push(prism);
        url
    });
    (proxies.into_inner(), wires)
}

/// The status that the contract has for a success.
fn status(contract: &Contract, row: &str) -> u16 {
    let (method, path) = row.split_once(' ').unwrap();
    let responses = &contract.json()["paths"][path][method.to_lowercase()]["responses"];
    if responses.get("200").is_some() { 200 } else { 201 }
}

/// A transfer that is sent with a ticket, so that it has no row.
fn ticket<M: Mode>(client: &Client<M>) -> TransferTicket {
    let (account, wallet) =
        (BankAccountId::new("bankAccount_1").unwrap(), WalletId::new("wallet_1").unwrap());
    let (dollars, coins) = (Rail::new(Currency::Usd, Network::Ach), Rail::new(Currency::Usdc, Network::Base));
    let customer = CustomerId::new("customer_1").unwrap();
    let plan =
        FloatingTransfer::on_ramp(&customer, "500".parse().unwrap(), (&account, dollars), (&wallet, coins));
    client.prepare_transfer(plan, SystemTime::UNIX_EPOCH).unwrap().begin().unwrap()
}

#[test]
#[ignore = "needs prism: bash .ci/contract"]
fn prism_lets_transfers_through() {
    let (_proxies, wires) = wires("prism_transfer", Contract::money().json());
    for (reply, is_valid) in
        [(r#"{"id": "payout_1", "status": "pendingFunding"}"#, true), (r#"{"id": 1}"#, false)]
    {
        for wire in &wires {
            let created = match wire.replying(201, reply) {
                Backend::Hyper(client, runtime) => {
                    runtime.block_on(client.create_transfer(ticket(client)).outcome())
                }
                Backend::Ureq(client) => client.create_transfer(ticket(client)).outcome(),
            };
            assert_eq!(matches!(created, Created::Accepted(_)), is_valid, "{created:?}");
        }
    }
}

#[test]
#[ignore = "needs prism: bash .ci/contract"]
fn prism_finds_no_violation() {
    for (name, contract) in [("prism", Contract::journey()), ("prism_money", Contract::money())] {
        let (_proxies, wires) = wires(name, contract.json());
        let rows: Vec<_> = operations().into_iter().filter(|row| contract.has(row.contract)).collect();
        let rows = rows.iter().filter(|row| !matches!(row.sends, Sends::Form(_)));
        for (row, wire) in rows.flat_map(|row| wires.iter().map(move |wire| (row, wire))) {
            let played = wire.play(row, status(&contract, row.contract), &row.reply.to_string());
            if let Err(error) = &played.outcome.result {
                panic!("{}: {error}: {:?}", row.contract, error.body());
            }
            // It went through the proxy to the server.
            assert_eq!(played.sent.len(), 1, "{}", row.contract);
        }
    }
}

/// A contract that says otherwise than client and server is reported as broken, by both of them.
#[test]
#[ignore = "needs prism: bash .ci/contract"]
fn prism_notices_planted_violations() {
    for (pointer, planted, part) in [
        ("/components/schemas/IndividualCustomerCreate/properties/phone/pattern", json!("^00"), "request"),
        ("/components/schemas/CustomerResponse/properties/id/type", json!("integer"), "response"),
    ] {
        let mut contract = Contract::journey().json().clone();
        *contract.pointer_mut(pointer).unwrap() = planted;
        let (_proxies, wires) = wires(&format!("prism_planted_{part}"), &contract);
        let row = &operations()[0];
        for wire in &wires {
            let error = wire.play(row, 201, &row.reply.to_string()).outcome.result.unwrap_err();
            let body = String::from_utf8(error.body().unwrap().to_vec()).unwrap();
            assert!(body.contains(&format!("[\"{part}\"")) || body.contains(part), "{pointer}: {body}");
        }
    }
}
