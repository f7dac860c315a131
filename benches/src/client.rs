//! A client under measurement, and what is expected of its calls.

use std::future::Future;
use std::time::Duration;

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

    /// Uploads a file.
    fn upload(
        &self,
        customer: &Self::Customer,
        file: &'static [u8],
    ) -> impl Future<Output = Result<Outcome, Failure>> + Send {
        let _ = (customer, file);
        async { Err("it has no way to do that".into()) }
    }

    /// Waits for an approval that does not come.
    fn wait(
        &self,
        customer: &Self::Customer,
        within: Duration,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        let _ = (customer, within);
        async { Err("it has no way to do that".into()) }
    }

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

    /// Uploads a file.
    ///
    /// # Errors
    ///
    /// If the client cannot, or fails to.
    fn upload(&self, customer: &Self::Customer, file: &'static [u8]) -> Result<Outcome, Failure> {
        let _ = (customer, file);
        Err("it has no way to do that".into())
    }

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
