//! Calls an endpoint that the SDK does not have: the face check of a business's representative. Auth, retries,
//! deadlines, limits and errors come with the client.
//!
//! `cargo run -p sphere-examples --example own_endpoint -- [REPRESENTATIVE_ID]`

use std::process::ExitCode;

use http::Method;
use sphere_core::FaceVerificationLink;
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety,
};
use sphere_examples::{AnyError, Service, exit_code, print_story};

/// `POST /v2/business-representative/{id}/face-verification-link`
struct GenerateRepresentativeLink<'a> {
    representative: &'a str,
}

impl Endpoint for GenerateRepresentativeLink<'_> {
    type Output = FaceVerificationLink;
    /// Two links are harmless, so a call whose outcome is unknown may be retried.
    const OPERATION: Operation =
        Operation::new("generate_representative_link", Method::POST, Safety::Repeatable);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        // A segment that could change the path is refused, and the call fails before anything is sent.
        ApiRequest::to(["v2", "business-representative", self.representative, "face-verification-link"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<FaceVerificationLink, DecodeError> {
        // The response is that of its twin, so the checked type serves here too.
        response.json()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<ExitCode, AnyError> {
    let representative = std::env::args().nth(1).unwrap_or_else(|| "associatedPerson_1ab2c3d4".to_owned());
    let service = Service::new()?;
    if let Some(sandbox) = &service.sandbox {
        // The sandbox does not know this endpoint either: here is what it is to say.
        let link = r#"{"url":"https://in.sumsub.com/websdk/p/sbx_1","expiresAt":"2126-03-09T20:46:31Z"}"#;
        sandbox.reply_every(sphere_sandbox::Reply::status(201).body("application/json", link));
    }
    let client = sphere_hyper::client(service.config.clone())?;

    match client.call(GenerateRepresentativeLink { representative: &representative }).send().await {
        Ok(link) => {
            println!("{}", link.url());
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            print_story(&error);
            Ok(ExitCode::FAILURE)
        }
    }
}
