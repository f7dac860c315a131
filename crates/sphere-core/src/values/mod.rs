//! Values that cannot be wrong once they exist: each is checked where it is made.

mod customer_id;
pub(crate) mod path_segment;
mod timestamp;
pub(crate) mod web_url;

pub use customer_id::{CustomerId, InvalidCustomerId};
pub use timestamp::{InvalidTimestamp, Timestamp};
