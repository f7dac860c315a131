//! reqwest as a user would use it: two strings out, no checks, no timeout.

use reqwest::Client;
use sphere_benches::client::AsyncClient;
use sphere_benches::program;
use sphere_benches::work::{self, API_KEY, Failure, Outcome};

struct Reqwest {
    client: Client,
    base_url: String,
}

impl AsyncClient for Reqwest {
    type Customer = String;

    fn new(base_url: &str, root_pem: Option<Vec<u8>>) -> Result<Self, Failure> {
        let client =
            Client::builder().tls_backend_preconfigured(sphere_benches_peers::tls(root_pem)?).build()?;
        Ok(Self { client, base_url: base_url.to_owned() })
    }

    fn customer(id: String) -> Result<String, Failure> {
        Ok(id)
    }

    async fn call(&self, customer: &String) -> Result<Outcome, Failure> {
        let url = format!("{}/v2/customer/{customer}/face-verification-link", self.base_url);
        let response = self.client.post(url).bearer_auth(API_KEY).send().await?;
        let is_success = response.status().is_success();
        work::read_by_hand(is_success, &response.bytes().await?)
    }

    async fn upload(&self, customer: &String, file: &'static [u8]) -> Result<Outcome, Failure> {
        let (content_type, form) = work::whole_form_by_hand(customer, file);
        let request = self.client.post(format!("{}/v2/document", self.base_url)).bearer_auth(API_KEY);
        let response = request.header("content-type", content_type).body(form).send().await?;
        std::hint::black_box(response.bytes().await?);
        Ok(Outcome::Document)
    }
}

fn main() -> Result<(), Failure> {
    program::run_async::<Reqwest>()
}
