//! `DELETE /v2/transfer/{id}`: cancels a transfer that waits for its money.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use http::Method;

use super::{GetTransfer, Transfer, TransferStatus};
use crate::client::{Async, Blocking, Client, Mode};
use crate::config::Config;
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::error::Error;
use crate::mode::output;
use crate::trace::{self, TransferEvent};
use crate::values::TransferId;

/// The request of [`Client::cancel_transfer`]. What it responds with decides nothing by its success: read its status.
#[derive(Debug, Clone, Copy)]
pub struct CancelTransfer<'a> {
    id: &'a TransferId,
}

impl<'a> CancelTransfer<'a> {
    /// The request for this transfer.
    pub fn new(id: &'a TransferId) -> Self {
        Self { id }
    }
}

/// A cancellation that has not begun; `outcome` sends it.
#[derive(Debug)]
#[must_use = "nothing is canceled until the outcome is asked for"]
pub struct Cancellation<'c, M: Mode> {
    client: &'c Client<M>,
    id: &'c TransferId,
}

/// What a cancellation came to, by a status that was read.
#[derive(Debug)]
pub enum CancelOutcome {
    /// The transfer is canceled, by this call or before. Money that is on its way may still come: the transfer then
    /// becomes `returned` or `pendingRefundInformation`.
    Canceled(Transfer),
    /// The transfer no longer waits for its money.
    TooLate(TransferStatus, Transfer),
    /// Nobody knows: the status could not be read, or is still `pendingFunding`. Read the transfer again later.
    Unknown {
        /// The transfer as it was read last, if it was.
        last: Option<Transfer>,
        /// Why the cancellation or the reading failed, if one did.
        error: Option<Error>,
    },
}

impl<M: Mode> Client<M> {
    /// Cancels a transfer that waits for its money. What came of it is read from the transfer's status, never from the
    /// call's success; after an error the transfer is read once.
    ///
    /// Source: the contract, `DELETE /v2/transfer/{id}` (certain; how it refuses is not documented, and it is sent once
    /// ([`Safety::Once`], our reading)).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::CancelOutcome;
    /// use sphere_core::{Client, TransferId};
    ///
    /// async fn cancel(client: &Client, id: &TransferId) -> &'static str {
    ///     match client.cancel_transfer(id).outcome().await {
    ///         CancelOutcome::Canceled(_) => "canceled",
    ///         CancelOutcome::TooLate(..) => "too late",
    ///         CancelOutcome::Unknown { .. } => "not known yet: read it again",
    ///     }
    /// }
    /// ```
    pub fn cancel_transfer<'c>(&'c self, id: &'c TransferId) -> Cancellation<'c, M> {
        Cancellation { client: self, id }
    }
}

impl<M: Mode> Cancellation<'_, M> {
    async fn run(self) -> CancelOutcome {
        let (read, error) = match self.client.call(CancelTransfer::new(self.id)).run().await {
            Ok((transfer, _)) => (Ok(transfer), None),
            Err(error) => {
                let read = self.client.call(GetTransfer::new(self.id)).run().await;
                (read.map(|(transfer, _)| transfer), Some(error))
            }
        };
        let outcome = match read {
            Ok(transfer) => CancelOutcome::of(transfer, error),
            Err(later) => CancelOutcome::Unknown { last: None, error: error.or(Some(later)) },
        };
        outcome.trace(self.client.config(), self.id);
        outcome
    }
}

impl CancelOutcome {
    fn of(transfer: Transfer, error: Option<Error>) -> Self {
        match transfer.status() {
            TransferStatus::Canceled => Self::Canceled(transfer),
            TransferStatus::PendingFunding | TransferStatus::Unknown(_) | TransferStatus::Unreadable => {
                Self::Unknown { last: Some(transfer), error }
            }
            status => Self::TooLate(status.clone(), transfer),
        }
    }

    fn trace(&self, config: &Config, id: &TransferId) {
        let (outcome, transfer, error) = match self {
            Self::Canceled(transfer) => ("canceled", Some(transfer), None),
            Self::TooLate(_, transfer) => ("too_late", Some(transfer), None),
            Self::Unknown { last, error } => ("unknown", last.as_ref(), error.as_ref()),
        };
        let event = TransferEvent { action: "cancel", outcome, ..TransferEvent::default() };
        trace::transfer(config, TransferEvent { transfer_id: Some(id), transfer, error, ..event });
    }
}

impl Cancellation<'_, Async> {
    /// Sends it, and reads what came of it.
    pub async fn outcome(self) -> CancelOutcome {
        self.run().await
    }
}

impl Cancellation<'_, Blocking> {
    /// Sends it, and reads what came of it. Blocks meanwhile.
    pub fn outcome(self) -> CancelOutcome {
        output(self.run())
    }
}

/// Awaiting it is asking for its [`outcome`](Cancellation::outcome).
impl<'c> IntoFuture for Cancellation<'c, Async> {
    type Output = CancelOutcome;
    type IntoFuture = Pin<Box<dyn Future<Output = CancelOutcome> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.outcome())
    }
}

impl Endpoint for CancelTransfer<'_> {
    type Output = Transfer;
    const OPERATION: Operation = Operation::new("cancel_transfer", Method::DELETE, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "transfer", self.id.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Transfer, DecodeError> {
        let object = response.object()?;
        object.require_id("id", self.id.as_str())?;
        Transfer::read(&object)
    }
}
