//! Blocking `Links`: [`Links`] with the same methods as the async [`crate::Links`].

use std::fmt;
use std::sync::{Arc, OnceLock};

use sphere_core::blocking::Client;
use sphere_core::{CustomerId, Error, FaceVerificationLink};

use crate::LinksBuilder;
use crate::shelf::{Found, Place, Rules, Shelf};

/// Customers' links, over a blocking client. Cheap to clone; clones share what they remember.
///
/// The [crate's documentation](crate) says when to use it.
///
/// # Example
///
/// ```
/// use sphere_core::{CustomerId, Error};
/// use sphere_links::blocking::Links;
///
/// /// Where to send the customer's browser.
/// fn location(links: &Links, customer: &CustomerId) -> Result<String, Error> {
///     Ok(links.get(customer)?.url().to_owned())
/// }
/// ```
#[derive(Clone)]
pub struct Links {
    client: Client,
    shelf: Arc<Shelf<Error, ()>>,
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
    /// Threads that ask for the same customer at the same time share one call, and what comes of it.
    ///
    /// # Errors
    ///
    /// The [`Error`] of the call, the same for each who waited. It is not remembered: whoever asks next
    /// makes a new call.
    ///
    /// # Panics
    ///
    /// If the transport panics, in the thread that makes the call; the others try anew.
    pub fn get(&self, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
        let start = || {
            let outcome = Arc::new(OnceLock::new());
            (Place { outcome: Arc::clone(&outcome), waiting: () }, outcome)
        };
        match self.shelf.find(customer, |place| Some(Arc::clone(&place.outcome)), start) {
            Found::Link(link) => Ok(link),
            // The first thread makes the call and the others wait for it in here.
            Found::Call(outcome) => {
                outcome.get_or_init(|| self.client.face_verification_link(customer).send()).clone()
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
    pub(crate) fn shelf(&self) -> &Shelf<Error, ()> {
        &self.shelf
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shelf.fmt(f)
    }
}
