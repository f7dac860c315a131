//! The one request of an intent, and what came of it.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use http::Method;

use super::find::look;
use super::record::Record;
use super::{Finding, verdict};
use crate::client::{Async, Blocking, Client, Mode};
use crate::config::{Config, RetryPolicy};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::endpoints::Transfer;
use crate::error::{Cause, Error, ErrorKind, Facts};
use crate::mode::output;
use crate::trace::{self, TransferEvent};
use crate::transport::Delivery;
use crate::values::{ExternalId, QuoteId};

/// The right to send an intent once. Made by [`TransferIntent::begin`](super::TransferIntent::begin); neither `Clone`
/// nor serde. `Debug` shows the external id.
#[must_use = "the intent is `sending` now: send it, or it can only be looked for"]
pub struct TransferTicket {
    record: Box<Record>,
}

impl TransferTicket {
    pub(super) fn new(record: Record) -> Self {
        Self { record: Box::new(record) }
    }

    /// The caller's own name of the transfer.
    pub fn external_id(&self) -> &ExternalId {
        &self.record.external_id
    }
}

impl fmt::Debug for TransferTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TransferTicket").field(self.external_id()).finish()
    }
}

/// What came of sending an intent. `Display` says what to do, and never shows private text.
#[derive(Debug)]
#[must_use = "the intent must be settled with it, and stored"]
pub enum Created {
    /// The service has made this transfer.
    Accepted(Transfer),
    /// The service has made a transfer and says that it is about something else: another external id, quote or
    /// customer. Nobody knows what became of the intent.
    AboutAnother(Transfer),
    /// The service has refused it: 400, 401, 403, 404 or 422 in its own words. A refusal of a quoted transfer is
    /// believed only if a complete lookup sees no transfer: the quote may have been used by a repetition of this very
    /// request, made by something in between.
    Refused(Error),
    /// Not a byte has left: the ticket is as good as before.
    NotSent(TransferTicket, Error),
    /// **It is not known whether money moves.** Look for it with [`Client::find_transfer`]; do not send it again.
    Unknown(ExternalId, Error),
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted(transfer) => write!(f, "accepted: {}, {}", transfer.id(), transfer.status()),
            Self::AboutAnother(transfer) => {
                write!(
                    f,
                    "the service responded about another transfer: {}, {}",
                    transfer.id(),
                    transfer.status()
                )
            }
            Self::Refused(error) => write!(f, "refused: {error}"),
            Self::NotSent(ticket, error) => write!(f, "{} was not sent: {error}", ticket.external_id()),
            Self::Unknown(id, error) => {
                write!(f, "it is not known whether money moves: look for {id} with `find_transfer`; {error}")
            }
        }
    }
}

/// The one request of an intent, not sent yet.
#[must_use = "nothing is sent until the outcome is asked for"]
pub struct TransferCreation<'c, M: Mode> {
    client: &'c Client<M>,
    ticket: TransferTicket,
    timeout: Option<Duration>,
}

impl<M: Mode> Client<M> {
    /// Sends an intent: once, whatever comes back ([`Safety::Once`], without any retry). Store the intent as `sending`
    /// before. [The `intent` module](crate::intent) has the steps and an example.
    ///
    /// A client with another base URL or API key than the intent was prepared for gives the ticket back and opens no
    /// connection.
    ///
    /// Source: the contract, `POST /v2/transfer` (certain; the status 201 is inferred, and any 2xx is accepted). Of the
    /// response only the id is required.
    pub fn create_transfer(&self, ticket: TransferTicket) -> TransferCreation<'_, M> {
        TransferCreation { client: self, ticket, timeout: None }
    }
}

impl<M: Mode> TransferCreation<'_, M> {
    /// Time to wait for the response, instead of the configuration's: more than zero, at most 24 hours.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn run(self) -> Created {
        let Self { client, ticket, timeout } = self;
        let (external_id, quote) = (ticket.external_id().clone(), ticket.record.quote_id());
        if let Err(error) = check(&ticket.record, client.config(), CreateTransfer::OPERATION.name) {
            return Created::NotSent(ticket, error);
        }
        let call = client.call(CreateTransfer(&ticket.record)).retry(RetryPolicy::never());
        let result = call.timeout(timeout.unwrap_or(client.config().timeout())).run().await;
        let created = match result {
            Ok((transfer, _)) if verdict::contradicts(&ticket.record, &transfer) => {
                Created::AboutAnother(transfer)
            }
            Ok((transfer, _)) => Created::Accepted(transfer),
            Err(error) if never_left(&error) => Created::NotSent(ticket, error),
            Err(error) if !is_refusal(&error) => Created::Unknown(ticket.record.external_id, error),
            Err(error) if quote.is_none() => Created::Refused(error),
            Err(error) => match look(client, &ticket.record, None).await {
                Finding::Found(transfer) => Created::Accepted(transfer),
                Finding::NoneSeen { complete: true, .. } => Created::Refused(error),
                _ => Created::Unknown(ticket.record.external_id, error),
            },
        };
        created.trace(client.config(), &external_id, quote.as_ref());
        created
    }
}

/// Refuses another environment, before a connection is opened.
pub(super) fn check(record: &Record, config: &Config, operation: &'static str) -> Result<(), Error> {
    record.check_environment(config).map_err(|invalid| {
        Error::new(
            Facts::of_unsent(operation),
            Cause::Request(invalid),
            config.base_url(),
            config.hiding(&[]),
        )
    })
}

/// Whether the request could not be built, or the transport proves that it never left.
fn never_left(error: &Error) -> bool {
    error.kind() == ErrorKind::InvalidRequest
        || error.status().is_none()
            && error.transport().is_some_and(|transport| transport.delivery() == Delivery::NotSent)
}

fn is_refusal(error: &Error) -> bool {
    let is_documented = |status: u16| matches!(status, 400 | 401 | 403 | 404 | 422);
    error.api().is_some_and(|api| is_documented(api.status().as_u16()) && api.is_from_spherepay())
}

impl Created {
    fn trace(&self, config: &Config, external_id: &ExternalId, quote_id: Option<&QuoteId>) {
        let (outcome, transfer, error) = match self {
            Self::Accepted(transfer) => ("accepted", Some(transfer), None),
            Self::AboutAnother(transfer) => ("about_another", Some(transfer), None),
            Self::Refused(error) => ("refused", None, Some(error)),
            Self::NotSent(_, error) => ("not_sent", None, Some(error)),
            Self::Unknown(_, error) => ("unknown", None, Some(error)),
        };
        let external_id = Some(external_id);
        let event =
            TransferEvent { action: "create", outcome, external_id, quote_id, ..TransferEvent::default() };
        trace::transfer(config, TransferEvent { transfer, error, ..event });
    }
}

impl TransferCreation<'_, Async> {
    /// Sends it.
    ///
    /// # Cancellation
    ///
    /// If it is dropped, nobody knows what came of it: the record says `sending`, which is right.
    pub async fn outcome(self) -> Created {
        self.run().await
    }
}

impl TransferCreation<'_, Blocking> {
    /// Sends it, and blocks until it is over.
    pub fn outcome(self) -> Created {
        output(self.run())
    }
}

/// Awaiting it is asking for its [`outcome`](TransferCreation::outcome).
impl<'c> IntoFuture for TransferCreation<'c, Async> {
    type Output = Created;
    type IntoFuture = Pin<Box<dyn Future<Output = Created> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.outcome())
    }
}

impl<M: Mode> fmt::Debug for TransferCreation<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TransferCreation").field(&self.ticket).finish()
    }
}

/// The operation. Not public: a ticket is the only way to send it.
struct CreateTransfer<'a>(&'a Record);

impl Endpoint for CreateTransfer<'_> {
    type Output = Transfer;
    const OPERATION: Operation = Operation::new("create_transfer", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        Ok(ApiRequest::to(["v2", "transfer"])?.json_bytes(self.0.body.clone().into_bytes()))
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Transfer, DecodeError> {
        Transfer::read(&response.object()?)
    }
}
