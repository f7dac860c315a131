//! What a program can rely on about the public types: they cross threads, errors are values with accessors, and a
//! configuration can be changed.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::time::Duration;

use crate::shared::{KEY, async_client, blocking_client, config};
use sphere_core::client::{Async, Blocking};
use sphere_core::clock::{self, Moment, SystemClock};
use sphere_core::endpoint::{self, DecodeError, InvalidRequest};
use sphere_core::problem::{ApiError, FieldError, ProblemDetails};
use sphere_core::testing::{FakeTransport, Recording, Reply, Requests, VirtualClock};
use sphere_core::transport::{self, Delivery, TransportError, TransportErrorKind};
use sphere_core::unstable::{Options, Sent, Start, Step, Success, Waiting};
use sphere_core::{
    ApiKey, Call, Client, Config, ConfigBuilder, ConfigError, CustomerId, Error, ErrorKind,
    FaceVerificationLink, IdempotencyKey, InvalidApiKey, InvalidFaceVerificationLink, InvalidId,
    InvalidIdempotencyKey, InvalidTimestamp, RetryBudget, RetryPolicy, StopReason, Timestamp, blocking,
    endpoints,
};

fn is_sendable<T: Send + Sync + 'static + Debug>() {}

macro_rules! cross_threads {
    ($($type:ty),* $(,)?) => { $(is_sendable::<$type>();)* };
}

#[test]
fn every_public_type_crosses_threads() {
    use sphere_core::{endpoints as e, pages as p, verification as v, wait as w};

    cross_threads! {
        sphere_core::RepresentativeId, sphere_core::LinkedCustomerId, sphere_core::Address,
        sphere_core::PersonalInformation, sphere_core::Meta, sphere_core::Scalar, e::CreateCustomer,
        e::UpdateCustomer<'static>, e::ListCustomers, e::VerifyOneTimePassword<'static>,
        e::UploadDocument<'static>, e::UploadIdentityDocument<'static>, e::CreateLinkedCustomer,
        e::CreateRepresentative<'static>, e::UpdateRepresentative<'static>, e::DocumentFile,
        e::InvalidDocumentFile, sphere_core::tidy::Tidied, e::Customer, e::Representative,
        e::RepresentationDetails, e::Document, e::TermsOfServiceLink, e::KycLink, e::OneTimePasswordSent,
        e::OneTimePasswordVerified, p::Page<e::Customer>, p::Pages<'static, Async, e::ListCustomers>,
        p::PagesEnd, v::VerificationProfile, v::FaceCheck, w::Outcome<e::Customer>, w::WaitState, Client,
        blocking::Client, Call<'static, Async, endpoints::GenerateFaceVerificationLink<'static>>,
        Call<'static, Blocking, endpoints::GenerateFaceVerificationLink<'static>>, Config, ConfigBuilder,
        RetryPolicy, RetryBudget, ApiKey, CustomerId, IdempotencyKey, Timestamp, FaceVerificationLink,
        Error, ErrorKind, StopReason, ApiError, ProblemDetails, FieldError, ConfigError, DecodeError,
        InvalidRequest, InvalidApiKey, InvalidId, InvalidFaceVerificationLink, InvalidIdempotencyKey,
        InvalidTimestamp, endpoint::Operation, endpoint::Safety, endpoint::ApiRequest,
        endpoint::ApiResponse<'static>, endpoint::Multipart, endpoint::Object<'static>,
        transport::RequestBody, transport::BodyReader, transport::TransportRequest,
        transport::TransportResponse, TransportError, TransportErrorKind, Delivery, Moment, SystemClock,
        Options, Start<'static>, Step<'static>, Sent<'static>, Waiting<'static>, Success<'static>,
        FakeTransport, Recording<FakeTransport>, Reply, Requests, VirtualClock,
    }
}

#[test]
fn futures_and_boxed_transports_cross_threads() {
    fn is_send(_: impl Send) {}
    let (transport, customer) = (FakeTransport::always(Reply::not_found()), CustomerId::new("c").unwrap());
    let client = async_client(config(), &transport);
    is_send(client.generate_face_verification_link(&customer).send());
    // Shared and boxed ones are transports and clocks as well.
    let boxed: Box<dyn transport::Transport> = Box::new(transport.clone());
    let clock: std::sync::Arc<dyn clock::Clock> = std::sync::Arc::new(transport.clock());
    let client = Client::new(config().build().unwrap(), boxed, clock);
    is_send(client.generate_face_verification_link(&customer).send());
}

#[test]
fn errors_are_cloned_whole() {
    let error = crate::shared::link(Reply::unprocessable()).unwrap_err();
    let copy = error.clone();
    drop(error);
    assert!(copy.is_validation());
    assert_eq!((copy.kind(), copy.attempts(), copy.field_errors().len()), (ErrorKind::Api, 1, 2));
    assert_eq!((copy.code(), copy.body().is_some()), (Some("validation/failed"), true));

    let error = crate::shared::link(Reply::refused()).unwrap_err().clone();
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::Connect);
    assert_eq!(error.source().unwrap().source().unwrap().to_string(), "scripted");
}

#[test]
fn kinds_and_reasons_are_shown_in_words() {
    use ErrorKind::{Api, InvalidRequest, InvalidResponse, Transport};
    use StopReason::{AttemptLimit, Deadline, NotRetryable, RetryBudget};
    use TransportErrorKind::{Connect, Interrupted, Other, Protocol, Setup, Timeout, Tls, TooLarge};

    let kinds = [InvalidRequest, Transport, Api, InvalidResponse].map(|kind| kind.to_string());
    assert_eq!(kinds, ["invalid request", "no complete response", "error response", "invalid response"]);

    let reasons = [NotRetryable, AttemptLimit, Deadline, RetryBudget].map(|reason| reason.to_string());
    let expected = ["not retryable", "attempt limit reached", "no time for a retry", "retry budget spent"];
    assert_eq!(reasons, expected);

    let kinds = [Connect, Timeout, Tls, Protocol, TooLarge, Interrupted, Setup, Other];
    let shown: std::collections::BTreeSet<_> = kinds.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), kinds.len());
    for kind in kinds {
        // The same words begin an error's line.
        let line = crate::shared::link(Reply::lost(kind)).unwrap_err().to_string();
        let expected = format!("generate_face_verification_link: {kind}: scripted (");
        assert!(line.starts_with(&expected), "{line}");
    }
}

#[test]
fn every_error_type_says_what_is_wrong() {
    let error = ApiKey::new("canary key").unwrap_err();
    assert_eq!(error.fault(), "has a space at byte 7");
    assert_eq!(error.to_string(), "API key has a space at byte 7");

    let error = config().timeout(Duration::ZERO).build().unwrap_err();
    assert_eq!((error.field(), error.fault()), ("timeout", "must be longer than zero"));

    let error = IdempotencyKey::new("two words").unwrap_err();
    assert_eq!(error.length(), 9);

    let error = InvalidRequest::new("email", "is too long");
    assert_eq!((error.field(), error.fault()), ("email", "is too long"));

    let error = DecodeError::field("id", "is missing");
    assert_eq!((error.place(), error.fault()), ("`id`", "is missing"));
    let error = DecodeError::body("ends early");
    assert_eq!((error.place(), error.to_string()), ("the body", "the body ends early".to_owned()));

    let far = "2099-12-31T23:59:59Z".parse().unwrap();
    let error = FaceVerificationLink::new("ftp://canary", far).unwrap_err();
    assert_eq!(error.field(), "url");
    assert!(!error.fault().is_empty() && !error.to_string().contains("canary"), "{error}");
}

#[test]
fn causes_are_found_by_their_types() {
    let error = crate::shared::link(Reply::link("ftp://x")).unwrap_err();
    let cause = error.source().unwrap().downcast_ref::<DecodeError>().unwrap();
    assert_eq!(cause.place(), "`url`");
    let error = crate::shared::link(Reply::refused()).unwrap_err();
    let cause = error.source().unwrap().downcast_ref::<TransportError>().unwrap();
    assert_eq!(cause.delivery(), Delivery::NotSent);
    let transport = FakeTransport::script([]);
    let customer = CustomerId::new("c").unwrap();
    let call = blocking_client(config(), &transport);
    let error = call.generate_face_verification_link(&customer).timeout(Duration::ZERO).send().unwrap_err();
    let cause = error.source().unwrap().downcast_ref::<InvalidRequest>().unwrap();
    assert_eq!((cause.field(), cause.fault()), ("timeout", "must be longer than zero"));
}

#[test]
fn a_configuration_can_be_changed_later() {
    let first = config()
        .base_url("https://gateway.example/eu")
        .timeout(Duration::from_secs(20))
        .connect_timeout(Duration::from_secs(2))
        .max_response_bytes(1000)
        .user_agent("my-platform/2.1")
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    assert_eq!(format!("{:?}", first.to_builder().build().unwrap()), format!("{first:?}"));

    let changed = first.to_builder().timeout(Duration::from_secs(7)).build().unwrap();
    assert_eq!((changed.timeout(), first.timeout()), (Duration::from_secs(7), Duration::from_secs(20)));
    assert_eq!(changed.connect_timeout(), Duration::from_secs(2));
    assert_eq!((changed.max_response_bytes(), changed.retry()), (1000, &RetryPolicy::never()));
    assert!(first.to_builder().timeout(Duration::ZERO).build().is_err());

    // What has no getter is kept too: base URL, key and user agent.
    let transport = FakeTransport::always(Reply::not_found());
    let client = blocking::Client::new(changed, transport.clone(), transport.clock());
    client.generate_face_verification_link(&CustomerId::new("c").unwrap()).send().unwrap_err();
    let requests = transport.requests();
    let http = requests.only().http();
    assert_eq!(http.uri().host(), Some("gateway.example"));
    assert_eq!(http.headers()["authorization"], format!("Bearer {KEY}"));
    assert!(http.headers()["user-agent"].to_str().unwrap().starts_with("my-platform/2.1 sphere-rust/"));
}

#[test]
fn clients_show_their_configuration() {
    let transport = FakeTransport::script([]);
    let config = config().timeout(Duration::from_secs(9));
    for found in [
        async_client(config.clone(), &transport).config().timeout(),
        blocking_client(config, &transport).config().timeout(),
    ] {
        assert_eq!(found, Duration::from_secs(9));
    }
}

#[test]
fn idempotency_keys_convert_from_text() {
    assert!(IdempotencyKey::try_from("").is_err());
    assert_eq!(IdempotencyKey::try_from("order-1"), "order-1".parse());
}
