//! Looking for the transfer of an intent, among the customer's transfers.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use super::TransferIntent;
use super::create::check;
use super::record::Record;
use super::verdict::{Reading, Whose, whose};
use crate::client::{Async, Blocking, Client, Mode};
use crate::config::Config;
use crate::endpoints::Transfer;
use crate::error::Error;
use crate::mode::output;
use crate::pages::PagesEnd;
use crate::trace::{self, TransferEvent};

/// What a lookup has seen. **None of these means "not sent"**: a list may lag behind.
#[derive(Debug)]
#[must_use = "an intent that was looked for must be stored again"]
pub enum Finding {
    /// This transfer is the intent's, by its external id or its quote.
    Found(Transfer),
    /// This transfer is that of an intent which this one replaces: the first decision was carried out.
    FoundReplaced(Transfer),
    /// Several are: a person must look at them. None is chosen.
    Several(Vec<Transfer>),
    /// None certainly is, and of some nobody can tell: they have no external id, ours in another case, or cannot be
    /// read.
    CannotTell {
        /// Those that might be the intent's. Their amounts and ends are evidence for a person.
        candidates: Vec<Transfer>,
        /// How many others could not be read.
        unreadable: usize,
    },
    /// None was seen so far.
    NoneSeen {
        /// Whether everything was read that could hold it. If not, it says nothing at all.
        complete: bool,
        /// How many pages were read.
        pages: u32,
        /// What ended the reading early, if a page failed.
        error: Option<Error>,
    },
}

/// A search that has not begun. Made by [`Client::find_transfer`]; `outcome` begins it.
#[must_use = "nothing is looked for until the outcome is asked for"]
pub struct TransferSearch<'c, M: Mode> {
    client: &'c Client<M>,
    intent: &'c mut TransferIntent,
    max_pages: Option<u32>,
}

impl<M: Mode> Client<M> {
    /// Looks for the transfer of an intent, among the customer's transfers. It only reads.
    ///
    /// What is found settles the intent: store it again. After a complete lookup that saw nothing, an intent that is
    /// still `prepared` can [begin](TransferIntent::begin).
    ///
    /// It reads until a whole page is more than a day older than the record, if all pages so far came in falling order
    /// of their creation, otherwise to the end. With an external id of your own it reads to the end: the transfer may
    /// be older than the record.
    ///
    /// Source: the contract, `GET /v2/transfer` (certain: the external id is echoed, and is no filter).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::intent::{Finding, TransferIntent};
    /// use sphere_core::{Client, Error};
    ///
    /// async fn after_a_restart(client: &Client, intent: &mut TransferIntent) -> Result<(), Error> {
    ///     match client.find_transfer(intent).outcome().await? {
    ///         Finding::Found(transfer) => println!("made: {}", transfer.id()),
    ///         Finding::NoneSeen { complete: true, .. } => println!("not seen so far: look again later"),
    ///         other => println!("a person must look: {other:?}"),
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn find_transfer<'c>(&'c self, intent: &'c mut TransferIntent) -> TransferSearch<'c, M> {
        TransferSearch { client: self, intent, max_pages: None }
    }
}

impl<M: Mode> TransferSearch<'_, M> {
    /// Reads at most this many pages of ten; the finding is then not complete.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.max_pages = Some(pages);
        self
    }

    async fn run(self) -> Result<Finding, Error> {
        check(&self.intent.record, self.client.config(), "find_transfer")?;
        let finding = look(self.client, &self.intent.record, self.max_pages).await;
        self.intent.looked_up(&finding);
        Ok(finding)
    }
}

/// Reads the list, and judges each item of it.
pub(super) async fn look<M: Mode>(client: &Client<M>, record: &Record, max_pages: Option<u32>) -> Finding {
    let mut list = client.list_transfers().of_customer(&record.customer);
    if let Some(pages) = max_pages {
        list = list.max_pages(pages);
    }
    let mut reading = Reading::new(record);
    let (mut ours, mut replaced, mut candidates) = (Vec::new(), Vec::new(), Vec::new());
    let (mut pages, mut error, mut is_far_enough) = (0, None, false);
    while !is_far_enough {
        let page = match list.fetch_page().await {
            None => break,
            Some(Ok(page)) => page,
            Some(Err(failed)) => {
                error = Some(failed);
                break;
            }
        };
        pages += 1;
        is_far_enough = reading.page(page.items(), page.unreadable().len(), page.total());
        for transfer in page.into_items() {
            match whose(record, &transfer) {
                Whose::Ours => ours.push(transfer),
                Whose::Replaced => replaced.push(transfer),
                Whose::CannotTell => candidates.push(transfer),
                Whose::OfAnother => {}
            }
        }
    }
    let is_over = matches!(list.end(), Some(PagesEnd::NoNext | PagesEnd::Empty)) && reading.has_all();
    // While others write, one item can come twice.
    for list in [&mut ours, &mut replaced, &mut candidates] {
        let mut seen = std::collections::HashSet::new();
        list.retain(|transfer| seen.insert(transfer.id().clone()));
    }
    let (is_alone, unreadable) = (ours.len() + replaced.len() == 1, reading.unreadable());
    let finding = match (ours.pop(), replaced.pop()) {
        (Some(transfer), None) if is_alone => Finding::Found(transfer),
        (None, Some(transfer)) if is_alone => Finding::FoundReplaced(transfer),
        (None, None) if candidates.is_empty() && unreadable == 0 => {
            Finding::NoneSeen { complete: is_far_enough || is_over, pages, error }
        }
        (None, None) => Finding::CannotTell { candidates, unreadable },
        (own, old) => Finding::Several(ours.into_iter().chain(own).chain(replaced).chain(old).collect()),
    };
    finding.trace(client.config(), record);
    finding
}

impl Finding {
    fn trace(&self, config: &Config, record: &Record) {
        let (outcome, transfer, error) = match self {
            Self::Found(transfer) => ("found", Some(transfer), None),
            Self::FoundReplaced(transfer) => ("found_replaced", Some(transfer), None),
            Self::Several(_) => ("several", None, None),
            Self::CannotTell { .. } => ("cannot_tell", None, None),
            Self::NoneSeen { complete: true, .. } => ("none_seen", None, None),
            Self::NoneSeen { error, .. } => ("incomplete", None, error.as_ref()),
        };
        let (external_id, quote) = (Some(&record.external_id), record.quote_id());
        let event = TransferEvent { action: "find", outcome, external_id, ..TransferEvent::default() };
        trace::transfer(config, TransferEvent { quote_id: quote.as_ref(), transfer, error, ..event });
    }
}

impl TransferSearch<'_, Async> {
    /// Looks.
    ///
    /// # Errors
    ///
    /// [`Error`] if the client has another base URL or API key than the intent was prepared for: what it would see says
    /// nothing. No connection is opened then. A page that fails is in the [`Finding`].
    pub async fn outcome(self) -> Result<Finding, Error> {
        self.run().await
    }
}

impl TransferSearch<'_, Blocking> {
    /// Looks, and blocks meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error`] if the client has another base URL or API key than the intent was prepared for: what it would see says
    /// nothing. No connection is opened then. A page that fails is in the [`Finding`].
    pub fn outcome(self) -> Result<Finding, Error> {
        output(self.run())
    }
}

/// Awaiting it is asking for its [`outcome`](TransferSearch::outcome).
impl<'c> IntoFuture for TransferSearch<'c, Async> {
    type Output = Result<Finding, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.outcome())
    }
}

impl<M: Mode> fmt::Debug for TransferSearch<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TransferSearch").field(&self.intent).finish()
    }
}
