//! Handles errors: asks a sandbox for customers that fail in every possible way, and says for each failure what
//! it means, what to tell the customer, and whether the request may have been processed.
//!
//! `cargo run -p sphere-examples --example errors`

use std::process::ExitCode;

use sphere_core::blocking::Client;
use sphere_core::transport::{TransportError, TransportErrorKind};
use sphere_core::{ApiKey, Config, CustomerId, Error, ErrorKind, RetryPolicy};
use sphere_examples::{AnyError, exit_code};
use sphere_sandbox::{MAGIC_CUSTOMERS, Sandbox};

fn main() -> ExitCode {
    exit_code(run().map(|()| ExitCode::SUCCESS))
}

fn run() -> Result<(), AnyError> {
    let sandbox = Sandbox::start()?;
    let client = client(&sandbox, sandbox.base_url())?;
    for magic in MAGIC_CUSTOMERS {
        explain(&client, &CustomerId::new(magic.id)?);
    }
    // Nobody listens on this port.
    explain(&self::client(&sandbox, "http://127.0.0.1:1")?, &CustomerId::new("customer_1ab2c3d4")?);
    Ok(())
}

/// One attempt a call, so that the example ends at once. In production keep the default.
fn client(sandbox: &Sandbox, base_url: &str) -> Result<Client, AnyError> {
    let config = Config::builder(ApiKey::new(sandbox.api_key())?)
        .base_url(base_url)
        .retry(RetryPolicy::never())
        .build()?;
    Ok(sphere_ureq::client(config)?)
}

fn explain(client: &Client, customer: &CustomerId) {
    match client.generate_face_verification_link(customer).send() {
        Ok(link) => println!("{}", link.url()),
        Err(error) => {
            let Verdict { meaning, tell_the_customer } = judge(&error);
            // One line for the log. It never holds the key or a link.
            println!("{error}");
            println!("    what it means:      {meaning}");
            println!("    tell the customer:  {tell_the_customer}");
            let happened = if error.may_have_been_processed() { "it may have" } else { "no" };
            println!("    did it happen?      {happened}\n");
        }
    }
}

/// What to make of a failure.
struct Verdict {
    meaning: &'static str,
    tell_the_customer: &'static str,
}

/// The whole of error handling. The order matters only for the last arm: the predicates exclude each other.
fn judge(error: &Error) -> Verdict {
    let verdict = |meaning, tell_the_customer| Verdict { meaning, tell_the_customer };
    if error.is_authentication() {
        verdict("our API key is wrong: wake somebody up", "We cannot start the check at the moment.")
    } else if error.is_not_found() {
        verdict("SpherePay does not know this customer", "Please finish your registration first.")
    } else if error.is_validation() {
        // `error.field_errors()` says which field, if the server did.
        verdict("our data about this customer is wrong", "Some of your details need to be corrected first.")
    } else if error.is_rate_limited() {
        verdict("we ask too often: slow down", "Many people are being checked. Please try again in a minute.")
    } else if let (ErrorKind::Transport, Some(transport)) = (error.kind(), error.transport()) {
        judge_transport(transport)
    } else if error.kind() == ErrorKind::Api && error.status().is_some_and(|status| status.is_server_error())
    {
        verdict("SpherePay is in trouble", "The check is not available. Please try again in a few minutes.")
    } else {
        verdict("a mistake in our program or a change of the API", "We cannot start the check at the moment.")
    }
}

fn judge_transport(error: &TransportError) -> Verdict {
    let meaning = match error.kind() {
        TransportErrorKind::Connect => "SpherePay cannot be reached: network, DNS or firewall",
        TransportErrorKind::Timeout => "no response in time",
        TransportErrorKind::Tls => "the server is not the one we trust: check base URL and roots",
        TransportErrorKind::Interrupted => "the connection was lost on the way",
        _ => "the response cannot be read: is there a gateway in between?",
    };
    Verdict { meaning, tell_the_customer: "We cannot reach our partner. Please try again in a few minutes." }
}
