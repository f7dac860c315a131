//! Waits for a face check, over several processes: shows each record, stores where it stopped, and goes on from
//! there. A failed check is a result, and so is "not decided yet".
//!
//! `cargo run -p sphere-examples --example wait`
//!
//! Against the sandbox, which plays a customer who fails the check and passes it then.

use std::process::ExitCode;
use std::time::Duration;

use sphere_core::wait::{Outcome, WaitState};
use sphere_core::{Address, ApiKey, Config, CreateCustomer, CustomerId, blocking::Client};
use sphere_examples::{AnyError, exit_code, print_profiles};
use sphere_sandbox::{CheckState, Sandbox};

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<ExitCode, AnyError> {
    let sandbox = Sandbox::start()?;
    let config = Config::builder(ApiKey::new(sandbox.api_key())?).base_url(sandbox.base_url()).build()?;
    let client = sphere_ureq::client(config.clone())?;
    let address = Address::new().with_line1("1 Main Street").with_city("Chicago").with_country("USA");
    let jane = CreateCustomer::individual("jane.smith@example.com", "+14155550123", address);
    let id = client.create_customer(jane).send()?.id().clone();
    println!("face link to send  {}", client.generate_face_verification_link(&id).send()?.url());

    let stored = wait(&client, &id, &serde_json::to_string(&WaitState::default())?)?;

    println!("\nThe customer fails the check. Another process goes on with what was stored:");
    sandbox.customer(id.as_str()).finish_face_check(CheckState::Failed);
    let stored = wait(&sphere_ureq::client(config)?, &id, &stored)?;

    println!("\nThe customer gets a new link and passes:");
    println!("face link to send  {}", client.generate_face_verification_link(&id).send()?.url());
    sandbox.customer(id.as_str()).finish_face_check(CheckState::Passed);
    wait(&client, &id, &stored)?;
    Ok(ExitCode::SUCCESS)
}

/// Waits for one second, in a program of yours perhaps for days, and gives what to store for the next wait.
fn wait(client: &Client, id: &CustomerId, stored: &str) -> Result<String, AnyError> {
    let state: WaitState = serde_json::from_str(stored)?;
    let wait = client.wait_for_face_check(id, Duration::from_secs(1)).resume(state);
    let outcome = wait.on_read(|customer| print_profiles(customer.verification_profiles())).outcome()?;
    println!(
        "=> {}",
        match &outcome {
            Outcome::Decided { record, .. } => {
                let checks = record.verification_profiles().iter().map(|one| one.face_check().verdict());
                format!("the check is done: {:?}", checks.collect::<Vec<_>>())
            }
            Outcome::CorrectionNeeded { .. } => "something must be corrected: see above".to_owned(),
            Outcome::Undecided { .. } => "not decided yet: store where we are and come back".to_owned(),
        }
    );
    Ok(serde_json::to_string(outcome.state())?)
}
