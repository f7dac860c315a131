//! `sphere-hyper`, in its default configuration.

use std::time::Duration;

use sphere_benches::arguments::proxy;
use sphere_benches::client::AsyncClient;
use sphere_benches::program;
use sphere_benches::work::{API_KEY, Failure, Outcome};
use sphere_core::endpoints::{DocumentFile, DocumentFormat, IdentityDocumentType, UploadIdentityDocument};
use sphere_core::{ApiKey, Client, Config, CustomerId};
use sphere_hyper::{HyperTransport, TokioClock};

struct Ours(Client);

impl AsyncClient for Ours {
    type Customer = CustomerId;

    fn new(base_url: &str, root_pem: Option<Vec<u8>>) -> Result<Self, Failure> {
        let config = Config::builder(ApiKey::new(API_KEY)?).base_url(base_url).build()?;
        let transport = HyperTransport::builder();
        let transport =
            root_pem.into_iter().fold(transport, sphere_hyper::HyperTransportBuilder::extra_roots_pem);
        let transport = proxy().iter().fold(transport, sphere_hyper::HyperTransportBuilder::proxy);
        Ok(Self(Client::new(config, transport.build()?, TokioClock::new())))
    }

    fn customer(id: String) -> Result<CustomerId, Failure> {
        Ok(CustomerId::new(id)?)
    }

    async fn call(&self, customer: &CustomerId) -> Result<Outcome, Failure> {
        match self.0.generate_face_verification_link(customer).send().await {
            Ok(link) => {
                std::hint::black_box(&link);
                Ok(Outcome::Link)
            }
            Err(error) if error.is_validation() => Ok(Outcome::Problem),
            Err(error) => Err(error.into()),
        }
    }

    async fn upload(&self, customer: &CustomerId, file: &'static [u8]) -> Result<Outcome, Failure> {
        let file = DocumentFile::new("passport.png", DocumentFormat::Png, file);
        let passport = UploadIdentityDocument::new(customer, IdentityDocumentType::Passport, "USA", file);
        std::hint::black_box(self.0.upload_identity_document(passport).send().await?);
        Ok(Outcome::Document)
    }

    async fn wait(&self, customer: &CustomerId, within: Duration) -> Result<(), Failure> {
        std::hint::black_box(self.0.wait_for_approval(customer, within).outcome().await?);
        Ok(())
    }

    async fn warm_up(&self) -> Result<(), Failure> {
        Ok(self.0.warm_up().await?)
    }
}

fn main() -> Result<(), Failure> {
    program::run_async::<Ours>()
}
