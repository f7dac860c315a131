//! Accounts, quotes and transfers of an approved customer, and what services do to transfers.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use sphere_core::endpoints::TransferStatus;
use sphere_core::testing::Sample;
use sphere_sandbox::{CheckState, Quirk, Sandbox};

use super::{create, faults, individual, json_of, upload_passport};

/// A customer who may move money, with a bank account and a wallet.
struct Payer {
    sandbox: Sandbox,
    id: String,
    account: String,
    wallet: String,
}

impl Payer {
    fn new() -> Self {
        let time = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let sandbox = Sandbox::builder().clock_stopped_at(time).start().unwrap();
        let id = create(&sandbox, &individual("jane@example.com"));
        let account = json!({
            "customerId": id, "bankName": "Bank", "accountName": "Checking", "currency": "usd",
            "accountDetails": {"accountNumber": "1234567890", "routingNumber": "021000021", "accountType": "checking"},
            "accountOwner": {"accountHolderName": "Jane", "address": {"line1": "1", "city": "C", "country": "USA"}},
            "networks": ["ach"],
        });
        let refused = json_of(&sandbox, "POST /v2/bank-account", &account, 422);
        assert_eq!(refused["detail"], "The customer has no approved profile");
        upload_passport(&sandbox, &id);
        sandbox.customer(&id).accept_terms().finish_face_check(CheckState::Passed);
        let account = json_of(&sandbox, "POST /v2/bank-account", &account, 201);
        assert_eq!(account["accountDetails"]["accountNumber"], "****7890");
        let wallet = json!({"customerId": id, "address": "0x0", "network": "base"});
        let wallet = json_of(&sandbox, "POST /v2/wallet", &wallet, 201);
        let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
        Self { id, account: text(&account), wallet: text(&wallet), sandbox }
    }

    fn quote(&self) -> Value {
        let body = json!({
            "amount": "500", "customerId": self.id, "source": {"currency": "usd", "network": "ach"},
            "destination": {"currency": "usdc", "network": "base"}, "quoteDurationSeconds": 30,
            "integratorBpsFeeRate": "10",
        });
        json_of(&self.sandbox, "POST /v2/quote", &body, 201)
    }

    fn quoted(&self, quote: &Value, name: &str) -> Value {
        json!({
            "customer": self.id, "quoteId": quote["id"], "externalId": name,
            "source": {"type": "bank_account", "id": self.account},
            "destination": {"type": "wallet", "id": self.wallet},
        })
    }

    fn transfer(&self, name: &str) -> Value {
        json_of(&self.sandbox, "POST /v2/transfer", &self.quoted(&self.quote(), name), 201)
    }

    fn listed(&self, query: &str) -> Vec<String> {
        let page = json_of(&self.sandbox, &format!("GET /v2/transfer?{query}"), &Value::Null, 200);
        let names = page["data"].as_array().unwrap().iter();
        names.map(|item| item["externalId"].as_str().unwrap_or("none").to_owned()).collect()
    }
}

#[test]
fn quoted_transfer_succeeds_after_its_money_came() {
    let payer = Payer::new();
    let quote = payer.quote();
    let amounts = [&quote["source"]["amount"], &quote["destination"]["amount"]];
    assert_eq!(amounts, ["500.00", "498.00"]);
    let transfer = json_of(&payer.sandbox, "POST /v2/transfer", &payer.quoted(&quote, "payout-1"), 201);
    assert_eq!([&transfer["status"], &transfer["type"]], ["pendingFunding", "on_ramp"]);
    assert_eq!(transfer["destination"]["amount"], "498.00");
    assert_eq!(transfer["source"], json!({"type": "bank_account", "id": payer.account}));
    let details = &transfer["depositAccount"]["bankDetails"];
    assert!(details["routingNumber"].is_string() && details["memo"].is_string(), "{details}");

    let line = format!("GET /v2/transfer/{}", transfer["id"].as_str().unwrap());
    let handle = payer.sandbox.transfer(transfer["id"].as_str().unwrap());
    handle.becomes("fundsReceived").becomes("succeeded");
    assert_eq!(json_of(&payer.sandbox, &line, &Value::Null, 200)["status"], "succeeded");
    let cancel = line.replace("GET", "DELETE");
    json_of(&payer.sandbox, &cancel, &Value::Null, 422);
}

#[test]
fn quotes_expire_and_are_used_once() {
    let payer = Payer::new();
    let (used, expired) = (payer.quote(), payer.quote());
    let send =
        |quote, status| json_of(&payer.sandbox, "POST /v2/transfer", &payer.quoted(quote, "x"), status);
    send(&used, 201);
    assert_eq!(send(&used, 422)["detail"], "The quote has expired or was used");
    payer.sandbox.advance(Duration::from_secs(30));
    send(&expired, 422);
}

#[test]
fn floating_transfer_waits_and_is_canceled() {
    let payer = Payer::new();
    let body = json!({
        "amount": "40.23", "customer": payer.id,
        "source": {"type": "wallet", "id": payer.wallet, "currency": "usdc", "network": "base"},
        "destination": {"type": "bank_account", "id": payer.account, "currency": "usd", "network": "ach"},
    });
    let transfer = json_of(&payer.sandbox, "POST /v2/transfer", &body, 201);
    assert_eq!([&transfer["type"], &transfer["quote"]], [&json!("off_ramp"), &Value::Null]);
    // No page shows more of it.
    assert_eq!(transfer["depositAccount"], json!({"type": "wallet"}));
    let line = format!("DELETE /v2/transfer/{}", transfer["id"].as_str().unwrap());
    assert_eq!(json_of(&payer.sandbox, &line, &Value::Null, 200)["status"], "canceled");
    for bad in ["40,23", "1.000", "1e3", "-1.00", ""] {
        let mut body = body.clone();
        body["amount"] = json!(bad);
        assert_eq!(faults(&payer.sandbox, "POST /v2/transfer", &body), ["/amount"]);
    }
}

#[test]
fn quirks_change_what_is_read() {
    let payer = Payer::new();
    for name in ["payout-1", "payout-2", "payout-3"] {
        payer.transfer(name);
        payer.sandbox.advance(Duration::from_secs(1));
    }
    let listed = |quirk| {
        payer.sandbox.set_quirks([quirk]);
        payer.listed("page=1&limit=10&sort=-created")
    };
    let oldest_first = ["payout-1", "payout-2", "payout-3"];
    assert_eq!(payer.listed("sort=created&status=pendingFunding&type=onRamp"), oldest_first);
    assert_eq!(listed(Quirk::ListLags), ["payout-2", "payout-1"]);
    assert_eq!(listed(Quirk::SortIgnored), oldest_first);
    assert_eq!(listed(Quirk::LimitCapped), ["payout-3", "payout-2"]);
    assert_eq!(listed(Quirk::ExternalIdMissing), ["none"; 3]);
    assert_eq!(listed(Quirk::ExternalIdInUpperCase), ["PAYOUT-3", "PAYOUT-2", "PAYOUT-1"]);
    payer.sandbox.set_quirks([Quirk::PostRepeated]);
    payer.transfer("payout-4");
    assert_eq!(payer.listed("sort=-created")[..2], ["payout-4", "payout-4"]);

    payer.sandbox.set_quirks([Quirk::OlderReads, Quirk::NumbersWithoutZeros]);
    let transfer = payer.transfer("payout-5");
    assert_eq!(transfer["depositAccount"]["bankDetails"]["routingNumber"], 21_000_089);
    let id = transfer["id"].as_str().unwrap();
    let handle = payer.sandbox.transfer(id);
    handle.becomes("succeeded");
    let read = json_of(&payer.sandbox, &format!("GET /v2/transfer/{id}"), &Value::Null, 200);
    assert_eq!((&read["status"], handle.status().as_str()), (&json!("pendingFunding"), "succeeded"));
}

#[test]
fn virtual_accounts_redirect_and_stop() {
    let payer = Payer::new();
    let call = |line: &str, body: &Value, status| json_of(&payer.sandbox, line, body, status);
    let new = json!({
        "customerId": payer.id, "sourceCurrency": "eur", "destinationCurrency": "eurc", "network": "base",
        "walletAddress": "0x0",
    });
    let account = call("POST /v2/virtual-account", &new, 201);
    assert!(account["depositInstructions"]["iban"].is_string() && account["active"] == true, "{account}");
    let line = format!("/v2/virtual-account/{}", account["id"].as_str().unwrap());
    let moved =
        call(&format!("PATCH {line}"), &json!({"walletAddress": "0x1", "integratorFeeBps": "10"}), 200);
    assert_eq!(moved["destination"], json!({"currency": "eurc", "network": "base", "walletAddress": "0x1"}));
    assert_eq!(moved["fee"]["totalBpsRate"], "40");
    for (verb, is_active) in [("deactivate", false), ("reactivate", true)] {
        assert_eq!(call(&format!("PATCH {line}/{verb}"), &Value::Null, 200)["active"], is_active);
        assert_eq!(call(&format!("GET {line}"), &Value::Null, 200)["active"], is_active);
    }
    assert_eq!(call("GET /v2/virtual-account", &Value::Null, 200)[0]["id"], account["id"]);
    assert_eq!(call(&format!("GET {line}/transfer"), &Value::Null, 200), json!([]));
}

#[test]
fn offloaders_pay_to_accounts_that_are_there() {
    let payer = Payer::new();
    let new = |network: &str, rate: &str| {
        json!({
            "customerId": payer.id, "currency": "usdc", "network": "base", "integratorBpsFeeRate": rate,
            "destination": {"bankAccountId": payer.account, "currency": "usd", "network": network},
        })
    };
    let wallet = json_of(&payer.sandbox, "POST /v2/offloader-wallet", &new("wire", "1000"), 201);
    assert_eq!(
        faults(&payer.sandbox, "POST /v2/offloader-wallet", &new("sepa", "0")),
        ["/destination/network"]
    );
    assert_eq!(
        faults(&payer.sandbox, "POST /v2/offloader-wallet", &new("ach", "1001")),
        ["/integratorBpsFeeRate"]
    );
    let line = format!("GET /v2/offloader-wallet/{}", wallet["id"].as_str().unwrap());
    assert_eq!(json_of(&payer.sandbox, &line, &Value::Null, 200), wallet);
    let page = json_of(&payer.sandbox, "GET /v2/offloader-wallet", &Value::Null, 200);
    assert_eq!(page["data"], json!([wallet]));
}

/// A test that passes over samples is not to fail over the sandbox for want of a member.
#[test]
fn samples_have_the_members_of_the_sandbox() {
    let payer = Payer::new();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let get =
        |path: &str, id: &str| json_of(&payer.sandbox, &format!("GET /v2/{path}/{id}"), &Value::Null, 200);
    let sample = |sample: Sample| serde_json::to_value(sample).unwrap();
    let customer = payer.id.parse().unwrap();
    let jane = get("customer", &payer.id);
    let own = sample(Sample::customer(&customer));
    // What was sent about her is shown besides.
    assert!(names(&own).iter().all(|name| jane.get(name).is_some()), "{jane}");
    let account = Sample::bank_account(&payer.account.parse().unwrap(), &customer);
    assert_eq!(names(&sample(account)), names(&get("bank-account", &payer.account)));
    let wallet = Sample::wallet(&payer.wallet.parse().unwrap(), &customer);
    assert_eq!(names(&sample(wallet)), names(&get("wallet", &payer.wallet)));
    let transfer = payer.transfer("payout-1");
    let id = transfer["id"].as_str().unwrap().parse().unwrap();
    let own = sample(Sample::transfer(&id, &customer, &TransferStatus::PendingFunding));
    assert!(names(&own).iter().all(|name| transfer.get(name).is_some()), "{transfer}");
}

#[test]
fn an_account_in_use_is_not_deleted() {
    let payer = Payer::new();
    let line = format!("DELETE /v2/bank-account/{}", payer.account);
    let transfer = payer.transfer("payout-1");
    json_of(&payer.sandbox, &line, &Value::Null, 422);
    payer.sandbox.transfer(transfer["id"].as_str().unwrap()).becomes("succeeded");
    assert_eq!(json_of(&payer.sandbox, &line, &Value::Null, 200), json!({"ok": true}));
    json_of(&payer.sandbox, &line, &Value::Null, 404);
    let networks = json!({"networks": ["ach", "wire"]});
    json_of(&payer.sandbox, &line.replace("DELETE", "PATCH"), &networks, 404);
    json_of(&payer.sandbox, &format!("DELETE /v2/wallet/{}", payer.wallet), &Value::Null, 200);
}
