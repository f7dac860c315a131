//! A client that progenitor generates from the contract.

#![allow(missing_docs)] // What is generated has none.

use sphere_benches::client::AsyncClient;
use sphere_benches::program;
use sphere_benches::work::{API_KEY, Failure, Outcome};

progenitor::generate_api!("contract.json");

struct Generated(Client);

impl AsyncClient for Generated {
    type Customer = String;

    fn new(base_url: &str, root_pem: Option<Vec<u8>>) -> Result<Self, Failure> {
        let mut key = reqwest::header::HeaderValue::try_from(format!("Bearer {API_KEY}"))?;
        key.set_sensitive(true);
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(sphere_benches_peers::tls(root_pem)?)
            .default_headers([(reqwest::header::AUTHORIZATION, key)].into_iter().collect())
            .build()?;
        Ok(Self(Client::new_with_client(base_url, client)))
    }

    fn customer(id: String) -> Result<String, Failure> {
        Ok(id)
    }

    async fn call(&self, customer: &String) -> Result<Outcome, Failure> {
        match self.0.generate_face_verification_link(customer).await {
            Ok(link) => {
                std::hint::black_box(&link);
                Ok(Outcome::Link)
            }
            Err(Error::ErrorResponse(problem)) => {
                std::hint::black_box(&problem);
                Ok(Outcome::Problem)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn main() -> Result<(), Failure> {
    program::run_async::<Generated>()
}
