//! What the SDK sends to move money, against the contract: `contract/money.openapi.json`.

use std::time::SystemTime;

use serde_json::{Value, json};
use sphere_core::endpoints::*;
use sphere_core::intent::{BankEnd, FloatingTransfer, QuotedTransfer, TransferPlan};
use sphere_core::money::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::{Address, BankAccountId, CustomerId, TransferId, WalletId};

use crate::journey_requests::{First, checked_by, faults};

fn contract() -> Value {
    serde_json::from_str(include_str!("../contract/money.openapi.json")).unwrap()
}

fn rail(currency: Currency, network: Network) -> Rail {
    Rail::new(currency, network)
}

#[test]
fn every_request_follows_the_contract() {
    let (contract, customer) = (contract(), &CustomerId::new("customer_1").unwrap());
    let (account, wallet) =
        (&BankAccountId::new("bankAccount_1").unwrap(), &WalletId::new("wallet_1").unwrap());
    let transfer = &TransferId::new("payout_1").unwrap();
    let address = || Address::new().with_line1("1 Street").with_city("Chicago").with_country("USA");
    let create = |details| {
        let new = CreateBankAccount::new(customer, "Bank", "Account", "Jane Doe", address(), details);
        checked_by(&contract, |client| client.create_bank_account(new).send())
    };
    let number = || AccountNumber::new("1234567890").unwrap();
    let routing = || RoutingNumber::new("021000021").unwrap();
    let usd = |networks| BankDetails::usd(number(), routing(), AccountType::Savings, networks);
    let (iban, bic) = (Iban::new("DE85100000004711081500").unwrap(), Bic::new("DEUTDEFF").unwrap());
    let checked = [
        create(usd(UsdNetworks::Ach)),
        create(usd(UsdNetworks::Wire)),
        create(usd(UsdNetworks::AchAndWire)),
        create(BankDetails::eur(iban, bic)),
        create(BankDetails::brl(PixKey::new("11987654321").unwrap(), "phone")),
        checked_by(&contract, |client| client.bank_accounts().of_customer(customer).first()),
        checked_by(&contract, |client| client.get_bank_account(account).send()),
        checked_by(&contract, |client| {
            let address = "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf";
            client.create_wallet(CreateWallet::new(customer, Network::Base, address)).send()
        }),
        checked_by(&contract, |client| client.wallets().of_customer(customer).first()),
        checked_by(&contract, |client| client.get_wallet(wallet).send()),
        checked_by(&contract, |client| {
            let (from, to) = (rail(Currency::Usd, Network::Ach), rail(Currency::Usdc, Network::Solana));
            let quote = CreateQuote::new(customer, "500".parse().unwrap(), from, to);
            client
                .create_quote(quote.duration(QuoteDuration::Seconds30).integrator_rate(BasisPoints(10)))
                .send()
        }),
        checked_by(&contract, |client| {
            let transfers = client.transfers().of_customer(customer).status(&TransferStatus::Succeeded);
            transfers.transfer_type(&TransferType::OffRamp).first()
        }),
        checked_by(&contract, |client| client.get_transfer(transfer).send()),
        checked_by(&contract, |client| client.call(CancelTransfer::new(transfer)).send()),
    ];
    let mut called = Vec::new();
    for (name, _, faults) in checked {
        assert_eq!(faults, Vec::<String>::new(), "{name}");
        called.push(name);
    }
    called.dedup();
    let expected = "post /v2/bank-account, get /v2/bank-account, get /v2/bank-account/{id}, post /v2/wallet, \
                    get /v2/wallet, get /v2/wallet/{id}, post /v2/quote, get /v2/transfer, get /v2/transfer/{id}, \
                    delete /v2/transfer/{id}";
    assert_eq!(called.join(", "), expected);
}

#[test]
fn both_kinds_of_transfer_follow_their_schemas() {
    let (contract, customer) = (contract(), &CustomerId::new("customer_1").unwrap());
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
        assert_eq!(faults(&contract, &schema, &body), Vec::<String>::new());
    }
}
