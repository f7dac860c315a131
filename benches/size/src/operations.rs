//! Nine operations of the kinds that an onboarding needs: JSON bodies, a form with a file, pages, and outputs with
//! members of their own. They follow no contract; only their size matters.

// What is read is read for its cost, and by nobody.
#![allow(missing_docs)]

use bytes::Bytes;
use http::Method;
use serde::{Deserialize, Serialize};
use sphere_core::CustomerId;
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Multipart, Operation, Safety,
};

/// Declares an operation: its type, output, name, method and safety, and its request.
macro_rules! operation {
    ($type:ident -> $output:ty, $name:literal, $method:ident, $safety:ident, |$self:ident| $request:expr) => {
        impl Endpoint for $type<'_> {
            type Output = $output;
            const OPERATION: Operation = Operation::new($name, Method::$method, Safety::$safety);

            fn request(&$self) -> Result<ApiRequest, InvalidRequest> {
                $request
            }

            fn decode(&self, response: &ApiResponse<'_>) -> Result<$output, DecodeError> {
                response.json()
            }
        }
    };
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Address {
    pub line_1: String,
    pub line_2: Option<String>,
    pub city: String,
    pub postal_code: String,
    pub country: String,
}

#[derive(Debug, Serialize)]
pub struct CreateCustomer<'a> {
    pub email: &'a str,
    pub phone: Option<&'a str>,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub address: Option<&'a Address>,
}

#[derive(Debug, Deserialize)]
pub struct CreatedCustomer {
    pub id: String,
    pub status: String,
    pub created_at: String,
    pub next_steps: Vec<String>,
}

operation!(CreateCustomer -> CreatedCustomer, "create_customer", POST, Once, |self| {
    ApiRequest::to(["v9", "customer"])?.json(self)
});

#[derive(Debug)]
pub struct GetCustomer<'a>(pub &'a CustomerId);

#[derive(Debug, Deserialize)]
pub struct Customer {
    pub id: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address: Option<Address>,
    pub verification_profiles: Vec<VerificationProfile>,
}

#[derive(Debug, Deserialize)]
pub struct VerificationProfile {
    pub name: String,
    pub status: String,
    pub required: Vec<String>,
    pub pending: Vec<String>,
}

operation!(GetCustomer -> Customer, "get_customer", GET, Idempotent, |self| {
    ApiRequest::to(["v9", "customer", self.0.as_str()])
});

#[derive(Debug)]
pub struct ListCustomers<'a> {
    pub page: u32,
    pub email: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
pub struct CustomerPage {
    pub data: Vec<CustomerSummary>,
    pub page: u32,
    pub pages: u32,
}

#[derive(Debug, Deserialize)]
pub struct CustomerSummary {
    pub id: String,
    pub status: String,
    pub email: Option<String>,
}

operation!(ListCustomers -> CustomerPage, "list_customers", GET, Idempotent, |self| {
    let request = ApiRequest::to(["v9", "customer"])?.query("page", self.page);
    Ok(match self.email {
        Some(email) => request.query("email", email),
        None => request,
    })
});

#[derive(Debug, Serialize)]
pub struct UpdateCustomer<'a> {
    #[serde(skip)]
    pub customer: &'a str,
    pub email: Option<&'a str>,
    pub address: Option<&'a Address>,
}

#[derive(Debug, Deserialize)]
pub struct UpdatedCustomer {
    pub id: String,
    pub changed: Vec<String>,
    pub address: Option<Address>,
}

operation!(UpdateCustomer -> UpdatedCustomer, "update_customer", PATCH, Idempotent, |self| {
    ApiRequest::to(["v9", "customer", self.customer])?.json(self)
});

#[derive(Debug)]
pub struct UploadDocument<'a> {
    pub customer: &'a CustomerId,
    pub kind: &'a str,
    pub file_name: &'a str,
    pub file: Bytes,
}

#[derive(Debug, Deserialize)]
pub struct UploadedDocument {
    pub id: String,
    pub kind: String,
    pub bytes: u64,
    pub sides: Option<Vec<String>>,
}

operation!(UploadDocument -> UploadedDocument, "upload_document", POST, Once, |self| {
    let form = Multipart::new().text("kind", self.kind);
    let form = form.file("file", self.file_name, "image/png", self.file.clone());
    ApiRequest::to(["v9", "customer", self.customer.as_str(), "document"])?.multipart(form)
});

#[derive(Debug)]
pub struct ListDocuments<'a>(pub &'a CustomerId);

#[derive(Debug, Deserialize)]
pub struct Documents {
    pub data: Vec<Document>,
    pub next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Document {
    pub id: String,
    pub kind: String,
    pub is_accepted: bool,
    pub reasons: Vec<String>,
}

operation!(ListDocuments -> Documents, "list_documents", GET, Idempotent, |self| {
    ApiRequest::to(["v9", "customer", self.0.as_str(), "document"])
});

#[derive(Debug, Serialize)]
pub struct AddRepresentative<'a> {
    #[serde(skip)]
    pub customer: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub born_on: &'a str,
    pub address: Option<&'a Address>,
}

#[derive(Debug, Deserialize)]
pub struct Representative {
    pub id: String,
    pub owner_percent: Option<f64>,
    pub roles: Vec<String>,
    pub address: Option<Address>,
}

operation!(AddRepresentative -> Representative, "add_representative", POST, Once, |self| {
    ApiRequest::to(["v9", "customer", self.customer, "representative"])?.json(self)
});

#[derive(Debug, Serialize)]
pub struct AcceptTerms<'a> {
    #[serde(skip)]
    pub customer: &'a str,
    pub version: &'a str,
    pub accepted_at: &'a str,
    pub ip_address: Option<&'a str>,
}

#[derive(Debug, Deserialize)]
pub struct AcceptedTerms {
    pub version: String,
    pub accepted_at: String,
    pub is_current: bool,
}

operation!(AcceptTerms -> AcceptedTerms, "accept_terms", PUT, Idempotent, |self| {
    ApiRequest::to(["v9", "customer", self.customer, "terms"])?.json(self)
});

#[derive(Debug)]
pub struct DeleteDocument<'a> {
    pub customer: &'a CustomerId,
    pub document: &'a str,
}

#[derive(Debug, Deserialize)]
pub struct DeletedDocument {
    pub id: String,
    pub deleted_at: Option<String>,
}

operation!(DeleteDocument -> DeletedDocument, "delete_document", DELETE, Idempotent, |self| {
    ApiRequest::to(["v9", "customer", self.customer.as_str(), "document", self.document])
});
