//! What the SDK sends to move money, against the contract: `contract/money.openapi.json`.

use std::time::SystemTime;

use serde_json::{Value, json};
use sphere_core::endpoints::*;
use sphere_core::intent::{BankEnd, FloatingTransfer, QuotedTransfer, TransferPlan};
use sphere_core::money::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::{BankAccountId, CustomerId, WalletId};

use sphere_operations::contract::Contract;

fn rail(currency: Currency, network: Network) -> Rail {
    Rail::new(currency, network)
}

#[test]
fn both_kinds_of_transfer_follow_their_schemas() {
    let (contract, customer) = (Contract::money(), &CustomerId::new("customer_1").unwrap());
    let (account, wallet) =
        (&BankAccountId::new("bankAccount_1").unwrap(), &WalletId::new("wallet_1").unwrap());
    let quote = json!({"id": "quote_1", "customerId": "customer_1"}).to_string();
    let client = FakeTransport::always(Reply::status(201).body("application/json", quote)).blocking_client();
    let (dollars, coins) = (rail(Currency::Usd, Network::Wire), rail(Currency::Usdc, Network::Base));
    let ask = CreateQuote::new(customer, "500".parse().unwrap(), coins.clone(), dollars.clone());
    let quote = client.create_quote(ask).send().unwrap();
    let end = BankEnd::from(account).reference(BankReference::wire("INV 4711").unwrap());
    let floating =
        FloatingTransfer::off_ramp(customer, "500".parse().unwrap(), (wallet, coins), (end, dollars));
    let floating = floating.integrator_fixed_fee(Fee::from_cents(150)).integrator_rate(BasisPoints(10));
    let quoted = QuotedTransfer::on_ramp(&quote, account, wallet).external_id("payout-4711".parse().unwrap());
    for (plan, schema) in
        [(TransferPlan::from(floating), "TransferFloating"), (TransferPlan::from(quoted), "TransferQuoted")]
    {
        let intent = client.prepare_transfer(plan, SystemTime::UNIX_EPOCH).unwrap();
        let record = serde_json::to_value(&intent).unwrap();
        let body: Value = serde_json::from_str(record["body"].as_str().unwrap()).unwrap();
        let schema = json!({"$ref": format!("#/components/schemas/{schema}")});
        assert_eq!(contract.faults(&schema, &body), Vec::<String>::new());
    }
}
