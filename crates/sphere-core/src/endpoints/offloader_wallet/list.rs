//! `GET /v2/offloader-wallet`: offloader wallets.

use http::Method;

use super::OffloaderWallet;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::pages::Page;

/// The call of [`Client::list_offloader_wallets`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ListOffloaderWallets;

impl<M: Mode> Client<M> {
    /// Lists offloader wallets: the first page. How the others are asked for is not documented, so compare
    /// [`Page::total`] with what came.
    ///
    /// Source: the contract, `GET /v2/offloader-wallet` (certain; it has no parameters).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error};
    ///
    /// async fn print(client: &Client) -> Result<(), Error> {
    ///     let page = client.list_offloader_wallets().send().await?;
    ///     for wallet in page.items() {
    ///         println!("{} takes {:?}", wallet.id(), wallet.rail());
    ///     }
    ///     Ok(println!("{} of {:?}", page.items().len(), page.total()))
    /// }
    /// ```
    pub fn list_offloader_wallets(&self) -> Call<'_, M, ListOffloaderWallets> {
        self.call(ListOffloaderWallets)
    }
}

impl Endpoint for ListOffloaderWallets {
    type Output = Page<OffloaderWallet>;
    const OPERATION: Operation = Operation::new("list_offloader_wallets", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "offloader-wallet"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Page<OffloaderWallet>, DecodeError> {
        Page::read(&response.object()?, "data", OffloaderWallet::read)
    }
}
