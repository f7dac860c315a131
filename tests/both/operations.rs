//! Every operation of the table: over both backends, and by the contract.

use serde_json::Value;
use sphere_core::endpoints::TransferStatus;
use sphere_core::testing::{Reply, Sample};
use sphere_core::verification::{CriterionName, ProfileName, ProfileStatus};
use sphere_core::{BankAccountId, CustomerId, QuoteId, RepresentativeId, TransferId, WalletId};
use sphere_operations::contract::Contract;
use sphere_operations::promises;
use sphere_operations::{Carrier as _, Core, operations, requests};
use sphere_tests::carrier::Wire;

#[test]
fn operations_keep_every_promise_over_sockets() {
    for wire in &Wire::both(str::to_owned) {
        promises::all(wire);
    }
}

/// The operation that is sent by an intent only.
const BY_INTENT: &str = "POST /v2/transfer";

#[test]
fn requests_and_samples_follow_the_contract() {
    let contracts = [Contract::journey(), Contract::money()];
    let strict = [Contract::journey().strict(), Contract::money().strict()];
    let mut called = Vec::new();
    for row in operations().iter().chain(&requests()) {
        let at = contracts.iter().position(|contract| contract.has(row.contract));
        let at = at.unwrap_or_else(|| panic!("no contract has {}", row.contract));
        let (contract, strict) = (&contracts[at], &strict[at]);
        let sent = Core::Blocking.play(row, 404, "{}").sent;
        assert_eq!(
            contract.faults_of_request(&sent[0]),
            (row.contract.to_owned(), vec![]),
            "{:?}",
            row.sends
        );
        called.push(row.contract.to_owned());
        if !row.reply.is_null() {
            let (method, path) = row.contract.split_once(' ').unwrap();
            let faults = [200, 201].map(|status| strict.faults_of_response(method, path, status, &row.reply));
            assert!(faults.contains(&Some(vec![])), "{}: {faults:?}", row.contract);
        }
    }
    called.sort_unstable();
    called.dedup();
    called.push(BY_INTENT.to_owned());
    called.sort_unstable();
    let mut expected: Vec<_> = contracts.iter().flat_map(Contract::operations).collect();
    expected.sort_unstable();
    assert_eq!(called, expected);
}

/// Each kind of upload by the schema that is meant for it.
#[test]
fn each_upload_follows_its_own_schema() {
    let contract = Contract::journey();
    let rows = operations().into_iter().chain(requests()).filter(|row| row.contract == "POST /v2/document");
    let schemas = [
        "DocIndividualId",
        "DocIndividualOther",
        "DocRepresentativeId",
        "DocRepresentativeOther",
        "DocBusiness",
    ];
    for (row, schema) in rows.zip(schemas) {
        let sent = Core::Blocking.play(&row, 404, "{}").sent;
        assert_eq!(contract.faults_of_form(schema, &sent[0]), Vec::<String>::new(), "{schema}");
    }
}

#[test]
fn contract_finds_faults() {
    let contract = Contract::journey().strict();
    let row = &operations()[0];
    let mut request = Core::Blocking.play(row, 404, "{}").sent.remove(0);
    for (text, other) in [("+49", "x49"), ("individual", "business"), ("\"USA\"", "7"), ("city", "town")] {
        let good = String::from_utf8(request.body().clone()).unwrap();
        *request.body_mut() = good.replace(text, other).into_bytes();
        assert!(!contract.faults_of_request(&request).1.is_empty(), "{text}");
        *request.body_mut() = good.into_bytes();
    }
    for (pointer, bad) in
        [("/id", 1.into()), ("/verificationProfiles/0/name", 1.into()), ("/nickname", "Jo".into())]
    {
        let mut reply = row.reply.clone();
        match pointer {
            "/nickname" => reply["nickname"] = bad,
            _ => *reply.pointer_mut(pointer).unwrap() = bad,
        }
        let faults = contract.faults_of_response("POST", "/v2/customer", 201, &reply).unwrap();
        assert_eq!(faults.len(), 1, "{pointer}: {faults:?}");
    }
}

/// What users put into their own tests is what SpherePay may send.
#[test]
fn samples_follow_the_contract() {
    let customer = &CustomerId::new("customer_1").unwrap();
    let people = [
        ("/v2/customer", Sample::customer(customer)),
        (
            "/v2/business-representative",
            Sample::representative(&RepresentativeId::new("representative_1").unwrap(), customer),
        ),
    ];
    let money = [
        ("/v2/bank-account", Sample::bank_account(&BankAccountId::new("bankAccount_1").unwrap(), customer)),
        ("/v2/wallet", Sample::wallet(&WalletId::new("wallet_1").unwrap(), customer)),
        ("/v2/quote", Sample::quote(&QuoteId::new("quote_1").unwrap(), customer)),
        (
            "/v2/transfer",
            Sample::transfer(&TransferId::new("payout_1").unwrap(), customer, &TransferStatus::Processing)
                .with("externalId", "payout-4711"),
        ),
    ];
    let with_profile = |(path, sample): (&'static str, Sample)| {
        let sample = sample.profile(ProfileName::KycProfileA, ProfileStatus::Incomplete);
        let sample = sample.required([CriterionName::IdentityDocument]);
        (path, sample.failed(CriterionName::TermsOfService, "not accepted"))
    };
    let all = people.into_iter().map(with_profile).map(|case| (Contract::journey(), case));
    for (contract, (path, sample)) in all.chain(money.into_iter().map(|case| (Contract::money(), case))) {
        let contract = contract.strict();
        let body = |reply: Reply| -> Value {
            serde_json::from_slice(reply.into_response().unwrap().body()).unwrap()
        };
        let faults = contract.faults_of_response("POST", path, 201, &body(sample.clone().into()));
        assert_eq!(faults, Some(vec![]), "{path}");
        if path != "/v2/quote" {
            let faults = contract.faults_of_response("GET", path, 200, &body(Reply::page([sample])));
            assert_eq!(faults, Some(vec![]), "{path}");
        }
    }
}
