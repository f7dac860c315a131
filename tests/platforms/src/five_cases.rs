//! The same calls on every platform: a native program, a component and a worker print what came of them, and a test
//! compares the lines.

use std::fmt::Write as _;
use std::time::Duration;

use sphere_core::{Address, ApiKey, Client, Config, CreateCustomer, CustomerId, Error, RetryPolicy};

/// What comes of the calls to each of these base URLs, a line for each call: a link, which may be asked for twice, and
/// a new customer, which must not be created twice.
///
/// # Errors
///
/// If a base URL is not valid.
pub async fn outcomes(
    base_urls: impl IntoIterator<Item = &str>,
    client: impl Fn(Config) -> Client,
) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let mut lines = String::new();
    let customer = CustomerId::new("customer_ada")?;
    for url in base_urls {
        let config = Config::builder(ApiKey::new("sk_test_five_cases")?)
            .base_url(url)
            .timeout(Duration::from_secs(20))
            .retry(RetryPolicy::default().backoff(Duration::ZERO))
            .build()?;
        let client = client(config);
        let link = client.generate_face_verification_link(&customer).send().await;
        line(&mut lines, "link", link.map(|link| link.url().to_owned()));
        let new =
            CreateCustomer::individual("ada@example.com", "+14155550123", Address::new().with_country("USA"));
        let customer = client.create_customer(new).send().await;
        line(&mut lines, "customer", customer.map(|customer| customer.id().as_str().to_owned()));
    }
    Ok(lines)
}

fn line(lines: &mut String, what: &str, outcome: Result<String, Error>) {
    // Writing to a string cannot fail.
    let _ = match outcome {
        Ok(text) => writeln!(lines, "{what} | {text}"),
        Err(error) => writeln!(
            lines,
            "{what} | {:?} {:?} | attempts {} | may have been processed: {} | retry after {:?} | {error}",
            error.kind(),
            error.transport().map(sphere_core::transport::TransportError::kind),
            error.attempts(),
            error.may_have_been_processed(),
            error.retry_after(),
        ),
    };
}
