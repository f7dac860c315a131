//! Calls of the journey whose responses a test chooses.

use serde_json::Value;
use sphere_core::blocking::Client;
use sphere_core::endpoints::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::transport::TransportRequest;
use sphere_core::{Address, CustomerId, Error, RepresentativeId};

use super::{blocking_client, config};

pub fn customer() -> CustomerId {
    CustomerId::new("customer_1").unwrap()
}

pub fn address() -> Address {
    Address::new().with_line1("233 South Wacker Drive").with_city("Chicago").with_country("USA")
}

/// The JSON body of a request.
pub fn sent_json(request: &TransportRequest) -> Value {
    let body: Vec<u8> = request.http().body().reader().flatten().collect();
    serde_json::from_slice(&body).unwrap()
}

/// A client whose every response has this body.
pub fn client(body: &Value) -> Client {
    blocking_client(config(), &FakeTransport::always(reply(body)))
}

pub fn reply(body: &Value) -> Reply {
    Reply::status(200).body("application/json", body.to_string())
}

pub fn get_customer(body: &Value) -> Result<Customer, Error> {
    client(body).get_customer(&customer()).send()
}

pub fn get_representative(body: &Value) -> Result<Representative, Error> {
    client(body).get_representative(&RepresentativeId::new("associatedPerson_1").unwrap()).send()
}
