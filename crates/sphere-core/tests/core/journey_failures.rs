//! What the journey does when it fails: what is sent once more, and what an error does not show.

use super::journey_requests::*;
use crate::shared::{blocking_client, config};
use serde_json::json;
use sphere_core::blocking::Client;
use sphere_core::endpoints::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::transport::TransportErrorKind;
use sphere_core::{Address, Error, Meta, StopReason};

#[test]
fn unknown_outcomes_are_retried_only_if_harmless() {
    let (customer, representative, linked) = (customer(), representative(), linked());
    let attempts = |call: &dyn Fn(&Client) -> Error| {
        let transport = FakeTransport::always(Reply::lost(TransportErrorKind::Interrupted));
        let error = call(&blocking_client(config(), &transport));
        assert!(error.may_have_been_processed(), "{error}");
        error.attempts()
    };
    let once: [&dyn Fn(&Client) -> Error; 8] = [
        &|client| {
            client
                .create_customer(CreateCustomer::individual("a@b", "+14155550123", address()))
                .send()
                .unwrap_err()
        },
        &|client| client.update_customer(UpdateCustomer::new(&customer)).send().unwrap_err(),
        &|client| client.send_one_time_password(&customer, OneTimePasswordChannel::Email).send().unwrap_err(),
        &|client| {
            client.verify_one_time_password(&customer, OneTimePasswordChannel::Email, "1").send().unwrap_err()
        },
        &|client| {
            client.upload_document(UploadDocument::liveness_report(&customer, file("x"))).send().unwrap_err()
        },
        &|client| {
            let new = CreateRepresentative::individual(&customer, "a@b", "+14155550123", address());
            client.create_representative(new).send().unwrap_err()
        },
        &|client| {
            client.update_representative(UpdateRepresentative::new(&representative)).send().unwrap_err()
        },
        &|client| client.create_linked_customer(CreateLinkedCustomer::individual()).send().unwrap_err(),
    ];
    for call in once {
        assert_eq!(attempts(call), 1);
    }
    let retried: [&dyn Fn(&Client) -> Error; 7] = [
        &|client| client.get_customer(&customer).send().unwrap_err(),
        &|client| client.list_customers().next().unwrap().unwrap_err(),
        &|client| client.generate_terms_of_service_link(&customer).send().unwrap_err(),
        &|client| client.regenerate_kyc_link(&linked).send().unwrap_err(),
        &|client| client.get_representative(&representative).send().unwrap_err(),
        &|client| client.delete_representative(&representative).send().unwrap_err(),
        &|client| client.generate_representative_face_verification_link(&representative).send().unwrap_err(),
    ];
    for call in retried {
        assert_eq!(attempts(call), 2);
    }
}

#[test]
fn deleting_remembers_an_attempt_with_unknown_outcome() {
    let representative = representative();
    let lost = Reply::lost(TransportErrorKind::Interrupted);
    for (first, may_have_been_processed) in
        [(Some(lost), true), (None, false), (Some(Reply::refused()), false)]
    {
        let transport = FakeTransport::script(first.into_iter().chain([Reply::not_found()]));
        let client = blocking_client(config(), &transport);
        let error = client.delete_representative(&representative).send().unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.may_have_been_processed(), may_have_been_processed, "{error}");
        assert_eq!(error.stop_reason(), StopReason::NotRetryable);
    }
}

/// A server that quotes what it was sent, in `detail` and in `code`.
#[test]
fn quoted_values_of_the_request_are_hidden() {
    let customer = customer();
    let quoting = |detail: &str| {
        let body = json!({"status": 422, "detail": detail, "code": detail});
        FakeTransport::always(Reply::status(422).body("application/json", body.to_string()))
    };
    let transport =
        quoting("JANE@example.com of 1 Canary Street 41.5 is taken; type individual, +14155550123");
    let address = Address::new().with_line1("1 Canary Street").with_country("USA");
    let new = CreateCustomer::individual("jane@example.com", "+14155550123", address);
    let new = new.meta(Meta::new().with("score", 41.5));
    let error = blocking_client(config(), &transport).create_customer(new).send().unwrap_err();
    let hidden = "[redacted] of [redacted] [redacted] is taken; type individual, [redacted]";
    assert!(error.to_string().contains(hidden), "{error}");
    assert!(!format!("{error} {error:?}").to_lowercase().contains("jane"), "{error:?}");

    let transport = quoting("no jane@example.com");
    let client = blocking_client(config(), &transport);
    let error = client.list_customers().email("jane@example.com").next().unwrap().unwrap_err();
    assert!(error.to_string().contains("no [redacted]"), "{error}");

    let transport = quoting("my passport.png: mine, liveness_report");
    let client = blocking_client(config(), &transport);
    let upload = UploadDocument::liveness_report(&customer, file("x")).description("mine");
    let error = client.upload_document(upload).send().unwrap_err();
    assert!(error.to_string().contains("my [redacted]: [redacted], liveness_report"), "{error}");

    let transport = quoting("the code 012345 is wrong");
    let client = blocking_client(config(), &transport);
    let channel = OneTimePasswordChannel::Email;
    let error = client.verify_one_time_password(&customer, channel, "012345").send().unwrap_err();
    assert!(error.to_string().contains("the code [redacted] is wrong"), "{error}");
}
