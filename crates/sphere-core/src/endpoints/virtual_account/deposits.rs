//! `GET /v2/virtual-account/{virtualAccountId}/transfer`: what was paid to a virtual account.

use http::Method;

use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Object, Operation, Safety,
};
use crate::json::members::{Members, debug_names, read_back, text_readers, with_members};
use crate::money::{Currency, Network, ReceivedAmount};
use crate::pages::Page;
use crate::values::{TimeText, VirtualAccountId};

/// What was paid to a virtual account once, as the API shows it. No member is certain to be there. `Debug` shows the
/// names of members only.
///
/// Source: the contract's `VirtualAccountTransfer` (certain, and seen in samples only).
#[derive(Clone)]
pub struct VirtualAccountDeposit {
    members: Members,
}

impl VirtualAccountDeposit {
    /// The amount that was paid, in the currency of [`source_currency`](Self::source_currency).
    pub fn source_amount(&self) -> Option<ReceivedAmount> {
        self.members.amount("sourceAmount")
    }

    /// The currency that was paid.
    pub fn source_currency(&self) -> Option<Currency> {
        self.members.text("sourceCurrency").map(Currency::from)
    }

    /// The amount that went to the wallet.
    pub fn destination_amount(&self) -> Option<ReceivedAmount> {
        self.members.amount("destinationAmount")
    }

    /// The currency of the coins.
    pub fn destination_currency(&self) -> Option<Currency> {
        self.members.text("destinationCurrency").map(Currency::from)
    }

    /// The wallet's network.
    pub fn network(&self) -> Option<Network> {
        self.members.text("network").map(Network::from)
    }

    /// When it was created.
    pub fn created_at(&self) -> Option<TimeText> {
        self.members.time("created")
    }

    /// When it was last updated.
    pub fn updated_at(&self) -> Option<TimeText> {
        self.members.time("updated")
    }

    #[allow(clippy::unnecessary_wraps)] // As what reads items is called.
    fn read(object: &Object<'_>) -> Result<Self, DecodeError> {
        Ok(Self { members: Members::from(object) })
    }
}

text_readers! {
    VirtualAccountDeposit {
        id = "id";
        /// Seen as examples: `completed`, `pending`, `failed`. They are not those of a transfer, and decide nothing here.
        status = "status";
        /// Byte for byte.
        wallet_address = "walletAddress";
    }
}

with_members!(VirtualAccountDeposit);
read_back!(VirtualAccountDeposit);
debug_names!(VirtualAccountDeposit);

/// The call of [`Client::list_virtual_account_deposits`].
#[derive(Debug, Clone, Copy)]
pub struct ListVirtualAccountDeposits<'a> {
    id: &'a VirtualAccountId,
}

impl<'a> ListVirtualAccountDeposits<'a> {
    /// The request for this virtual account.
    pub fn new(id: &'a VirtualAccountId) -> Self {
        Self { id }
    }
}

impl<M: Mode> Client<M> {
    /// Lists all that was paid to a virtual account: this list has no pages.
    ///
    /// Source: the contract, `GET /v2/virtual-account/{virtualAccountId}/transfer` (certain; the items were seen in
    /// samples only).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error, VirtualAccountId};
    ///
    /// async fn print(client: &Client, id: &VirtualAccountId) -> Result<(), Error> {
    ///     for deposit in client.list_virtual_account_deposits(id).send().await?.items() {
    ///         println!("{:?} {:?}: {:?}", deposit.source_amount(), deposit.source_currency(), deposit.status());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn list_virtual_account_deposits<'a>(
        &self,
        id: &'a VirtualAccountId,
    ) -> Call<'_, M, ListVirtualAccountDeposits<'a>> {
        self.call(ListVirtualAccountDeposits::new(id))
    }
}

impl Endpoint for ListVirtualAccountDeposits<'_> {
    type Output = Page<VirtualAccountDeposit>;
    const OPERATION: Operation =
        Operation::new("list_virtual_account_deposits", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "virtual-account", self.id.as_str(), "transfer"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Page<VirtualAccountDeposit>, DecodeError> {
        Ok(Page::read_array(response.array()?, VirtualAccountDeposit::read))
    }
}
