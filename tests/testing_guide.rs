//! The code of the guide "Testing code that uses the SDK", in its order.

use std::time::Duration;

use sphere_core::{Client, CustomerId, Error, FaceVerificationLink, blocking};

/// What a customer's browser is told.
#[derive(Debug, PartialEq)]
enum Page {
    /// 303: go there for the face check.
    SeeOther(String),
    NotFound,
    /// What to correct.
    Correct(Vec<String>),
    /// 503: come back after this.
    Later(Duration),
    /// It may have been processed: quote this id to support, if there is one.
    Unknown(Option<String>),
    Broken,
}

async fn start_check(client: &Client, customer: &CustomerId) -> Page {
    page(client.generate_face_verification_link(customer).send().await)
}

fn start_check_blocking(client: &blocking::Client, customer: &CustomerId) -> Page {
    page(client.generate_face_verification_link(customer).send())
}

fn page(outcome: Result<FaceVerificationLink, Error>) -> Page {
    match outcome {
        Ok(link) => Page::SeeOther(link.url().to_owned()),
        Err(error) if error.is_not_found() => Page::NotFound,
        Err(error) if error.is_validation() => {
            Page::Correct(error.field_errors().iter().map(|fault| fault.detail().to_owned()).collect())
        }
        Err(error) if error.may_have_been_processed() => {
            Page::Unknown(error.correlation_id().map(str::to_owned))
        }
        Err(error) if error.retry_after().is_some() => Page::Later(error.retry_after().unwrap_or_default()),
        Err(_) => Page::Broken,
    }
}

fn customer() -> CustomerId {
    CustomerId::new("customer_1").unwrap()
}

const URL: &str = "https://in.sumsub.com/websdk/p/1";

use sphere_core::testing::{self, FakeTransport, Recording, Reply, VirtualClock, block_on};

#[test]
fn customer_is_sent_to_the_check() {
    let transport = FakeTransport::script([Reply::link(URL)]);
    let page = start_check_blocking(&transport.blocking_client(), &customer());
    assert_eq!(page, Page::SeeOther(URL.to_owned()));
}

#[test]
fn customer_is_sent_to_the_check_async() {
    let transport = FakeTransport::script([Reply::link(URL)]);
    let page = block_on(start_check(&transport.client(), &customer()));
    assert_eq!(page, Page::SeeOther(URL.to_owned()));
}

#[tokio::test]
async fn customer_is_sent_to_the_check_on_tokio() {
    let transport = FakeTransport::script([Reply::link(URL)]);
    assert_eq!(start_check(&transport.client(), &customer()).await, Page::SeeOther(URL.to_owned()));
}

#[test]
fn unknown_customer_is_not_found() {
    let transport = FakeTransport::script([Reply::not_found()]);
    assert_eq!(start_check_blocking(&transport.blocking_client(), &customer()), Page::NotFound);
}

#[test]
fn field_errors_are_shown() {
    let transport = FakeTransport::script([Reply::unprocessable()]);
    let page = start_check_blocking(&transport.blocking_client(), &customer());
    let faults = ["Invalid email format", "Name is required"].map(str::to_owned);
    assert_eq!(page, Page::Correct(faults.to_vec()));
}

#[test]
fn busy_server_gets_three_attempts() {
    let transport = FakeTransport::always(Reply::too_many_requests(2));
    let page = start_check_blocking(&transport.blocking_client(), &customer());
    assert_eq!(page, Page::Later(Duration::from_secs(2)));

    transport.requests().assert_sent(["POST /v2/customer/customer_1/face-verification-link"; 3]);
    assert_eq!(transport.clock().slept(), [Duration::from_secs(2); 2]);
}

#[test]
fn short_outage_is_hidden_by_retries() {
    let transport = FakeTransport::script([Reply::refused(), Reply::unavailable(Some(1)), Reply::link(URL)]);
    let page = start_check_blocking(&transport.blocking_client(), &customer());
    assert_eq!(page, Page::SeeOther(URL.to_owned()));
    transport.assert_done();
}

#[test]
fn missing_response_may_have_been_processed() {
    let transport = FakeTransport::never_responding();
    let config = testing::config().timeout(Duration::from_secs(10)).build().unwrap();
    let client = blocking::Client::new(config, transport.clone(), transport.clock());

    assert_eq!(start_check_blocking(&client, &customer()), Page::Unknown(None));
    assert_eq!(transport.clock().elapsed(), Duration::from_secs(10));
}

#[test]
fn slow_response_is_accepted() {
    let transport = FakeTransport::script([Reply::link(URL).after(Duration::from_secs(14))]);
    let page = start_check_blocking(&transport.blocking_client(), &customer());
    assert_eq!(page, Page::SeeOther(URL.to_owned()));
}

#[test]
fn lost_connection_may_have_been_processed() {
    let lost = Reply::lost(sphere_core::transport::TransportErrorKind::Interrupted);
    let transport = FakeTransport::always(lost);
    assert_eq!(start_check_blocking(&transport.blocking_client(), &customer()), Page::Unknown(None));
    transport.requests().assert_count(2);
}

#[test]
fn refused_connection_was_not_processed() {
    let transport = FakeTransport::always(Reply::refused());
    assert_eq!(start_check_blocking(&transport.blocking_client(), &customer()), Page::Broken);
    transport.requests().assert_count(3);
}

#[test]
fn server_error_has_an_id_to_quote() {
    let transport = FakeTransport::always(Reply::server_error());
    let page = start_check_blocking(&transport.blocking_client(), &customer());
    assert!(matches!(page, Page::Unknown(Some(_))), "{page:?}");
}

#[tokio::test]
async fn each_customer_gets_their_own_page() {
    let transport = FakeTransport::from_fn(|request| match request.http().uri().path() {
        "/v2/customer/customer_1/face-verification-link" => Reply::link(URL),
        _ => Reply::not_found(),
    });
    let (client, one, other) = (transport.client(), customer(), CustomerId::new("customer_2").unwrap());
    let pages = tokio::join!(start_check(&client, &other), start_check(&client, &one));
    assert_eq!(pages, (Page::NotFound, Page::SeeOther(URL.to_owned())));
}

#[tokio::test]
async fn dropped_call_stops_sending() {
    let transport = FakeTransport::never_responding().with_clock(&VirtualClock::stopped());
    let client = transport.client();
    let call = tokio::spawn(async move { start_check(&client, &customer()).await });
    while transport.in_flight() == 0 && !call.is_finished() {
        tokio::task::yield_now().await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(transport.in_flight(), 0);
}

#[tokio::test]
async fn response_comes_when_the_clock_moves() {
    let clock = VirtualClock::stopped();
    let slow = Reply::link(URL).after(Duration::from_secs(2));
    let transport = FakeTransport::always(slow).with_clock(&clock);
    let client = transport.client();
    let call = tokio::spawn(async move { start_check(&client, &customer()).await });
    while transport.in_flight() == 0 && !call.is_finished() {
        tokio::task::yield_now().await;
    }
    clock.advance(Duration::from_secs(2));
    assert_eq!(call.await.unwrap(), Page::SeeOther(URL.to_owned()));
}

use std::time::SystemTime;

use sphere_core::endpoints::{
    AccountType, BankDetails, CreateBankAccount, CreateCustomer, CreateQuote, CreateWallet, TransferStatus,
    UsdNetworks,
};
use sphere_core::intent::{Created, QuotedTransfer};
use sphere_core::money::{AccountNumber, Currency, DepositInstructions, Network, Rail, RoutingNumber};
use sphere_core::testing::Sample;
use sphere_core::verification::{CriterionName, NextStep, ProfileName, ProfileStatus};
use sphere_core::wait::{Outcome, TransferOutcome};
use sphere_core::{Address, BankAccountId, QuoteId, TransferId, WalletId};

#[test]
fn customer_pays_after_the_verification() -> Result<(), Box<dyn std::error::Error>> {
    let (jane, payout) = (customer(), TransferId::new("payout_1")?);
    let (account, wallet) = (BankAccountId::new("bankAccount_1")?, WalletId::new("wallet_1")?);
    let person = |status| Sample::customer(&jane).profile(ProfileName::KycProfileA, status);
    let paid = |status| Sample::transfer(&payout, &jane, &status).into();
    let transport = FakeTransport::script([
        person(ProfileStatus::Incomplete).required([CriterionName::IdentityDocument]).into(),
        person(ProfileStatus::Approved).into(),
        Sample::bank_account(&account, &jane).into(),
        Sample::wallet(&wallet, &jane).into(),
        Sample::quote(&QuoteId::new("quote_1")?, &jane).into(),
        paid(TransferStatus::PendingFunding),
        paid(TransferStatus::Processing),
        paid(TransferStatus::Succeeded),
    ]);
    let client = transport.blocking_client();

    let address = || Address::new().with_line1("1 Main Street").with_city("Chicago").with_country("USA");
    let new = CreateCustomer::individual("jane@example.com", "+14155550123", address());
    let created = client.create_customer(new).send()?;
    assert_eq!(created.next_step(&[ProfileName::KycProfileA]), NextStep::UploadIdentityDocument);
    let outcome = client.wait_for_approval(&jane, Duration::from_secs(600)).outcome()?;
    assert!(matches!(outcome, Outcome::Decided { .. }));

    let (number, routing) = (AccountNumber::new("1234567890")?, RoutingNumber::new("021000021")?);
    let details = BankDetails::usd(number, routing, AccountType::Checking, UsdNetworks::Ach);
    let new = CreateBankAccount::new(&jane, "Bank", "Checking", "Jane Smith", address(), details);
    let account = client.create_bank_account(new).send()?;
    let new = CreateWallet::new(&jane, Network::Base, "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf");
    let wallet = client.create_wallet(new).send()?;
    let (from, to) = (Rail::new(Currency::Usd, Network::Ach), Rail::new(Currency::Usdc, Network::Base));
    let quote = client.create_quote(CreateQuote::new(&jane, "500".parse()?, from, to)).send()?;

    let plan = QuotedTransfer::on_ramp(&quote, &account, &wallet);
    let mut intent = client.prepare_transfer(plan, SystemTime::UNIX_EPOCH)?;
    let created = client.create_transfer(intent.begin()?).outcome();
    intent.settle(&created);
    let Created::Accepted(transfer) = created else { panic!("{created:?}") };
    assert_eq!(DepositInstructions::new(&intent, &transfer)?.memo()?, Some("A1B2C3D4E5"));
    let end = client.wait_for_transfer(&payout, Duration::from_secs(3600)).outcome()?;
    assert!(matches!(end, TransferOutcome::Succeeded(_)));
    assert_eq!(transport.requests().len(), 8);
    Ok(())
}

use sphere_sandbox::Sandbox;

#[test]
fn link_from_the_sandbox_blocking() {
    let sandbox = Sandbox::start().unwrap();
    let config = sandbox.config().unwrap().build().unwrap();
    let client = sphere_ureq::client(config).unwrap();

    let Page::SeeOther(url) = start_check_blocking(&client, &customer()) else { panic!("no link") };
    assert!(url.starts_with(sandbox.base_url()));

    sandbox.reply_next(sphere_sandbox::Reply::not_found());
    assert_eq!(start_check_blocking(&client, &customer()), Page::NotFound);
    assert_eq!(sandbox.requests().len(), 2);
}

#[tokio::test]
async fn recorded_request_to_the_sandbox_async() {
    let sandbox = Sandbox::start().unwrap();
    let config = sandbox.config().unwrap().build().unwrap();
    let recording = Recording::new(sphere_hyper::HyperTransport::new().unwrap());
    let client = Client::new(config, recording.clone(), sphere_hyper::TokioClock::new());

    let page = start_check(&client, &CustomerId::new("customer_replies_422").unwrap()).await;
    assert!(matches!(page, Page::Correct(faults) if faults.len() == 2));
    let path = "POST /v2/customer/customer_replies_422/face-verification-link";
    recording.requests().assert_sent([path]);
}
