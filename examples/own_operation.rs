//! Calls an operation that the SDK does not have: reading an invoice. Auth, retries, deadlines, limits and errors come
//! with the client.
//!
//! `cargo run -p sphere-examples --example own_operation -- [INVOICE_ID]`

use std::process::ExitCode;

use http::Method;
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety,
};
use sphere_examples::{AnyError, Service, exit_code, print_story};
use sphere_sandbox::Reply;

/// `GET /v2/invoice/{id}`
struct GetInvoice<'a> {
    id: &'a str,
}

struct Invoice {
    total: String,
    due: Option<String>,
}

impl Endpoint for GetInvoice<'_> {
    type Output = Invoice;
    /// A read: repeating it does no harm, so a call whose outcome is unknown may be retried.
    const OPERATION: Operation = Operation::new("get_invoice", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        // A segment that could change the path is refused, and the call fails before anything is sent.
        ApiRequest::to(["v2", "invoice", self.id])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Invoice, DecodeError> {
        // Member by member: a due date that cannot be read does not lose the total.
        let members = response.object()?;
        Ok(Invoice { total: members.required("total")?, due: members.optional("due") })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<ExitCode, AnyError> {
    let id = std::env::args().nth(1).unwrap_or_else(|| "invoice_1ab2c3d4".to_owned());
    let service = Service::new()?;
    if let Some(sandbox) = &service.sandbox {
        // The sandbox does not know this operation either.
        let invoice = r#"{"total":"120.00 EUR","due":"2126-03-09"}"#;
        sandbox.reply_every(Reply::status(200).body("application/json", invoice));
    }
    let client = sphere_hyper::client(service.config.clone())?;

    match client.call(GetInvoice { id: &id }).send().await {
        Ok(Invoice { total, due }) => {
            println!("{total}, due {}", due.as_deref().unwrap_or("at any time"));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            print_story(&error);
            Ok(ExitCode::FAILURE)
        }
    }
}
