//! Virtual accounts and offloader wallets: what a wrong response would cost, and what cannot be right.

use crate::shared::journey::{client, customer};
use serde_json::{Value, json};
use sphere_core::endpoints::*;
use sphere_core::money::*;
use sphere_core::{BankAccountId, ErrorKind, VirtualAccountId};

const ADDRESS: &str = "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf";

fn id() -> VirtualAccountId {
    VirtualAccountId::new("va_1").unwrap()
}

fn coins() -> Rail {
    Rail::new(Currency::Usdc, Network::Base)
}

fn account(is_active: bool, address: &Value) -> Value {
    json!({
        "id": "va_1", "active": is_active,
        "depositInstructions": {"bankAccountNumber": 1234, "bankRoutingNumber": 21_000_021, "bankName": " "},
        "destination": {"currency": "usdc", "network": "base", "walletAddress": address},
    })
}

/// All later deposits go there: what the response does not show has not been done.
#[test]
fn a_redirection_is_shown_or_an_error() {
    let update = |body: &Value| {
        client(body).update_virtual_account(UpdateVirtualAccount::new(&id(), coins(), ADDRESS)).send()
    };
    assert!(update(&account(true, &json!(ADDRESS))).is_ok());
    for other in [json!(ADDRESS.to_lowercase()), Value::Null, json!(7)] {
        let error = update(&account(true, &other)).unwrap_err().to_string();
        assert!(error.contains("`destination.walletAddress` is not what was asked for"), "{error}");
        assert!(!error.to_lowercase().contains("0cd3"), "{error}");
    }
    let create = |body: &Value| {
        let (customer, from) = (customer(), Currency::Usd);
        client(body)
            .create_virtual_account(CreateVirtualAccount::new(&customer, from, coins(), ADDRESS))
            .send()
    };
    assert!(create(&json!({"id": "va_1", "active": true})).is_ok());
    assert!(create(&account(true, &json!(ADDRESS.to_lowercase()))).is_err());
}

#[test]
fn another_state_than_asked_is_an_error() {
    for is_active in [true, false] {
        let client = client(&account(is_active, &json!(ADDRESS)));
        assert_eq!(client.reactivate_virtual_account(&id()).send().is_ok(), is_active);
        assert_eq!(client.deactivate_virtual_account(&id()).send().is_ok(), !is_active);
    }
}

#[test]
fn an_inactive_account_gives_no_instructions() {
    let read =
        |is_active| client(&account(is_active, &json!(ADDRESS))).get_virtual_account(&id()).send().unwrap();
    assert!(read(false).deposit_account().is_none());
    let pay_to = read(true).deposit_account().unwrap();
    assert_eq!(pay_to.account_number().unwrap().form(), NumberForm::AskFirst);
    let routing = pay_to.routing_number().unwrap();
    assert_eq!((routing.as_str(), routing.form()), ("021000021", NumberForm::Repaired));
    assert_eq!(pay_to.bank_name().unwrap_err().name(), "bankName");
    assert_eq!(pay_to.iban().unwrap_err().name(), "iban");
    assert_eq!(
        format!("{pay_to:?}"),
        r#"DepositAccount({"bankAccountNumber", "bankName", "bankRoutingNumber"})"#
    );
}

#[test]
fn an_array_is_read_item_by_item() {
    let page =
        client(&json!([account(true, &json!(1)), 7, {"id": "va_2"}])).list_virtual_accounts().send().unwrap();
    assert_eq!((page.items().len(), page.unreadable().len(), page.total()), (1, 2, None));
    for other in [json!({"data": []}), Value::Null, json!("[]")] {
        let error = client(&other).list_virtual_accounts().send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        assert!(error.to_string().contains("is not a JSON array"), "{error}");
    }
}

#[test]
fn an_offloader_that_cannot_be_right_is_refused() {
    let (customer, bank) = (customer(), BankAccountId::new("bankAccount_1").unwrap());
    let new = |coins| CreateOffloaderWallet::new(&customer, coins, OffloaderDestination::sepa(&bank));
    let wire = OffloaderDestination::ach(&bank).reference(BankReference::wire("x").unwrap());
    for (wallet, fault) in [
        (new(Rail::new(Currency::Usd, Network::Ach)), "network has no wallets"),
        (new(coins()).integrator_rate(BasisPoints(1001)), "integratorBpsFeeRate is more than 1000"),
        (new(coins()).return_address("T"), "address is not one of the network base"),
        (CreateOffloaderWallet::new(&customer, coins(), wire), "wireMessage is for another network"),
    ] {
        let error = client(&json!({})).create_offloader_wallet(wallet).send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(fault), "{error}");
    }
    let update = UpdateBankAccount::new(&bank, []);
    let error = client(&json!({})).update_bank_account(update).send().unwrap_err();
    assert!(error.to_string().contains("networks is empty"), "{error}");
}
