//! Calls of the journey whose responses a test chooses.

use serde_json::Value;
use sphere_core::blocking::Client;
use sphere_core::endpoints::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::{CustomerId, Error, RepresentativeId};

use super::{blocking_client, config};

/// A client whose every response has this body.
pub fn client(body: &Value) -> Client {
    blocking_client(config(), &FakeTransport::always(reply(body)))
}

pub fn reply(body: &Value) -> Reply {
    Reply::status(200).body("application/json", body.to_string())
}

pub fn get_customer(body: &Value) -> Result<Customer, Error> {
    client(body).get_customer(&CustomerId::new("customer_1").unwrap()).send()
}

pub fn get_representative(body: &Value) -> Result<Representative, Error> {
    client(body).get_representative(&RepresentativeId::new("associatedPerson_1").unwrap()).send()
}
