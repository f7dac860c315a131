//! A quote, as the API shows it.

use std::fmt;
use std::time::Duration;

use crate::json::members::{Members, debug_names, read_back, with_members};
use crate::json::{DecodeError, Object};
use crate::money::{Currency, Fees, Network, Rail, ReceivedAmount};
use crate::values::{CustomerId, QuoteId, TimeText};

/// A quote, as the API shows it. `Debug` shows the id and the names of members only.
///
/// Without an id, a response cannot be read; each other member may be missing, and one of another type costs only
/// itself. Which of its two sides the amount that was asked for means is not documented: show both, each with its
/// currency.
///
/// Source: the contract's `Quote` (certain; that only the id is required is our reading).
#[derive(Clone)]
pub struct Quote {
    id: QuoteId,
    members: Members,
}

impl Quote {
    /// The id.
    pub fn id(&self) -> &QuoteId {
        &self.id
    }

    /// The customer.
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.members.text("customerId").and_then(|id| CustomerId::new(id).ok())
    }

    /// What is paid.
    pub fn source(&self) -> Option<QuoteSide> {
        self.members.object("source").map(|members| QuoteSide { members })
    }

    /// What arrives.
    pub fn destination(&self) -> Option<QuoteSide> {
        self.members.object("destination").map(|members| QuoteSide { members })
    }

    /// The fees; `None` if they are not stated.
    pub fn fees(&self) -> Option<Fees> {
        self.members.object("fees").map(Fees::new)
    }

    /// When it was made, by the service's clock.
    pub fn created_at(&self) -> Option<TimeText> {
        self.members.time("created")
    }

    /// Until when it can be used, by the service's clock.
    pub fn expires_at(&self) -> Option<TimeText> {
        self.members.time("expiresAt")
    }

    /// How long it can still be used: zero once it has expired, `None` if the service did not say when it was made and
    /// until when it holds.
    ///
    /// `since_asked` is the time since before the call was sent, by a clock that only counts, such as
    /// [`Instant`](std::time::Instant). Both ends are the service's own times, so a wrong clock on this side neither
    /// refuses a good quote nor shows an expired one as good. Once it is zero, ask for a new quote and let it be
    /// confirmed again: nothing does so behind your back.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use sphere_core::endpoints::{CreateQuote, Quote};
    /// use sphere_core::{Client, Error};
    ///
    /// async fn countdown(client: &Client, quote: CreateQuote<'_>) -> Result<Option<Duration>, Error> {
    ///     let asked = Instant::now();
    ///     let quote = client.create_quote(quote).send().await?;
    ///     Ok(quote.time_left(asked.elapsed()))
    /// }
    /// ```
    pub fn time_left(&self, since_asked: Duration) -> Option<Duration> {
        let [created, expires] = [self.created_at(), self.expires_at()].map(|time| time?.timestamp());
        Some(expires?.duration_since(created?.into()).saturating_sub(since_asked))
    }

    pub(super) fn read(object: &Object<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: object.required("id")?, members: Members::from(object) })
    }

    /// A quote from its JSON, as it was kept.
    pub(crate) fn parse(json: &str) -> Option<Self> {
        let (object, whole) = Object::parse(json);
        whole.ok().and_then(|()| Self::read(&object).ok())
    }
}

with_members!(Quote);
read_back!(Quote);

impl fmt::Debug for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quote").field("id", &self.id).field("members", &self.members).finish()
    }
}

/// One side of a [`Quote`].
#[derive(Clone)]
pub struct QuoteSide {
    members: Members,
}

impl QuoteSide {
    /// The amount, in the side's currency.
    pub fn amount(&self) -> Option<ReceivedAmount> {
        self.members.amount("amount")
    }

    /// The exchange rate, of any scale. On the destination.
    pub fn exchange_rate(&self) -> Option<ReceivedAmount> {
        self.members.amount("exchangeRate")
    }

    /// Currency and network.
    pub fn rail(&self) -> Option<Rail> {
        let [currency, network] = ["currency", "network"].map(|name| self.members.text(name));
        Some(Rail::new(Currency::from(currency?), Network::from(network?)))
    }
}

with_members!(QuoteSide);
debug_names!(QuoteSide);
