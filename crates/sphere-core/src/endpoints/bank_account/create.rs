//! `POST /v2/bank-account`: registers a customer's bank account.

use std::fmt;

use http::Method;
use serde::Serialize;

use super::details::Numbers;
use super::{BankAccount, BankDetails};
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::model::{Address, check};
use crate::money::{Currency, Network};
use crate::values::CustomerId;

/// The call of [`Client::create_bank_account`]: a customer's own account. `Debug` shows the customer's id only.
#[derive(Clone)]
pub struct CreateBankAccount<'a> {
    customer: &'a CustomerId,
    bank_name: String,
    account_name: String,
    holder: String,
    address: Address,
    details: BankDetails,
}

impl<'a> CreateBankAccount<'a> {
    /// An account of this customer, with what the contract requires: the bank's name, a name for the account, its
    /// holder with an address, and its numbers.
    pub fn new(
        customer: &'a CustomerId,
        bank_name: impl Into<String>,
        account_name: impl Into<String>,
        holder: impl Into<String>,
        address: Address,
        details: BankDetails,
    ) -> Self {
        let (bank_name, account_name, holder) = (bank_name.into(), account_name.into(), holder.into());
        Self { customer, bank_name, account_name, holder, address, details }
    }
}

impl<M: Mode> Client<M> {
    /// Registers a customer's existing bank account. The customer needs an approved profile.
    ///
    /// Creating twice makes two, so a call whose outcome is unknown is not retried ([`Safety::Once`]): look through
    /// [`list_bank_accounts`](Self::list_bank_accounts) of the customer before you create again.
    ///
    /// Source: the contract, `POST /v2/bank-account` (certain; the status 201 is inferred, and any 2xx is accepted). Of
    /// the response only the id is required.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::{AccountType, BankAccount, BankDetails, CreateBankAccount, UsdNetworks};
    /// use sphere_core::money::{AccountNumber, RoutingNumber};
    /// use sphere_core::{Address, Client, CustomerId};
    ///
    /// async fn register(client: &Client, customer: &CustomerId, address: Address)
    ///     -> Result<BankAccount, Box<dyn std::error::Error>>
    /// {
    ///     let (number, routing) = (AccountNumber::new("1234567890")?, RoutingNumber::new("021000021")?);
    ///     let details = BankDetails::usd(number, routing, AccountType::Checking, UsdNetworks::AchAndWire);
    ///     let account =
    ///         CreateBankAccount::new(customer, "Chase", "Jane Doe Checking", "Jane Doe", address, details);
    ///     Ok(client.create_bank_account(account).send().await?)
    /// }
    /// ```
    pub fn create_bank_account<'a>(
        &self,
        account: CreateBankAccount<'a>,
    ) -> Call<'_, M, CreateBankAccount<'a>> {
        self.call(account)
    }
}

impl Endpoint for CreateBankAccount<'_> {
    type Output = BankAccount;
    const OPERATION: Operation = Operation::new("create_bank_account", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        let texts = [
            ("bankName", &self.bank_name),
            ("accountName", &self.account_name),
            ("accountHolderName", &self.holder),
        ];
        texts.into_iter().try_for_each(|(member, text)| check::visible(member, text))?;
        self.address.validate()?;
        let BankDetails { currency, networks, numbers } = &self.details;
        ApiRequest::to(["v2", "bank-account"])?.json(&Body {
            customer_id: self.customer,
            bank_name: &self.bank_name,
            account_name: &self.account_name,
            currency,
            account_details: numbers,
            account_owner: Owner { account_holder_name: &self.holder, address: &self.address },
            networks,
        })
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<BankAccount, DecodeError> {
        let object = response.object()?;
        object.check_id("customerId", self.customer.as_str())?;
        BankAccount::read(&object)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    customer_id: &'a CustomerId,
    bank_name: &'a str,
    account_name: &'a str,
    currency: &'a Currency,
    account_details: &'a Numbers,
    account_owner: Owner<'a>,
    networks: &'a [Network],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Owner<'a> {
    account_holder_name: &'a str,
    address: &'a Address,
}

impl fmt::Debug for CreateBankAccount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateBankAccount").field("customer", &self.customer).finish_non_exhaustive()
    }
}
