//! From nothing to a transfer that has succeeded: verify a customer, register where money comes from and goes to, quote,
//! transfer, wait. It can be killed at any line and started again, and never moves the money twice.
//!
//! `cargo run -p sphere-examples --example first_transfer_blocking -- [--records FOLDER] [--again]`
//!
//! Without a key it asks a sandbox, which plays the bank. With a key, name the folder, so that it can go on where it was.
//! Exit code 3: it is not known whether money moves. With `--again` you decide to pay all the same.

use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use sphere_core::endpoints::{
    BankAccount, CreateQuote, IdentityDocumentType, QuoteDuration, UploadDocument, UploadIdentityDocument,
    Wallet,
};
use sphere_core::intent::{Finding, IntentState, QuotedTransfer};
use sphere_core::money::{Currency, DepositInstructions, Network, Rail};
use sphere_core::wait::TransferOutcome;
use sphere_core::{CustomerId, blocking::Client};
use sphere_examples::{AnyError, FirstTransfer, Records, exit_code, sample};

const DOLLARS: Rail = Rail { currency: Currency::Usd, network: Network::Ach };
const COINS: Rail = Rail { currency: Currency::Usdc, network: Network::Base };

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<ExitCode, AnyError> {
    let FirstTransfer { config, sandbox, records, again } = FirstTransfer::new()?;
    let client = sphere_ureq::client(config)?;
    let customer = approved_customer(&client, &records)?;
    let (account, wallet) = ends(&client, &records, &customer)?;

    let (number, mut intent) = match records.last_intent()? {
        Some((number, intent)) if !again || intent.transfer_id().is_some() => (number, intent),
        earlier => {
            let quote = CreateQuote::new(&customer, "500.00".parse()?, DOLLARS, COINS);
            let quote = client.create_quote(quote.duration(QuoteDuration::Seconds300)).send()?;
            let mut plan = QuotedTransfer::on_ramp(&quote, &account, &wallet);
            if let Some((_, earlier)) = &earlier {
                plan = plan.replaces(earlier);
            }
            let intent = client.prepare_transfer(plan, SystemTime::now())?;
            let number = earlier.map_or(1, |(number, _)| number + 1);
            records.store(number, "prepared", &intent)?;
            println!("prepared   {}", intent.external_id());
            (number, intent)
        }
    };
    if matches!(intent.state(), IntentState::Prepared | IntentState::Sending) {
        match client.find_transfer(&mut intent).outcome()? {
            Finding::Found(_) => records.store(number, "settled", &intent)?,
            Finding::NoneSeen { complete: true, .. } => {}
            other => {
                println!("a person must look: {other:?}");
                return Ok(ExitCode::from(3));
            }
        }
    }
    if *intent.state() == IntentState::Prepared {
        let ticket = intent.begin()?;
        // Fails if another program was first.
        records.store(number, "sending", &intent)?;
        println!("sending");
        let created = client.create_transfer(ticket).outcome();
        intent.settle(&created);
        println!("{created}");
        if *intent.state() != IntentState::Sending {
            records.store(number, "settled", &intent)?;
        }
    }
    let Some(id) = intent.transfer_id() else {
        println!("{}: nobody knows more; `--again` makes a new transfer", intent.state().as_str());
        return Ok(ExitCode::from(3));
    };
    let transfer = client.get_transfer(id).send()?;
    let pay = DepositInstructions::new(&intent, &transfer)?;
    println!("pay        {} to {}, memo {:?}", pay.amount()?, pay.beneficiary()?, pay.memo()?);
    if let Some(sandbox) = &sandbox {
        sandbox.transfer(id.as_str()).becomes("fundsReceived").becomes("succeeded");
    }
    let outcome = client.wait_for_transfer(id, Duration::from_secs(60)).outcome()?;
    let TransferOutcome::Succeeded(_) = outcome else {
        return Err(format!("not so far: {outcome:?}").into());
    };
    println!("succeeded  {id}");
    Ok(ExitCode::SUCCESS)
}

/// A customer whose documents the platform has collected. One that was made and not stored is a record without money.
fn approved_customer(client: &Client, records: &Records) -> Result<CustomerId, AnyError> {
    if let Some(id) = records.id("customer")? {
        return Ok(id);
    }
    let customer = client.create_customer(sample::jane()).send()?;
    let id = customer.id();
    let passport = UploadIdentityDocument::new(id, IdentityDocumentType::Passport, "USA", sample::passport());
    client.upload_identity_document(passport).send()?;
    client.upload_document(UploadDocument::liveness_report(id, sample::liveness_report())).send()?;
    client.wait_for_approval(id, Duration::from_secs(60)).outcome()?;
    records.keep("customer", id.as_str())?;
    println!("approved   {id}");
    Ok(id.clone())
}

/// Where the money comes from, and where it goes.
fn ends(
    client: &Client,
    records: &Records,
    customer: &CustomerId,
) -> Result<(BankAccount, Wallet), AnyError> {
    let account = match records.id("account")? {
        Some(id) => client.get_bank_account(&id).send()?,
        None => client.create_bank_account(sample::bank_account(customer)?).send()?,
    };
    let wallet = match records.id("wallet")? {
        Some(id) => client.get_wallet(&id).send()?,
        None => client.create_wallet(sample::wallet(customer)).send()?,
    };
    records.keep("account", account.id().as_str())?;
    records.keep("wallet", wallet.id().as_str())?;
    Ok((account, wallet))
}
