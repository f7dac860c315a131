//! What a program keeps and passes on: records, words and errors, written as JSON and read back.

use crate::shared::journey::{client, customer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sphere_core::endpoints::*;
use sphere_core::verification::{CriterionName, ProfileStatus};
use sphere_core::{CustomerId, Meta, Scalar};
use sphere_operations::operations;

/// The sample of this operation, as a record that was kept.
fn kept<T: Serialize + DeserializeOwned>(contract: &str) {
    let row = operations().into_iter().find(|row| row.contract == contract).unwrap();
    let record: T = serde_json::from_value(row.reply.clone()).unwrap();
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), row.reply, "{contract}");
    assert_eq!(serde_json::to_string(&serde_json::from_str::<T>(&text).unwrap()).unwrap(), text);
    for other in ["7", "[]", "{}", "null"] {
        assert!(serde_json::from_str::<T>(other).is_err(), "{contract}: {other}");
    }
}

#[test]
fn records_are_read_back() {
    kept::<Customer>("GET /v2/customer/{id}");
    kept::<Representative>("GET /v2/business-representative/{id}");
    kept::<BankAccount>("GET /v2/bank-account/{id}");
    kept::<Wallet>("GET /v2/wallet/{id}");
    kept::<Quote>("POST /v2/quote");
    kept::<Transfer>("GET /v2/transfer/{id}");
    kept::<VirtualAccount>("GET /v2/virtual-account/{virtualAccountId}");
    kept::<OffloaderWallet>("GET /v2/offloader-wallet/{id}");
}

#[test]
fn words_are_read_back_and_null_is_none() {
    for status in [ProfileStatus::Approved, ProfileStatus::from("new"), ProfileStatus::Unreadable] {
        let text = serde_json::to_string(&status).unwrap();
        assert_eq!(serde_json::from_str::<ProfileStatus>(&text).unwrap(), status);
    }
    assert_eq!("title".parse(), Ok(CriterionName::Title));
    assert!(serde_json::from_str::<DocumentType>("null").is_err());
}

#[test]
fn meta_is_made_of_pairs_and_read_back() {
    let meta: Meta =
        [("plan", Scalar::from("gold")), ("seats", 7.into()), ("trial", false.into())].into_iter().collect();
    let text = serde_json::to_string(&meta).unwrap();
    assert_eq!(text, r#"{"plan":"gold","seats":7,"trial":false}"#);
    assert_eq!(serde_json::from_str::<Meta>(&text).unwrap(), meta);
    let numbers: Meta =
        serde_json::from_str(r#"{"a":18446744073709551615,"b":-1,"c":0.5,"d":null}"#).unwrap();
    assert_eq!(numbers.get("a"), Some(&Scalar::Float(18_446_744_073_709_551_615.0)));
    assert_eq!((numbers.get("c"), numbers.get("d")), (Some(&Scalar::Float(0.5)), Some(&Scalar::Null)));
    assert!(serde_json::from_str::<Meta>(r#"{"a":[]}"#).is_err());
}

#[test]
fn ids_compare_with_text() {
    let id = CustomerId::new("customer_1").unwrap();
    assert!(id == "customer_1" && id != *"customer_2");
}

/// The facts of an error, and nothing of its body.
#[test]
fn errors_are_written_without_their_bodies() {
    let body = json!({"id": 7, "secret": "canary"});
    let error = client(&body).get_customer(&customer()).send().unwrap_err();
    let written = serde_json::to_value(&error).unwrap();
    assert_eq!(written["error"], error.to_string());
    assert_eq!(
        (&written["operation"], &written["kind"]),
        (&json!("get_customer"), &json!("invalid response"))
    );
    assert_eq!((&written["attempts"], &written["mayHaveBeenProcessed"]), (&json!(1), &json!(true)));
    assert_eq!(written["isRetryableLater"], false);
    assert!(!written.to_string().contains("canary"), "{written}");
}
