//! Values that are checked where they are made, so that a wrong one cannot exist. They know nothing of other rooms but
//! `text`.

mod base_url;
mod customer_id;
mod external_id;
mod id;
mod linked_customer_id;
mod money_ids;
pub(crate) mod open_enum;
pub(crate) mod path_segment;
mod representative_id;
mod rfc3339;
mod stop_reason;
pub(crate) mod target;
mod time_text;
mod timestamp;
pub(crate) mod web_url;

pub(crate) use base_url::BaseUrl;
pub use customer_id::CustomerId;
pub use external_id::{ExternalId, InvalidExternalId};
pub use id::{IdFault, InvalidId};
pub use linked_customer_id::LinkedCustomerId;
pub use money_ids::{BankAccountId, OffloaderWalletId, QuoteId, TransferId, VirtualAccountId, WalletId};
pub use representative_id::RepresentativeId;
pub use stop_reason::StopReason;
pub use time_text::TimeText;
pub use timestamp::{InvalidTimestamp, Timestamp};
