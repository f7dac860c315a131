//! ureq as a user would use it: two strings out, no checks, no timeout.

use sphere_benches::client::BlockingClient;
use sphere_benches::program;
use sphere_benches::work::{self, API_KEY, Failure, Outcome};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

struct ByHand {
    agent: Agent,
    base_url: String,
}

impl BlockingClient for ByHand {
    type Customer = String;

    fn new(base_url: &str, root_pem: Option<Vec<u8>>) -> Result<Self, Failure> {
        // Without it, ureq drops the body of an answer that is not a success.
        let mut config = Agent::config_builder().http_status_as_error(false);
        if let Some(pem) = root_pem {
            let roots = RootCerts::new_with_certs(&[Certificate::from_pem(&pem)?]);
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        Ok(Self { agent: config.build().into(), base_url: base_url.to_owned() })
    }

    fn customer(id: String) -> Result<String, Failure> {
        Ok(id)
    }

    fn call(&self, customer: &String) -> Result<Outcome, Failure> {
        let url = format!("{}/v2/customer/{customer}/face-verification-link", self.base_url);
        let mut response =
            self.agent.post(url).header("authorization", format!("Bearer {API_KEY}")).send_empty()?;
        let is_success = response.status().is_success();
        let body = response.body_mut().read_to_vec()?;
        work::read_by_hand(is_success, &body)
    }

    fn upload(&self, customer: &String, file: &'static [u8]) -> Result<Outcome, Failure> {
        let (content_type, form) = work::whole_form_by_hand(customer, file);
        let request = self.agent.post(format!("{}/v2/document", self.base_url));
        let request = request.header("authorization", format!("Bearer {API_KEY}"));
        let mut response = request.header("content-type", content_type).send(form)?;
        std::hint::black_box(response.body_mut().read_to_vec()?);
        Ok(Outcome::Document)
    }
}

fn main() -> Result<(), Failure> {
    program::run_blocking::<ByHand>()
}
