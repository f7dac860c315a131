//! Responses of money of any shape: what is received keeps its digits, and what a payer needs is whole or an error.

use std::time::SystemTime;

use crate::shared::cases;
use crate::shared::journey::client;
use crate::shared::journey::customer;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sphere_core::endpoints::*;
use sphere_core::intent::{FloatingTransfer, TransferIntent};
use sphere_core::money::*;
use sphere_core::{BankAccountId, TransferId, WalletId};

fn ids() -> (BankAccountId, WalletId, TransferId) {
    (
        BankAccountId::new("bankAccount_1").unwrap(),
        WalletId::new("wallet_1").unwrap(),
        TransferId::new("payout_1").unwrap(),
    )
}

fn transfer(body: &Value) -> Transfer {
    client(body).get_transfer(&ids().2).send().unwrap()
}

/// An accepted transfer over this network, as its record says.
fn accepted(network: &Network) -> TransferIntent {
    let (account, wallet, _) = ids();
    let (from, to) = (Rail::new(Currency::Usd, network.clone()), Rail::new(Currency::Usdc, Network::Solana));
    let plan =
        FloatingTransfer::on_ramp(&customer(), "500".parse().unwrap(), (&account, from), (&wallet, to));
    let intent = client(&json!({})).prepare_transfer(plan, SystemTime::UNIX_EPOCH).unwrap();
    let mut record = serde_json::to_value(&intent).unwrap();
    record["state"] = json!({"accepted": "payout_1"});
    TransferIntent::from_json(record.to_string().as_bytes()).unwrap()
}

fn with_details(details: &Value) -> Transfer {
    transfer(&json!({"id": "payout_1", "depositAccount": {"type": "bank_account", "bankDetails": details}}))
}

/// Case H11, and the received part of H12.
#[test]
fn received_amounts_keep_their_digits() {
    for (json, text) in [
        ("3526246938.98713386", "3526246938.98713386"),
        ("5e2", "5e2"),
        ("\"498.507312\"", "498.507312"),
        ("-0", "-0"),
    ] {
        let body = format!(r#"{{"id":"payout_1","destination":{{"amount":{json}}}}}"#);
        let reply = sphere_core::testing::Reply::status(200).body("application/json", body);
        let transport = sphere_core::testing::FakeTransport::always(reply);
        let transfer = transport.blocking_client().get_transfer(&ids().2).send().unwrap();
        assert_eq!(transfer.destination().unwrap().amount().unwrap().as_str(), text);
    }
    let odd = transfer(&json!({"id": "payout_1", "destination": {"amount": {"a": 1}}}));
    assert_eq!(odd.destination().unwrap().amount(), None);
}

/// Case H23: what is not stated is not zero.
#[test]
fn fees_that_are_missing_are_not_stated() {
    for body in [json!({"id": "payout_1"}), json!({"id": "payout_1", "fees": null})] {
        assert!(transfer(&body).fees().is_none());
    }
    let fees =
        transfer(&json!({"id": "payout_1", "fees": {"platformFee": {"bpsRate": "x"}}})).fees().unwrap();
    assert!(fees.integrator().is_none() && fees.platform().unwrap().rate().is_none());
}

/// Case H14.
#[test]
fn lost_zeros_need_a_fitting_check_digit() {
    let intent = accepted(&Network::Ach);
    let routing = |number: Value| {
        let transfer = with_details(&json!({"routingNumber": number}));
        let number = DepositInstructions::new(&intent, &transfer).unwrap().routing_number().unwrap();
        assert!(!format!("{number:?}").contains(number.as_str()));
        (number.as_str().to_owned(), number.form())
    };
    assert_eq!(routing(json!(26_009_593)), ("026009593".to_owned(), NumberForm::Repaired));
    assert_eq!(routing(json!(21_000_022)), ("21000022".to_owned(), NumberForm::AskFirst));
    assert_eq!(routing(json!("21000021")), ("21000021".to_owned(), NumberForm::AskFirst));
    assert_eq!(routing(json!("021000021")), ("021000021".to_owned(), NumberForm::AsWritten));
    assert_eq!(routing(json!("021000022")), ("021000022".to_owned(), NumberForm::AskFirst));
    assert_eq!(routing(json!(1_026_009_593_u64)), ("1026009593".to_owned(), NumberForm::AskFirst));
    let account = |number: Value| {
        let transfer = with_details(&json!({"accountNumber": number}));
        let pay = DepositInstructions::new(&intent, &transfer).unwrap();
        pay.account_number().map(|number| (number.as_str().to_owned(), number.form()))
    };
    assert_eq!(account(json!(12_345_678)), Ok(("12345678".to_owned(), NumberForm::AskFirst)));
    assert_eq!(account(json!("0012345678")), Ok(("0012345678".to_owned(), NumberForm::AsWritten)));
    for missing in [json!(null), json!(""), json!(1.5), json!(-7), json!([])] {
        assert_eq!(account(missing).unwrap_err().name(), "accountNumber");
    }
}

/// Case H15.
#[test]
fn the_memo_is_shown_character_for_character() {
    let intent = accepted(&Network::Ach);
    let whole = json!({
        "bankName": "Lead Bank", "accountHolderName": "Sphere", "accountNumber": "123", "routingNumber": "021000021",
        "memo": "SPX  0O1l-7", "iban": null,
    });
    let transfer = with_details(&whole);
    let pay = DepositInstructions::new(&intent, &transfer).unwrap();
    assert_eq!(pay.check(), Ok(()));
    assert_eq!((pay.memo(), pay.beneficiary()), (Ok(Some("SPX  0O1l-7")), Ok("Sphere")));
    assert_eq!(
        (pay.amount().unwrap().as_str(), pay.rail().unwrap().to_string()),
        ("500.00", "usd over ach".to_owned())
    );
    assert_eq!(pay.pay_from(), Ok("bankAccount_1"));
    let shown = format!("{pay:?}");
    assert!(!shown.contains("SPX") && !shown.contains("123") && !shown.contains("Sphere"), "{shown}");
    for member in ["bankName", "accountHolderName", "accountNumber", "routingNumber", "memo"] {
        let mut details = whole.clone();
        details.as_object_mut().unwrap().remove(member);
        let transfer = with_details(&details);
        let pay = DepositInstructions::new(&intent, &transfer).unwrap();
        assert_eq!(pay.check().unwrap_err().name(), member);
        details[member] = Value::Null;
        let transfer = with_details(&details);
        let pay = DepositInstructions::new(&intent, &transfer).unwrap();
        assert_eq!(pay.check().is_ok(), member == "memo", "{member}");
    }
    let sepa = accepted(&Network::Sepa);
    let error = DepositInstructions::new(&sepa, &transfer).unwrap().check().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the deposit instructions lack `iban`: do not pay without it, and ask SpherePay"
    );
    let pix = accepted(&Network::Pix);
    assert_eq!(DepositInstructions::new(&pix, &transfer).unwrap().check().unwrap_err().name(), "brCode");
    let unknown = accepted(&Network::from("swift"));
    assert_eq!(DepositInstructions::new(&unknown, &transfer).unwrap().check().unwrap_err().name(), "network");
}

#[test]
fn instructions_are_for_the_intents_own_bank_deposit() {
    let intent = accepted(&Network::Ach);
    let missing =
        |body: Value| DepositInstructions::new(&intent, &transfer(&body)).map(drop).unwrap_err().name();
    let wallet = json!({"id": "payout_1", "depositAccount": {"type": "wallet", "address": "0x1"}});
    assert_eq!(transfer(&wallet).deposit_account(), Some(r#"{"address":"0x1","type":"wallet"}"#));
    assert_eq!(missing(wallet), "depositAccount.type");
    assert_eq!(missing(json!({"id": "payout_1", "depositAccount": 7})), "depositAccount");
    assert_eq!(missing(json!({"id": "payout_1", "depositAccount": {"type": "bank_account"}})), "bankDetails");
    let other = client(&json!({"id": "payout_2"})).get_transfer(&TransferId::new("payout_2").unwrap()).send();
    assert_eq!(DepositInstructions::new(&intent, &other.unwrap()).map(drop).unwrap_err().name(), "id");
}

/// Case H25: `Debug` of what is received shows names of members, never their values.
#[test]
fn debug_shows_no_private_text() {
    let canary = json!({"address": "canary", "accountNumber": "canary", "name": ["canary"]});
    let mut body = json!({
        "accountDetails": canary, "accountOwner": canary, "address": "canary", "bankName": "canary", "fees": canary,
        "source": canary, "destination": canary, "depositAccount": canary, "tracking": canary, "externalId": "canary",
    });
    let shown = |id: &str, body: &mut Value, show: &dyn Fn(&Value) -> String| {
        body["id"] = id.into();
        show(body)
    };
    let (account, wallet, payout) = ids();
    let all = [
        shown("bankAccount_1", &mut body, &|b| format!("{:?}", client(b).get_bank_account(&account).send())),
        shown("wallet_1", &mut body, &|b| format!("{:?}", client(b).get_wallet(&wallet).send())),
        shown("payout_1", &mut body, &|b| {
            let transfer = client(b).get_transfer(&payout).send().unwrap();
            format!("{transfer:?} {:?} {:?}", transfer.destination(), transfer.fees())
        }),
    ];
    for shown in all {
        assert!(!shown.contains("canary") && shown.contains("\"id\""), "{shown}");
    }
}

/// Any JSON value of little depth.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i16>().prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        any::<String>().prop_map(Value::from),
        "[0-9]{1,9}(\\.[0-9]{1,6})?".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let name = prop::sample::select(MEMBERS.to_vec()).prop_map(str::to_owned);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

const MEMBERS: [&str; 24] = [
    "status",
    "type",
    "customerId",
    "customer",
    "currency",
    "networks",
    "network",
    "amount",
    "exchangeRate",
    "source",
    "destination",
    "depositAccount",
    "bankDetails",
    "fees",
    "integratorFee",
    "platformFee",
    "bpsRate",
    "quote",
    "externalId",
    "created",
    "updated",
    "expiresAt",
    "memo",
    "routingNumber",
];

fn object() -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![prop::sample::select(MEMBERS.to_vec()).prop_map(str::to_owned), any::<String>()];
    proptest::collection::btree_map(name, value(), 0..12).prop_map(|map| map.into_iter().collect())
}

fn with_id(body: &Map<String, Value>, id: &str) -> Value {
    let mut body = body.clone();
    body.insert("id".to_owned(), id.into());
    Value::Object(body)
}

proptest! {
    #![proptest_config(cases())]

    /// An id is enough, every accessor answers, and nothing is lost or taken for more than it is.
    #[test]
    fn any_object_with_an_id_is_read(body in object()) {
        let (account, wallet, payout) = ids();
        let whole = with_id(&body, "bankAccount_1");
        let read = client(&whole).get_bank_account(&account).send().unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), whole);
        prop_assert_eq!(read.networks().is_some(), body.get("networks").and_then(Value::as_array).is_some_and(|list| list.iter().all(Value::is_string)));
        prop_assert_eq!(read.currency().is_some(), body.get("currency").is_some_and(Value::is_string));
        let _ = (read.customer_id(), read.created_at(), read.updated_at());

        let whole = with_id(&body, "wallet_1");
        let read = client(&whole).get_wallet(&wallet).send().unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), whole);
        prop_assert_eq!(read.network().is_some(), body.get("network").is_some_and(Value::is_string));

        let whole = with_id(&body, "payout_1");
        let read = client(&whole).get_transfer(&payout).send().unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), whole);
        let status = body.get("status").and_then(Value::as_str).map_or(TransferStatus::Unreadable, TransferStatus::from);
        prop_assert_eq!(read.status(), &status);
        prop_assert_eq!(read.external_id(), body.get("externalId").and_then(Value::as_str));
        let amount = body.get("destination").and_then(|side| side.get("amount"));
        let received = read.destination().and_then(|side| side.amount());
        prop_assert_eq!(received.is_some(), amount.is_some_and(|amount| amount.is_string() || amount.is_number()));
        let _ = (read.quote_id(), read.transfer_type(), read.source_id(), read.tracking(), read.customer_id());
        let shown = format!("{read:?} {:?} {:?}", read.fees(), read.destination());
        prop_assert!(shown.len() < 20_000);
    }

    /// A quote too; and its time left is never more than it stated.
    #[test]
    fn any_object_with_an_id_is_a_quote(mut body in object(), seconds in any::<u64>()) {
        for member in ["customerId", "source", "destination"] {
            body.remove(member);
        }
        let rail = |currency, network| Rail::new(currency, network);
        let (from, to) = (rail(Currency::Usd, Network::Ach), rail(Currency::Usdc, Network::Base));
        let customer = customer();
        let quote = CreateQuote::new(&customer, "1".parse().unwrap(), from, to);
        let whole = with_id(&body, "quote_1");
        let read = client(&whole).create_quote(quote).send().unwrap();
        prop_assert_eq!(serde_json::to_value(&read).unwrap(), whole);
        let left = read.time_left(std::time::Duration::from_secs(seconds));
        prop_assert!(left <= read.time_left(std::time::Duration::ZERO));
        let parts = read.fees().map(|fees| (fees.integrator(), fees.platform()));
        for part in parts.into_iter().flat_map(|(one, two)| [one, two]).flatten() {
            let _ = (part.fixed(), part.rate(), part.by_rate(), part.total(), part.currency());
        }
    }

    /// Instructions that pass their check have all that they show, from the response, as it was.
    #[test]
    fn any_details_are_whole_or_an_error(details in object(), numbers in proptest::collection::vec(value(), 4), network in 0_usize..5) {
        let mut details = details;
        for (name, value) in ["accountNumber", "routingNumber", "memo", "iban"].iter().zip(numbers) {
            details.insert((*name).to_owned(), value);
        }
        let network = [Network::Ach, Network::Wire, Network::Sepa, Network::Pix, Network::from("x")][network].clone();
        let (intent, transfer) = (accepted(&network), with_details(&Value::Object(details.clone())));
        let pay = DepositInstructions::new(&intent, &transfer).unwrap();
        if let Ok(memo) = pay.memo() {
            prop_assert_eq!(memo, details["memo"].as_str());
        }
        for (number, name) in [(pay.account_number(), "accountNumber"), (pay.routing_number(), "routingNumber")] {
            let Ok(number) = number else { continue };
            match number.form() {
                NumberForm::AsWritten => prop_assert_eq!(details[name].as_str(), Some(number.as_str())),
                NumberForm::Repaired => {
                    prop_assert!(details[name].is_u64() && RoutingNumber::new(number.as_str()).is_ok());
                }
                NumberForm::AskFirst => {}
            }
        }
        if pay.check().is_ok() {
            prop_assert!(pay.memo().is_ok() && pay.beneficiary().is_ok() && !matches!(network, Network::Unknown(_)));
        }
    }
}
