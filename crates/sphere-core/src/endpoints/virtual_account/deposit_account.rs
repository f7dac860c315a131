//! Where money for a virtual account must be paid to.

use crate::json::members::{Members, debug_names, with_members};
use crate::money::{Currency, DepositNumber, MissingDetail};

/// Where money for a [`VirtualAccount`](super::VirtualAccount) must be paid to. Each part that is missing is an error of
/// its accessor. `Debug` shows the names of its members only.
///
/// Source: the contract's `depositInstructions` (certain; no member is required).
///
/// ```
/// use sphere_core::endpoints::VirtualAccount;
/// use sphere_core::money::MissingDetail;
///
/// fn show(account: &VirtualAccount) -> Result<(), MissingDetail> {
///     let Some(pay_to) = account.deposit_account() else { return Ok(println!("It takes no deposits.")) };
///     println!("{}: account {}", pay_to.bank_name()?, pay_to.account_number()?.as_str());
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct DepositAccount {
    members: Members,
}

impl DepositAccount {
    pub(super) fn new(members: Members) -> Self {
        Self { members }
    }

    /// The currency that it takes.
    pub fn currency(&self) -> Option<Currency> {
        self.members.text("currency").map(Currency::from)
    }

    /// The number of the account.
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] if it is missing, or neither text nor a number.
    pub fn account_number(&self) -> Result<DepositNumber, MissingDetail> {
        DepositNumber::account(&self.members, "bankAccountNumber")
    }

    /// The bank's routing number, repaired and marked if it came as a number and its check digit agrees.
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] if it is missing, or neither text nor a number.
    pub fn routing_number(&self) -> Result<DepositNumber, MissingDetail> {
        DepositNumber::routing(&self.members, "bankRoutingNumber")
    }

    fn text(&self, name: &'static str) -> Result<&str, MissingDetail> {
        MissingDetail::check(&self.members, name)
    }
}

crate::money::detail_readers! {
    DepositAccount {
        /// The bank.
        bank_name = "bankName";
        /// The bank's address.
        bank_address = "bankAddress";
        /// Whom to pay.
        beneficiary = "bankBeneficiaryName";
        /// The beneficiary's address.
        beneficiary_address = "bankBeneficiaryAddress";
        /// The IBAN, for euros.
        iban = "iban";
        /// The BIC.
        bic = "bic";
    }
}

with_members!(DepositAccount);
debug_names!(DepositAccount);
