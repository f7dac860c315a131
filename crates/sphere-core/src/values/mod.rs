//! Values that are checked where they are made, so that a wrong one cannot exist.

mod customer_id;
mod id;
pub(crate) mod path_segment;
mod rfc3339;
mod time_text;
mod timestamp;
pub(crate) mod web_url;

pub use customer_id::CustomerId;
pub use id::{IdFault, InvalidId};
pub use time_text::TimeText;
pub use timestamp::{InvalidTimestamp, Timestamp};
