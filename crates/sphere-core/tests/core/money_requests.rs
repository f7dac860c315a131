//! What the operations that set up money send, and how they read what comes.

use crate::shared::journey::{address, client, customer, reply, sent_json};
use crate::shared::{blocking_client, config};
use serde_json::{Value, json};
use sphere_core::endpoints::*;
use sphere_core::money::*;
use sphere_core::testing::FakeTransport;
use sphere_core::{BankAccountId, ErrorKind, TransferId, WalletId};
use std::time::Duration;

fn bank_account(details: BankDetails) -> Value {
    let transport = FakeTransport::always(reply(&json!({"id": "bankAccount_1"})));
    let (client, customer) = (blocking_client(config(), &transport), customer());
    let account = CreateBankAccount::new(&customer, "Chase", "Checking", "Jane Doe", address(), details);
    client.create_bank_account(account).send().unwrap();
    sent_json(transport.requests().only())
}

/// The table of operations has one in dollars.
#[test]
fn bank_accounts_have_the_numbers_of_their_currency() {
    let iban = Iban::new("de85 1000 0000 4711 0815 00").unwrap();
    let euro = bank_account(BankDetails::eur(iban, Bic::new("DEUTDEFF").unwrap()));
    assert_eq!(euro["accountDetails"], json!({"iban": "DE85100000004711081500", "bic": "DEUTDEFF"}));
    assert_eq!((&euro["currency"], &euro["networks"]), (&json!("eur"), &json!(["sepa"])));
    let real = bank_account(BankDetails::brl(PixKey::new("11987654321").unwrap(), "phone"));
    assert_eq!(real["accountDetails"], json!({"pixKey": "11987654321", "pixKeyType": "phone"}));
    assert_eq!((&real["currency"], &real["networks"]), (&json!("brl"), &json!(["pix"])));
}

/// Case H16. That an address is sent byte for byte is in the table of operations.
#[test]
fn wallet_address_of_another_network_is_refused() {
    let (customer, address) = (customer(), "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf");
    let transport = FakeTransport::script([]);
    let client = blocking_client(config(), &transport);
    let error =
        client.create_wallet(CreateWallet::new(&customer, Network::Solana, address)).send().unwrap_err();
    assert_eq!((error.kind(), transport.requests().len()), (ErrorKind::InvalidRequest, 0));
    assert!(!error.to_string().contains("0Cd3"), "{error}");
}

#[test]
fn transfers_are_listed_newest_first() {
    let transport = FakeTransport::always(reply(&json!({})));
    blocking_client(config(), &transport).list_transfers().next().unwrap().unwrap_err();
    transport.requests().assert_sent(["GET /v2/transfer?page=1&limit=10&sort=-created"]);
}

/// Of a create only the id is required; a read must be about what was asked, and a list about its customer.
#[test]
fn responses_are_about_what_was_asked() {
    let (account, wallet) =
        (BankAccountId::new("bankAccount_1").unwrap(), WalletId::new("wallet_1").unwrap());
    let new = || {
        let (iban, bic) = (Iban::new("DE85100000004711081500").unwrap(), Bic::new("DEUTDEFF").unwrap());
        (customer(), BankDetails::eur(iban, bic))
    };
    let create = |body: &Value| {
        let (customer, details) = new();
        let account = CreateBankAccount::new(&customer, "b", "a", "h", address(), details);
        client(body).create_bank_account(account).send()
    };
    assert_eq!(create(&json!({"id": "bankAccount_1", "networks": 7})).unwrap().id(), &account);
    assert!(create(&json!({"id": "bankAccount_1", "customerId": "customer_2"})).is_err());
    assert!(create(&json!({"networks": []})).is_err());
    for other in [json!({"id": "x"}), json!({"id": null}), json!({})] {
        assert!(client(&other).get_bank_account(&account).send().is_err());
        assert!(client(&other).get_wallet(&wallet).send().is_err());
    }
    let list = json!({"data": [{"id": "wallet_1", "customerId": "customer_2"}], "pagination": {}});
    assert!(client(&list).list_wallets().of_customer(&customer()).next().unwrap().is_err());
    let other = client(&list).list_wallets().next().unwrap().unwrap();
    assert_eq!((other.id(), other.customer_id().unwrap().as_str()), (&wallet, "customer_2"));
}

/// Cases H22 and H23: both sides are shown, a missing fee is not zero, and another quote is no quote.
#[test]
fn a_quote_says_what_it_says() {
    let customer = customer();
    let (usd, brl) = (Rail::new(Currency::Usd, Network::Ach), Rail::new(Currency::Brl, Network::Pix));
    let quote = |body: &Value| {
        let amount = "500".parse().unwrap();
        client(body).create_quote(CreateQuote::new(&customer, amount, usd.clone(), brl.clone())).send()
    };
    let body = json!({
        "id": "quote_1", "created": "2026-03-09T20:00:00Z", "expiresAt": "2026-03-09T20:01:00Z",
        "source": {"currency": "usd", "network": "ach", "amount": "500.00"},
        "destination": {"currency": "brl", "network": "pix", "amount": 2727.507, "exchangeRate": "5.455"},
        "fees": {"integratorFee": {"bpsRate": "10", "totalAmount": "0.50"}},
    });
    let shown = quote(&body).unwrap();
    let (source, destination) = (shown.source().unwrap(), shown.destination().unwrap());
    assert_eq!((source.amount().unwrap().as_str(), source.rail().unwrap()), ("500.00", usd.clone()));
    assert_eq!(destination.amount().unwrap().as_str(), "2727.507");
    assert_eq!(destination.exchange_rate().unwrap().as_str(), "5.455");
    let fees = shown.fees().unwrap();
    assert_eq!(fees.integrator().unwrap().rate().unwrap().to_string(), "10 bps (0.10 %)");
    assert!(fees.platform().is_none() && fees.integrator().unwrap().fixed().is_none());
    // By the service's own times, whatever the clock here.
    for (seconds, left) in [(0, 60), (59, 1), (60, 0), (90, 0)] {
        let left = Duration::from_secs(left);
        assert_eq!(shown.time_left(Duration::from_secs(seconds)), Some(left));
    }
    assert_eq!(quote(&json!({"id": "quote_1"})).unwrap().time_left(Duration::ZERO), None);
    for (side, member, other) in
        [("destination", "currency", "eur"), ("source", "network", "wire"), ("source", "currency", "USD")]
    {
        let mut body = body.clone();
        body[side][member] = other.into();
        let error = quote(&body).unwrap_err();
        assert!(
            error.to_string().contains(&format!("`{side}.{member}` is not what was asked for")),
            "{error}"
        );
    }
}

/// Case H21: only a status that was read decides.
#[test]
fn a_cancellation_is_decided_by_a_status() {
    use sphere_core::testing::Reply;
    let id = TransferId::new("payout_1").unwrap();
    let transfer = |status: Value| reply(&json!({"id": "payout_1", "status": status}));
    let lost = || Reply::lost(sphere_core::transport::TransportErrorKind::Interrupted);
    let word = |replies: Vec<Reply>| {
        let (transport, reads) = (FakeTransport::script(replies.clone()), replies.len());
        let outcome = blocking_client(config(), &transport).cancel_transfer(&id).outcome();
        assert_eq!(transport.requests().len(), reads);
        match outcome {
            CancelOutcome::Canceled(_) => "canceled".to_owned(),
            CancelOutcome::TooLate(status, _) => format!("too late: {status}"),
            CancelOutcome::Unknown { .. } => "unknown".to_owned(),
        }
    };
    assert_eq!(word(vec![transfer("canceled".into())]), "canceled");
    assert_eq!(word(vec![transfer("fundsReceived".into())]), "too late: fundsReceived");
    assert_eq!(word(vec![transfer("pendingFunding".into())]), "unknown");
    assert_eq!(word(vec![transfer("new".into())]), "unknown");
    assert_eq!(word(vec![transfer(Value::Null)]), "unknown");
    assert_eq!(word(vec![Reply::unprocessable(), transfer("canceled".into())]), "canceled");
    assert_eq!(word(vec![Reply::unprocessable(), transfer("processing".into())]), "too late: processing");
    assert_eq!(word(vec![lost(), transfer("pendingFunding".into())]), "unknown");
    assert_eq!(word(vec![lost(), transfer("canceled".into())]), "canceled");
    assert_eq!(word(vec![lost(), Reply::forbidden()]), "unknown");
    assert_eq!(word(vec![Reply::status(204), transfer("canceled".into())]), "canceled");
}
