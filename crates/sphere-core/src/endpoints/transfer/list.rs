//! `GET /v2/transfer`: transfers, a page at a time.

use http::Method;

use super::{Transfer, TransferStatus, TransferType};
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::pages::{ListQuery, Page, Paged, Pages};
use crate::values::CustomerId;

/// The documented default, sent always: the published contract marks `sort` as required.
const NEWEST_FIRST: &str = "-created";

/// One page of transfers. [`Client::list_transfers`] asks for one after the other.
#[derive(Debug, Clone, Default)]
pub struct ListTransfers {
    query: ListQuery,
}

impl ListTransfers {
    /// The first page, without filters, newest first.
    pub fn new() -> Self {
        Self::default()
    }
}

/// What transfers can be sorted by. Source: the contract (certain).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // Each is the member of its name.
pub enum TransferSortKey {
    Created,
    Updated,
    Status,
    Type,
    Amount,
}

/// How transfers are sorted by one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferSort {
    /// The smallest or oldest first.
    Ascending(TransferSortKey),
    /// The largest or newest first.
    Descending(TransferSortKey),
}

impl TransferSort {
    fn text(self) -> String {
        let (sign, key) = match self {
            Self::Ascending(key) => ("", key),
            Self::Descending(key) => ("-", key),
        };
        format!("{sign}{key:?}").to_ascii_lowercase()
    }
}

impl<M: Mode> Client<M> {
    /// Lists transfers, newest first unless it is [sorted](Pages::sort), page by page or one by one. Nothing is sent
    /// before the first is asked for.
    ///
    /// While others create transfers, one can be listed twice, or not at all: the API numbers its pages.
    ///
    /// Source: the contract, `GET /v2/transfer` (certain). There is no filter for the `externalId`:
    /// [`find_transfer`](Self::find_transfer) looks for it.
    ///
    /// # Example
    ///
    /// What came back lately: status and time of each transfer that changed, the last change first.
    ///
    /// ```
    /// use sphere_core::endpoints::{TransferSort, TransferSortKey};
    /// use sphere_core::{Client, Error};
    ///
    /// async fn changes(client: &Client) -> Result<(), Error> {
    ///     let mut transfers = client.list_transfers().sort(&[TransferSort::Descending(TransferSortKey::Updated)]);
    ///     while let Some(transfer) = transfers.next().await {
    ///         let transfer = transfer?;
    ///         println!("{}: {} at {:?}", transfer.id(), transfer.status(), transfer.updated_at());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn list_transfers(&self) -> Pages<'_, M, ListTransfers> {
        Pages::new(self, ListTransfers::new())
    }
}

impl<M: Mode> Pages<'_, M, ListTransfers> {
    /// Only transfers of this customer.
    pub fn of_customer(self, customer: &CustomerId) -> Self {
        self.query("customer", customer.as_str())
    }

    /// Only transfers with this status.
    pub fn status(self, status: &TransferStatus) -> Self {
        self.query("status", status.as_str())
    }

    /// Only transfers of this type.
    pub fn transfer_type(self, transfer_type: &TransferType) -> Self {
        self.query("type", transfer_type.filter())
    }

    /// Sorts by these keys, the first before the others, instead of newest first. Call it once.
    pub fn sort(self, keys: &[TransferSort]) -> Self {
        let keys: Vec<_> = keys.iter().map(|key| key.text()).collect();
        self.query("sort", &keys.join(","))
    }
}

impl Endpoint for ListTransfers {
    type Output = Page<Transfer>;
    const OPERATION: Operation = Operation::new("list_transfers", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        let request = self.query.write(ApiRequest::to(["v2", "transfer"])?);
        Ok(if self.query.get("sort").is_some() { request } else { request.query("sort", NEWEST_FIRST) })
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Page<Transfer>, DecodeError> {
        Page::read_of(&response.object()?, "data", "customer", &self.query, Transfer::read)
    }
}

impl Paged for ListTransfers {
    type Item = Transfer;

    fn query_mut(&mut self) -> &mut ListQuery {
        &mut self.query
    }
}
