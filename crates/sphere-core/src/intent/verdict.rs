//! Whose a transfer is, and when a list has been read far enough: pure.
//!
//! The external id decides, or else the quote's id. Amounts and ends never do: a transfer's response has no source
//! amount.

use std::time::{Duration, SystemTime};

use super::record::Record;
use crate::endpoints::Transfer;
use crate::values::{CustomerId, QuoteId, Timestamp};

/// How far the finder looks back behind the record's time: two clocks may differ.
const MARGIN: Duration = Duration::from_secs(24 * 3600);

/// Whose a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// This intent's.
    Ours,
    /// That of an intent which this one replaces.
    Replaced,
    OfAnother,
    CannotTell,
}

/// The ids of an intent and of those that it replaces, the intent's own first.
fn ids(record: &Record) -> Vec<(String, Option<QuoteId>, Whose)> {
    let own = (record.external_id.to_string(), record.quote_id(), Whose::Ours);
    let replaced = record.replaces.iter();
    let replaced = replaced.map(|old| (old.external_id.to_string(), old.quote_id.clone(), Whose::Replaced));
    [own].into_iter().chain(replaced).collect()
}

/// Whose a listed transfer is.
pub(super) fn whose(record: &Record, transfer: &Transfer) -> Whose {
    let (ids, quote) = (ids(record), transfer.quote_id());
    let by_quote =
        quote.as_ref().and_then(|quote| ids.iter().find(|(_, own, _)| own.as_ref() == Some(quote)));
    let Some(external) = transfer.external_id() else {
        return match by_quote {
            Some((_, _, whose)) => *whose,
            // Each of ours has a quote, and this has another one.
            None if quote.is_some() && ids.iter().all(|(_, own, _)| own.is_some()) => Whose::OfAnother,
            None if is_before(record.since(), transfer) => Whose::OfAnother,
            None => Whose::CannotTell,
        };
    };
    if let Some((_, _, whose)) = ids.iter().find(|(own, ..)| own == external) {
        return *whose;
    }
    // Our name in another case, or our quote under another name.
    if by_quote.is_some() || ids.iter().any(|(own, ..)| own.eq_ignore_ascii_case(external)) {
        return Whose::CannotTell;
    }
    Whose::OfAnother
}

/// Whether the response to the request of an intent is about something else.
pub(super) fn contradicts(record: &Record, transfer: &Transfer) -> bool {
    let differs = |received: Option<&str>, own: &str| received.is_some_and(|received| received != own);
    let (customer, quote) = (transfer.customer_id(), transfer.quote_id());
    differs(transfer.external_id(), record.external_id.as_str())
        || differs(customer.as_ref().map(CustomerId::as_str), record.customer.as_str())
        || record.quote_id().is_some_and(|own| differs(quote.as_ref().map(QuoteId::as_str), own.as_str()))
}

/// Whether a transfer was created more than a day before the intent was prepared, by its own words.
fn is_before(since: Option<Timestamp>, transfer: &Transfer) -> bool {
    let created = transfer.created_at().and_then(|created| created.timestamp());
    created.zip(since).is_some_and(|(created, since)| {
        let earliest = SystemTime::from(since).checked_sub(MARGIN);
        earliest.is_some_and(|earliest| SystemTime::from(created) < earliest)
    })
}

/// A reading of a list, page by page.
#[derive(Debug)]
pub(super) struct Reading {
    since: Option<Timestamp>,
    /// When the last item was created, while all came in falling order.
    last: Option<Timestamp>,
    is_falling: bool,
    items: u64,
    /// The largest number of items that a page has stated.
    total: u64,
    /// Items that cannot be read, or whose owner nobody can tell.
    unreadable: usize,
}

impl Reading {
    pub(super) fn new(record: &Record) -> Self {
        Self { since: record.since(), last: None, is_falling: true, items: 0, total: 0, unreadable: 0 }
    }

    /// Takes a page, and says whether it was the last that must be read: all of it is more than a day older than the
    /// record, and everything so far came in falling order.
    pub(super) fn page(&mut self, items: &[Transfer], unreadable: usize, total: Option<u64>) -> bool {
        self.items += (items.len() + unreadable) as u64;
        self.total = self.total.max(total.unwrap_or_default());
        self.unreadable += unreadable;
        for item in items {
            let created = item.created_at().and_then(|created| created.timestamp());
            self.is_falling &= created.is_some() && self.last.is_none_or(|last| created <= Some(last));
            self.last = created.or(self.last);
        }
        self.is_falling &= unreadable == 0;
        self.is_falling && !items.is_empty() && items.iter().all(|item| is_before(self.since, item))
    }

    /// Whether the list showed as many items as it says there are: a page may have been cut.
    pub(super) fn has_all(&self) -> bool {
        self.items >= self.total
    }

    pub(super) fn unreadable(&self) -> usize {
        self.unreadable
    }
}
