//! A client under measurement, and what is expected of its calls.

use std::future::Future;

use crate::work::{Failure, Outcome};

/// How many calls are in flight at once.
pub(crate) const IN_FLIGHT: usize = 64;

/// An asynchronous client under measurement.
pub trait AsyncClient: Send + Sync + Sized + 'static {
    /// A customer as the client wants it. Made before the calls.
    type Customer: Send + Sync + 'static;

    /// A client for a server, trusting the root if there is one.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    fn new(base_url: &str, root_pem: Option<Vec<u8>>) -> Result<Self, Failure>;

    /// A customer from an id.
    ///
    /// # Errors
    ///
    /// If the id is not one.
    fn customer(id: String) -> Result<Self::Customer, Failure>;

    /// One call.
    fn call(&self, customer: &Self::Customer) -> impl Future<Output = Result<Outcome, Failure>> + Send;

    /// Opens a connection for the calls to come.
    fn warm_up(&self) -> impl Future<Output = Result<(), Failure>> + Send {
        async { Err("it has no way to do that".into()) }
    }
}

/// A blocking client under measurement.
pub trait BlockingClient: Send + Sync + Sized + 'static {
    /// A customer as the client wants it. Made before the calls.
    type Customer: Send + Sync + 'static;

    /// A client for a server, trusting the root if there is one.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    fn new(base_url: &str, root_pem: Option<Vec<u8>>) -> Result<Self, Failure>;

    /// A customer from an id.
    ///
    /// # Errors
    ///
    /// If the id is not one.
    fn customer(id: String) -> Result<Self::Customer, Failure>;

    /// One call.
    ///
    /// # Errors
    ///
    /// If there is neither a link nor a problem.
    fn call(&self, customer: &Self::Customer) -> Result<Outcome, Failure>;

    /// Opens a connection for the calls to come.
    ///
    /// # Errors
    ///
    /// If the client cannot, or fails to.
    fn warm_up(&self) -> Result<(), Failure> {
        Err("it has no way to do that".into())
    }
}

pub(crate) fn of<C>(customers: &[C; 2], call: usize) -> &C {
    let [even, odd] = customers;
    if call % 2 == 0 { even } else { odd }
}

pub(crate) fn check(outcome: Result<Outcome, Failure>, expected: Outcome) -> Result<(), Failure> {
    match outcome? {
        found if found == expected => Ok(()),
        found => Err(format!("{found:?} instead of {expected:?}").into()),
    }
}
