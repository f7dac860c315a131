//! Asks for the links of several customers at once, never for more than four at the same time, and goes on when
//! one of them fails.
//!
//! `cargo run -p sphere-examples --example many_customers -- [CUSTOMER_ID …]`

use std::process::ExitCode;
use std::sync::Arc;

use sphere_core::{Client, CustomerId, Error, FaceVerificationLink};
use sphere_examples::{AnyError, Service, exit_code};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// SpherePay allows 100 writes a second for an application; a backend has better uses for them than a burst.
const AT_THE_SAME_TIME: usize = 4;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<ExitCode, AnyError> {
    let mut customers: Vec<CustomerId> =
        std::env::args().skip(1).map(|id| id.parse()).collect::<Result<_, _>>()?;
    if customers.is_empty() {
        let made_up = (1..=8).map(|number| format!("customer_{number}"));
        let one_that_fails = std::iter::once("customer_unknown_9".to_owned());
        customers = made_up.chain(one_that_fails).map(CustomerId::new).collect::<Result<_, _>>()?;
    }
    // The service's sandbox, if there is one, must outlive the calls.
    let service = Service::new()?;
    let client = sphere_hyper::client(service.config.clone())?;

    let mut failed = 0;
    for (customer, outcome) in links(&client, customers).await? {
        match outcome {
            Ok(link) => println!("{customer}: {}", link.url()),
            Err(error) => {
                failed += 1;
                println!("{customer}: {error}");
            }
        }
    }
    println!("{failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

type Outcome = (CustomerId, Result<FaceVerificationLink, Error>);

/// A task for each customer. Clones of a client share its connections and its retry budget, so that an outage is
/// not multiplied by the number of tasks.
async fn links(client: &Client, customers: Vec<CustomerId>) -> Result<Vec<Outcome>, AnyError> {
    let places = Arc::new(Semaphore::new(AT_THE_SAME_TIME));
    let mut calls = JoinSet::new();
    for customer in customers {
        let (client, places) = (client.clone(), Arc::clone(&places));
        calls.spawn(async move {
            let _place = places.acquire().await?;
            let outcome = client.generate_face_verification_link(&customer).send().await;
            Ok::<Outcome, AnyError>((customer, outcome))
        });
    }
    let mut outcomes = Vec::new();
    while let Some(ended) = calls.join_next().await {
        outcomes.push(ended??);
    }
    // They end in any order.
    outcomes.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(outcomes)
}
