//! Who can be waited for: customers and representatives, by their ids.

use crate::endpoint::Endpoint;
use crate::endpoints::{Customer, GetCustomer, GetRepresentative, Representative};
use crate::values::{CustomerId, RepresentativeId};
use crate::verification::VerificationProfile;

/// The id of a customer or a representative: what a wait can be for. Not for your own types.
pub trait Subject: sealed::Sealed + Sync {
    /// What is read: the customer or the representative.
    type Record: Send;

    /// The operation that reads it.
    #[doc(hidden)]
    type Get<'a>: Endpoint<Output = Self::Record>
    where
        Self: 'a;

    #[doc(hidden)]
    fn get(&self) -> Self::Get<'_>;

    #[doc(hidden)]
    fn profiles(record: &Self::Record) -> &[VerificationProfile];
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::CustomerId {}
    impl Sealed for super::RepresentativeId {}
}

impl Subject for CustomerId {
    type Record = Customer;
    type Get<'a> = GetCustomer<'a>;

    fn get(&self) -> GetCustomer<'_> {
        GetCustomer::new(self)
    }

    fn profiles(record: &Customer) -> &[VerificationProfile] {
        record.verification_profiles()
    }
}

impl Subject for RepresentativeId {
    type Record = Representative;
    type Get<'a> = GetRepresentative<'a>;

    fn get(&self) -> GetRepresentative<'_> {
        GetRepresentative::new(self)
    }

    fn profiles(record: &Representative) -> &[VerificationProfile] {
        record.verification_profiles()
    }
}
