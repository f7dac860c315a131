//! Ids as they were typed: a bad one is told without repeating it.

use sphere_core::{CustomerId, RepresentativeId};

use crate::failure::Failure;

pub(crate) fn customer(id: &str) -> Result<CustomerId, Failure> {
    CustomerId::new(id).map_err(|error| Failure::input(error.to_string(), "Ids look like customer_1ab2c3d4."))
}

pub(crate) fn representative(id: &str) -> Result<RepresentativeId, Failure> {
    RepresentativeId::new(id)
        .map_err(|error| Failure::input(error.to_string(), "Ids look like associatedPerson_1ab2c3d4."))
}

/// Whose id it is.
pub(crate) enum Target {
    Customer(CustomerId),
    Representative(RepresentativeId),
}

impl Target {
    /// Representatives' ids begin with `associatedPerson_`.
    pub(crate) fn parse(id: &str) -> Result<Self, Failure> {
        if id.starts_with("associatedPerson_") {
            representative(id).map(Self::Representative)
        } else {
            customer(id).map(Self::Customer)
        }
    }
}
