//! Waiting for what becomes of a transfer.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::cadence::Cadence;
use super::drivers::{Watch, watch};
use crate::client::{Async, Blocking, Client, Mode};
use crate::clock::Moment;
use crate::config::Config;
use crate::endpoints::{GetTransfer, Transfer, TransferStatus};
use crate::error::Error;
use crate::mode::output;
use crate::trace::{self, TransferEvent};
use crate::values::{Timestamp, TransferId};

/// A wait for a transfer that has not begun. Made by [`Client::wait_for_transfer`]; begun by `outcome`, which is async
/// for the async client and blocks for the blocking one.
///
/// It reads as often as a [`Wait`](super::Wait) and fails as one does; after ten minutes, the time between two reads
/// grows to five minutes. A status that this SDK does not know, or that cannot be read, decides nothing. A read that
/// was last updated before an earlier one is ignored.
#[must_use = "a wait does nothing until its outcome is asked for"]
pub struct TransferWait<'c, M: Mode> {
    client: &'c Client<M>,
    id: &'c TransferId,
    within: Duration,
    state: TransferWaitState,
}

/// What a wait for a transfer must know of the one before it: how new the last read was. It can be stored with serde.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferWaitState {
    updated: Option<Timestamp>,
    has_read: bool,
}

/// What has become of a transfer, as far as it was read. Money can move after each of these: a transfer that succeeded
/// may be returned days later, and money may come after one has expired. Wait again, or walk through the
/// [list](Client::list_transfers) by `-updated`.
#[derive(Debug, Clone)]
pub enum TransferOutcome {
    /// `succeeded`. Final by our reading.
    Succeeded(Transfer),
    /// `refunded`. Final by our reading.
    Refunded(Transfer),
    /// `expired`. Final by our reading; money may follow.
    Expired(Transfer),
    /// `failed`, `canceled`, `returned`, `undeliverable`, `unexpectedError` or `failedPrecondition`: ended for now, and
    /// a refund may follow.
    Ended(Transfer),
    /// `pendingRefundInformation`: it stays so until somebody says where the money shall go.
    NeedsInformation(Transfer),
    /// Time is up. This is not an error: banks take days.
    Undecided {
        /// The transfer as it was read last, if any read succeeded.
        last: Option<Transfer>,
        /// For a wait that goes on from here, in another process too.
        state: TransferWaitState,
    },
}

impl TransferOutcome {
    /// What a read means; the transfer itself if it decides nothing.
    fn of(transfer: Transfer) -> Result<Self, Transfer> {
        Ok(match transfer.status() {
            TransferStatus::Succeeded => Self::Succeeded(transfer),
            TransferStatus::Refunded => Self::Refunded(transfer),
            TransferStatus::Expired => Self::Expired(transfer),
            TransferStatus::Failed
            | TransferStatus::Canceled
            | TransferStatus::Returned
            | TransferStatus::Undeliverable
            | TransferStatus::UnexpectedError
            | TransferStatus::FailedPrecondition => Self::Ended(transfer),
            TransferStatus::PendingRefundInformation => Self::NeedsInformation(transfer),
            TransferStatus::PendingFunding
            | TransferStatus::PendingReview
            | TransferStatus::FundsReceived
            | TransferStatus::Processing
            | TransferStatus::Unknown(_)
            | TransferStatus::Unreadable => return Err(transfer),
        })
    }

    /// The transfer as it was read last.
    pub fn transfer(&self) -> Option<&Transfer> {
        match self {
            Self::Succeeded(transfer)
            | Self::Refunded(transfer)
            | Self::Expired(transfer)
            | Self::Ended(transfer)
            | Self::NeedsInformation(transfer) => Some(transfer),
            Self::Undecided { last, .. } => last.as_ref(),
        }
    }
}

impl<M: Mode> Client<M> {
    /// Waits until something has become of a transfer, for at most `within`.
    ///
    /// # Errors
    ///
    /// `outcome` gives an [`Error`] that asking again cannot cure: [`Wait`](super::Wait) has the table.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use sphere_core::wait::TransferOutcome;
    /// use sphere_core::{Client, Error, TransferId};
    ///
    /// async fn wait(client: &Client, id: &TransferId) -> Result<(), Error> {
    ///     match client.wait_for_transfer(id, Duration::from_secs(3600)).outcome().await? {
    ///         TransferOutcome::Succeeded(transfer) => println!("{} has succeeded so far", transfer.id()),
    ///         TransferOutcome::NeedsInformation(_) => println!("say where the money shall go"),
    ///         TransferOutcome::Undecided { state, .. } => println!("later, with {state:?}"),
    ///         other => println!("{:?}", other.transfer()),
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn wait_for_transfer<'c>(&'c self, id: &'c TransferId, within: Duration) -> TransferWait<'c, M> {
        TransferWait { client: self, id, within, state: TransferWaitState::default() }
    }
}

impl<M: Mode> TransferWait<'_, M> {
    /// Goes on where another wait stopped.
    pub fn resume(mut self, state: TransferWaitState) -> Self {
        self.state = state;
        self
    }

    async fn run(self) -> Result<TransferOutcome, Error> {
        let Self { client, id, within, state } = self;
        let cadence = |now| Cadence::new(within, true, now, fastrand::u64(..));
        watch(client, |now| TransferWatch {
            config: client.config(),
            id,
            cadence: cadence(now),
            state,
            last: None,
        })
        .await
    }
}

/// A wait in progress.
struct TransferWatch<'c> {
    config: &'c Config,
    id: &'c TransferId,
    cadence: Cadence,
    state: TransferWaitState,
    last: Option<Transfer>,
}

impl<'c> Watch for TransferWatch<'c> {
    type Get = GetTransfer<'c>;
    type Outcome = TransferOutcome;

    fn get(&self) -> GetTransfer<'c> {
        GetTransfer::new(self.id)
    }

    fn cadence(&mut self) -> &mut Cadence {
        &mut self.cadence
    }

    fn has_read(&self) -> bool {
        self.state.has_read
    }

    fn received(&mut self, transfer: Transfer, now: Moment) -> Option<TransferOutcome> {
        self.cadence.received(now);
        self.state.has_read = true;
        let updated = transfer.updated_at().and_then(|updated| updated.timestamp());
        if updated.is_some() && updated < self.state.updated {
            return None;
        }
        self.state.updated = updated.or(self.state.updated);
        let event = TransferEvent { action: "wait", outcome: "read", ..TransferEvent::default() };
        trace::transfer(self.config, TransferEvent { transfer: Some(&transfer), ..event });
        TransferOutcome::of(transfer).map_err(|transfer| self.last = Some(transfer)).ok()
    }

    fn undecided(self) -> TransferOutcome {
        TransferOutcome::Undecided { last: self.last, state: self.state }
    }
}

impl TransferWait<'_, Async> {
    /// Waits.
    ///
    /// # Errors
    ///
    /// [`Error`] that asking again cannot cure.
    pub async fn outcome(self) -> Result<TransferOutcome, Error> {
        self.run().await
    }
}

impl TransferWait<'_, Blocking> {
    /// Waits, and blocks the thread meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error`] that asking again cannot cure.
    pub fn outcome(self) -> Result<TransferOutcome, Error> {
        output(self.run())
    }
}

/// Awaiting a wait begins it, as [`outcome`](TransferWait::outcome) does.
impl<'c> IntoFuture for TransferWait<'c, Async> {
    type Output = Result<TransferOutcome, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.outcome())
    }
}

impl<M: Mode> fmt::Debug for TransferWait<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferWait")
            .field("id", self.id)
            .field("within", &self.within)
            .finish_non_exhaustive()
    }
}
