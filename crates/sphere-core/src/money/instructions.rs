//! What somebody must pay, and to whom: made of a transfer, and of the intent that says how much.

use std::fmt;

use super::{Network, Rail, ReceivedAmount, RoutingNumber};
use crate::endpoints::Transfer;
use crate::intent::TransferIntent;
use crate::json::members::Members;

/// What must be paid so that a transfer from a bank begins: amount, currency and network, the account to pay to, the
/// one to pay from, and the reference.
///
/// A response does not say what is to be paid, so it is taken from the intent: the amount of a floating transfer, or
/// the quote's as it was shown. Each part that is missing is an error of its accessor. [`check`](Self::check) asks for
/// all that the network needs. **Show the [`memo`](Self::memo) wherever you show the account number**: without it,
/// nobody knows whose the deposit is.
///
/// `Debug` shows the transfer's id and what is to be paid, no numbers and no names.
///
/// Source: the contract's `depositAccount` (certain; which members each network needs is our reading).
///
/// # Example
///
/// ```
/// use sphere_core::endpoints::Transfer;
/// use sphere_core::intent::TransferIntent;
/// use sphere_core::money::{DepositInstructions, MissingDetail, NumberForm};
///
/// fn show(intent: &TransferIntent, transfer: &Transfer) -> Result<(), MissingDetail> {
///     let pay = DepositInstructions::new(intent, transfer)?;
///     pay.check()?;
///     println!("Pay {} {} to {}", pay.amount()?, pay.rail()?, pay.beneficiary()?);
///     let number = pay.account_number()?;
///     if number.form() == NumberForm::AskFirst {
///         println!("Do not pay to this number without asking SpherePay:");
///     }
///     println!("account {}", number.as_str());
///     println!("reference, exactly: {}", pay.memo()?.unwrap_or("the service gave none"));
///     Ok(())
/// }
/// ```
pub struct DepositInstructions<'a> {
    transfer: &'a Transfer,
    amount: Option<ReceivedAmount>,
    rail: Option<Rail>,
    pay_from: Option<String>,
    details: Members,
}

/// Error for a part of the instructions that is missing, or cannot be read: its name, never its value. The transfer
/// exists all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the deposit instructions lack `{0}`: do not pay without it, and ask SpherePay")]
pub struct MissingDetail(&'static str);

impl MissingDetail {
    /// The name of what is missing, as the contract has it.
    pub fn name(&self) -> &'static str {
        self.0
    }

    /// The text of a member, if it has one that is not blank.
    pub(crate) fn check<'a>(details: &'a Members, name: &'static str) -> Result<&'a str, Self> {
        details.text(name).filter(|text| !text.trim().is_empty()).ok_or(Self(name))
    }
}

impl<'a> DepositInstructions<'a> {
    /// Instructions for this transfer of this intent.
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] if the transfer is not this intent's, or there is no bank account to pay to. Where the coins
    /// of a transfer from a wallet are to be sent was never seen: [`Transfer::deposit_account`] has it as it came.
    pub fn new(intent: &TransferIntent, transfer: &'a Transfer) -> Result<Self, MissingDetail> {
        if intent.transfer_id() != Some(transfer.id()) {
            return Err(MissingDetail("id"));
        }
        let account = transfer.deposit_members().ok_or(MissingDetail("depositAccount"))?;
        if account.text("type") != Some("bank_account") {
            return Err(MissingDetail("depositAccount.type"));
        }
        let details = account.object("bankDetails").ok_or(MissingDetail("bankDetails"))?;
        let (amount, rail) = intent.to_pay();
        Ok(Self { transfer, amount, rail, pay_from: intent.source_id(), details })
    }

    /// Whether all is there that the network needs, or the first that is missing. On a network that this SDK does not
    /// know, that is `network`.
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] as the accessors.
    pub fn check(&self) -> Result<(), MissingDetail> {
        let network = self.rail()?.network.clone();
        self.amount()?;
        self.memo()?;
        self.beneficiary()?;
        self.pay_from()?;
        match network {
            Network::Ach | Network::Wire => {
                self.bank_name()?;
                self.account_number()?;
                self.routing_number().map(drop)
            }
            Network::Sepa => self.iban().map(drop),
            Network::Pix => self.pix_key().or_else(|_| self.br_code()).map(drop),
            _ => Err(MissingDetail("network")),
        }
    }

    /// The amount to pay, in the currency of the [`rail`](Self::rail).
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] if the quote did not state it.
    pub fn amount(&self) -> Result<&ReceivedAmount, MissingDetail> {
        self.amount.as_ref().ok_or(MissingDetail("amount"))
    }

    /// Currency and network to pay by.
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] if the quote did not state them.
    pub fn rail(&self) -> Result<&Rail, MissingDetail> {
        self.rail.as_ref().ok_or(MissingDetail("network"))
    }

    /// The id of the bank account that the money must come from.
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] if it is not known.
    pub fn pay_from(&self) -> Result<&str, MissingDetail> {
        self.pay_from.as_deref().ok_or(MissingDetail("source.id"))
    }

    /// The reference, character for character; `None` if the service says that there is none.
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] if the service says nothing about it.
    pub fn memo(&self) -> Result<Option<&str>, MissingDetail> {
        match self.details.json("memo") {
            Some("null") => Ok(None),
            _ => self.text("memo").map(Some),
        }
    }

    /// The number of the account.
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] if it is missing, or neither text nor a number.
    pub fn account_number(&self) -> Result<DepositNumber, MissingDetail> {
        DepositNumber::account(&self.details, "accountNumber")
    }

    /// The bank's routing number. One that came as a number has lost the zeros at its front: it is repaired if its
    /// check digit then agrees, and marked. Text is never padded.
    ///
    /// # Errors
    ///
    /// [`MissingDetail`] if it is missing, or neither text nor a number.
    pub fn routing_number(&self) -> Result<DepositNumber, MissingDetail> {
        DepositNumber::routing(&self.details, "routingNumber")
    }

    fn text(&self, name: &'static str) -> Result<&str, MissingDetail> {
        MissingDetail::check(&self.details, name)
    }
}

/// Declares an accessor for each text of what somebody must pay to.
macro_rules! detail_readers {
    ($name:ty { $($(#[$note:meta])* $get:ident = $member:literal;)+ }) => {
        impl $name {
            $(
                $(#[$note])*
                ///
                /// # Errors
                ///
                /// [`MissingDetail`](crate::money::MissingDetail) if it is missing, empty or no text.
                pub fn $get(&self) -> Result<&str, $crate::money::MissingDetail> {
                    self.text($member)
                }
            )+
        }
    };
}

pub(crate) use detail_readers;

detail_readers! {
    DepositInstructions<'_> {
        /// Whom to pay.
        beneficiary = "accountHolderName";
        /// The beneficiary's address.
        beneficiary_address = "beneficiaryAddress";
        /// The bank.
        bank_name = "bankName";
        /// The bank's address.
        bank_address = "bankAddress";
        /// The IBAN, for SEPA.
        iban = "iban";
        /// The BIC.
        bic = "bic";
        /// The PIX key.
        pix_key = "pixKey";
        /// The text of the PIX code.
        br_code = "brCode";
    }
}

impl fmt::Debug for DepositInstructions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DepositInstructions")
            .field("transfer", self.transfer.id())
            .field("amount", &self.amount)
            .field("rail", &self.rail)
            .finish_non_exhaustive()
    }
}

/// A number of an account to pay to, and how far it can be trusted. `Debug` shows the latter only.
#[derive(Clone, PartialEq, Eq)]
pub struct DepositNumber {
    text: String,
    form: NumberForm,
}

/// How a number came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberForm {
    /// As text, as it was written.
    AsWritten,
    /// As a JSON number without its zeros, which are back: its check digit agrees.
    Repaired,
    /// As a JSON number, whose zeros at the front are lost, or with a check digit that does not fit. **Do not pay to
    /// this without asking SpherePay.**
    AskFirst,
}

impl DepositNumber {
    /// The number of an account in this member.
    pub(crate) fn account(details: &Members, name: &'static str) -> Result<Self, MissingDetail> {
        let (text, is_text) = Self::read(details, name)?;
        Ok(Self { text, form: if is_text { NumberForm::AsWritten } else { NumberForm::AskFirst } })
    }

    /// The routing number in this member.
    pub(crate) fn routing(details: &Members, name: &'static str) -> Result<Self, MissingDetail> {
        let (text, is_text) = Self::read(details, name)?;
        let padded = format!("{text:0>9}");
        Ok(match (RoutingNumber::new(if is_text { &text } else { &padded }), is_text) {
            (Ok(_), true) => DepositNumber { text, form: NumberForm::AsWritten },
            (Ok(_), false) => DepositNumber { text: padded, form: NumberForm::Repaired },
            (Err(_), _) => DepositNumber { text, form: NumberForm::AskFirst },
        })
    }

    /// A member's text or digits, and whether it is text.
    fn read(details: &Members, name: &'static str) -> Result<(String, bool), MissingDetail> {
        if let Ok(text) = MissingDetail::check(details, name) {
            return Ok((text.to_owned(), true));
        }
        let digits = details.json(name).filter(|json| json.bytes().all(|byte| byte.is_ascii_digit()));
        digits.map(|digits| (digits.to_owned(), false)).ok_or(MissingDetail(name))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How it came.
    pub fn form(&self) -> NumberForm {
        self.form
    }
}

impl fmt::Debug for DepositNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DepositNumber({:?}, [private])", self.form)
    }
}
