//! A list of customers, item by item: through the client's pages, and as typed structs by hand.

use std::hint::black_box;

use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use sphere_benches::work::{API_KEY, Failure, customer};
use sphere_core::blocking::Client;
use sphere_core::clock::SystemClock;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse, blocking::Transport};
use sphere_core::{ApiKey, Config};

/// Pages that are there already.
pub(crate) struct Pages(Vec<Bytes>);

#[derive(Deserialize)]
struct PlainPage {
    customers: Vec<PlainCustomer>,
}

/// The contract's schema, derived: what is shown of a customer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code)]
struct PlainCustomer {
    id: String,
    r#type: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<String>,
    tos_status: Option<String>,
    verification_profiles: Vec<PlainProfile>,
    created_at: Option<String>,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainProfile {
    name: String,
    status: String,
    criteria: PlainCriteria,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainCriteria {
    complete: Vec<String>,
    pending: Vec<String>,
    required: Vec<String>,
    errors: Vec<PlainError>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainError {
    name: String,
    detail: Option<String>,
}

impl Pages {
    /// `items` customers in pages of `length`.
    pub(crate) fn new(items: u32, length: u32) -> Self {
        let page = |first: u32| {
            let last = items.min(first + length);
            let customers: Vec<_> =
                (first..last).map(|number| customer(&format!("customer_{number:032}"))).collect();
            let (customers, has_next) = (customers.join(","), last < items);
            format!(r#"{{"customers":[{customers}],"pagination":{{"hasNext":{has_next}}}}}"#).into()
        };
        Self((0..items.div_ceil(length)).map(|number| page(number * length)).collect())
    }

    pub(crate) fn read(self) -> Result<(), Failure> {
        let client = Client::new(Config::new(ApiKey::new(API_KEY)?), self, SystemClock::new());
        for customer in client.list_customers() {
            let customer = customer?;
            black_box((customer.id(), customer.email(), customer.verification_profiles()));
        }
        Ok(())
    }

    pub(crate) fn read_by_hand(&self) -> Result<(), Failure> {
        for page in &self.0 {
            for customer in serde_json::from_slice::<PlainPage>(page)?.customers {
                black_box((&customer.id, &customer.email, &customer.verification_profiles));
            }
        }
        Ok(())
    }
}

impl Transport for Pages {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let query = request.http().uri().query().unwrap_or_default();
        let page = query.split('&').find_map(|pair| pair.strip_prefix("page=")?.parse::<usize>().ok());
        let page = page.and_then(|page| self.0.get(page.checked_sub(1)?)).cloned().unwrap_or_default();
        Ok(Response::new(page).into())
    }
}
