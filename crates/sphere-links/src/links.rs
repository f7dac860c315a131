//! Async `Links`.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use sphere_core::{Client, CustomerId, Error, FaceVerificationLink};

use crate::LinksBuilder;
use crate::shelf::{Found, Place, Rules, Shelf};

/// Customers' links, over an async client. Cheap to clone; clones share what they remember.
///
/// The [crate's documentation](crate) says when to use it.
///
/// # Example
///
/// ```
/// use sphere_core::{CustomerId, Error};
/// use sphere_links::Links;
///
/// /// Where to send the customer's browser.
/// async fn location(links: &Links, customer: &CustomerId) -> Result<String, Error> {
///     Ok(links.get(customer).await?.url().to_owned())
/// }
/// ```
#[derive(Clone)]
pub struct Links {
    client: Client,
    shelf: Arc<Shelf<Failure, Waiting>>,
}

/// The call itself. Each of its waiters can drive it, so that one who stops, or is never polled again, holds
/// up nobody.
type Call = BoxFuture<'static, Outcome>;
/// `None` only for a call that was over before anybody could wait for it.
type Waiting = Option<WeakShared<Call>>;
type Outcome = Result<FaceVerificationLink, Failure>;

#[derive(Clone)]
enum Failure {
    Error(Error),
    /// The transport panicked while a waiter was driving the call. Which of them goes on with the panic does
    /// not matter; the others try anew.
    Panic(Arc<Mutex<Option<Box<dyn Any + Send>>>>),
}

impl Links {
    /// Links with the defaults: handed out again while a minute is left, for 10,000 customers.
    pub fn new(client: Client) -> Self {
        Self::builder(client).build()
    }

    /// Links with options.
    pub fn builder(client: Client) -> LinksBuilder<Client> {
        LinksBuilder::new(client)
    }

    pub(crate) fn from_parts(client: Client, rules: Rules) -> Self {
        Self { client, shelf: Arc::new(Shelf::new(rules)) }
    }

    /// The customer's link: the one at hand if it has enough life left, else a new one.
    ///
    /// Callers who ask for the same customer at the same time share one call, and what comes of it.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the call to the others who wait for it. With the last of them the call
    /// ends too.
    ///
    /// # Errors
    ///
    /// The [`Error`] of the call, the same for each who waited. It is not remembered: whoever asks next
    /// makes a new call.
    ///
    /// # Panics
    ///
    /// If the transport panics, in one of the callers; the others try anew.
    pub async fn get(&self, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
        loop {
            let call = match self.shelf.find(customer, join, || self.start(customer.clone())) {
                Found::Link(link) => return Ok(link),
                Found::Call(call) => call,
            };
            match call.await {
                Ok(link) => return Ok(link),
                Err(Failure::Error(error)) => return Err(error),
                Err(Failure::Panic(payload)) => {
                    let payload = payload.lock().unwrap_or_else(PoisonError::into_inner).take();
                    if let Some(payload) = payload {
                        resume_unwind(payload);
                    }
                }
            }
        }
    }

    /// Forgets the customer's link, so that the next caller gets a new one: after the customer has finished
    /// the check, say, or found that the link does not work.
    ///
    /// Callers who are waiting still get what comes of their call.
    pub fn forget(&self, customer: &CustomerId) {
        self.shelf.forget(customer);
    }

    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        self.shelf.len()
    }

    /// A call that begins when it is first polled. The shelf has it only weakly: a call that nobody waits
    /// for any more must not lie there half done, to be taken up when its time is long over.
    fn start(&self, customer: CustomerId) -> (Place<Failure, Waiting>, Shared<Call>) {
        let client = self.client.clone();
        let asked = async move { client.face_verification_link(&customer).send().await };
        let outcome = Arc::new(OnceLock::new());
        let place_of_outcome = Arc::clone(&outcome);
        let call = async move {
            // Caught, because `Shared` does not wake the other waiters when the one that drives it panics.
            let outcome = match AssertUnwindSafe(asked).catch_unwind().await {
                Ok(result) => result.map_err(Failure::Error),
                Err(payload) => Err(Failure::Panic(Arc::new(Mutex::new(Some(payload))))),
            };
            place_of_outcome.get_or_init(|| outcome).clone()
        };
        let call = call.boxed().shared();
        let waiting = call.downgrade();
        (Place { outcome, waiting }, call)
    }
}

fn join(place: &Place<Failure, Waiting>) -> Option<Shared<Call>> {
    place.waiting.as_ref()?.upgrade()
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shelf.fmt(f)
    }
}
