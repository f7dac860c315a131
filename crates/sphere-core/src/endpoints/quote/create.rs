//! `POST /v2/quote`: a rate that holds for a short time, for one transfer.

use http::Method;
use serde::Serialize;

use super::Quote;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::money::{Amount, BasisPoints, Rail};
use crate::values::CustomerId;

/// How long a quote holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuoteDuration {
    /// 30 seconds.
    Seconds30,
    /// 60 seconds, which is the default.
    Seconds60,
    /// 300 seconds.
    Seconds300,
}

/// The call of [`Client::create_quote`].
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateQuote<'a> {
    amount: Amount,
    customer_id: &'a CustomerId,
    source: Rail,
    destination: Rail,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote_duration_seconds: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrator_bps_fee_rate: Option<String>,
}

impl<'a> CreateQuote<'a> {
    /// A quote for this amount. Which side it means is not documented; the [`Quote`] shows both.
    pub fn new(customer: &'a CustomerId, amount: Amount, source: Rail, destination: Rail) -> Self {
        let (quote_duration_seconds, integrator_bps_fee_rate) = (None, None);
        let customer_id = customer;
        Self { amount, customer_id, source, destination, quote_duration_seconds, integrator_bps_fee_rate }
    }

    /// Lets it hold this long, instead of 60 seconds.
    pub fn duration(mut self, duration: QuoteDuration) -> Self {
        self.quote_duration_seconds = Some(match duration {
            QuoteDuration::Seconds30 => 30,
            QuoteDuration::Seconds60 => 60,
            QuoteDuration::Seconds300 => 300,
        });
        self
    }

    /// Adds your own fee by rate.
    pub fn integrator_rate(mut self, rate: BasisPoints) -> Self {
        self.integrator_bps_fee_rate = Some(rate.0.to_string());
        self
    }
}

impl<M: Mode> Client<M> {
    /// Asks for a quote: rate and fees that hold for a short time, for one transfer. The customer needs an approved
    /// profile for both currencies.
    ///
    /// Asking twice makes two quotes, which is harmless ([`Safety::Repeatable`], our reading). A quote that is not
    /// about what was asked (another customer, currency or network) is an error.
    ///
    /// Source: the contract, `POST /v2/quote` (certain; the status 201 is inferred, and any 2xx is accepted). Of the
    /// response only the id is required.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::{CreateQuote, Quote};
    /// use sphere_core::money::{Currency, Network, Rail};
    /// use sphere_core::{Client, CustomerId};
    ///
    /// async fn quote(client: &Client, customer: &CustomerId) -> Result<Quote, Box<dyn std::error::Error>> {
    ///     let from = Rail::new(Currency::Usd, Network::Ach);
    ///     let to = Rail::new(Currency::Usdc, Network::Base);
    ///     let quote = CreateQuote::new(customer, "500.00".parse()?, from, to);
    ///     Ok(client.create_quote(quote).send().await?)
    /// }
    /// ```
    pub fn create_quote<'a>(&self, quote: CreateQuote<'a>) -> Call<'_, M, CreateQuote<'a>> {
        self.call(quote)
    }
}

impl Endpoint for CreateQuote<'_> {
    type Output = Quote;
    const OPERATION: Operation = Operation::new("create_quote", Method::POST, Safety::Repeatable);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "quote"])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Quote, DecodeError> {
        let object = response.object()?;
        object.check_id("customerId", self.customer_id.as_str())?;
        for (side, rail) in [("source", &self.source), ("destination", &self.destination)] {
            let asked = [("currency", rail.currency.as_str()), ("network", rail.network.as_str())];
            object.check_asked(side, &asked)?;
        }
        Quote::read(&object)
    }
}
