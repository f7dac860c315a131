//! `sphere-ureq`, in its default configuration.

use sphere_benches::arguments::proxy;
use sphere_benches::client::BlockingClient;
use sphere_benches::program;
use sphere_benches::work::{API_KEY, Failure, Outcome};
use sphere_core::blocking::Client;
use sphere_core::clock::SystemClock;
use sphere_core::endpoints::{DocumentFile, DocumentFormat, IdentityDocumentType, UploadIdentityDocument};
use sphere_core::{ApiKey, Config, CustomerId};
use sphere_ureq::UreqTransport;

struct Ours(Client);

impl BlockingClient for Ours {
    type Customer = CustomerId;

    fn new(base_url: &str, root_pem: Option<Vec<u8>>) -> Result<Self, Failure> {
        let config = Config::builder(ApiKey::new(API_KEY)?).base_url(base_url).build()?;
        let transport = UreqTransport::builder();
        let transport =
            root_pem.into_iter().fold(transport, sphere_ureq::UreqTransportBuilder::extra_roots_pem);
        let transport = proxy().iter().fold(transport, sphere_ureq::UreqTransportBuilder::proxy);
        Ok(Self(Client::new(config, transport.build()?, SystemClock::new())))
    }

    fn customer(id: String) -> Result<CustomerId, Failure> {
        Ok(CustomerId::new(id)?)
    }

    fn call(&self, customer: &CustomerId) -> Result<Outcome, Failure> {
        match self.0.generate_face_verification_link(customer).send() {
            Ok(link) => {
                std::hint::black_box(&link);
                Ok(Outcome::Link)
            }
            Err(error) if error.is_validation() => Ok(Outcome::Problem),
            Err(error) => Err(error.into()),
        }
    }

    fn upload(&self, customer: &CustomerId, file: &'static [u8]) -> Result<Outcome, Failure> {
        let file = DocumentFile::new("passport.png", DocumentFormat::Png, file);
        let passport = UploadIdentityDocument::new(customer, IdentityDocumentType::Passport, "USA", file);
        std::hint::black_box(self.0.upload_identity_document(passport).send()?);
        Ok(Outcome::Document)
    }

    fn warm_up(&self) -> Result<(), Failure> {
        Ok(self.0.warm_up()?)
    }
}

fn main() -> Result<(), Failure> {
    program::run_blocking::<Ours>()
}
