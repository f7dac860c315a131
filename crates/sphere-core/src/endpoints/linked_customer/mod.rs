//! Customers of the link flow, in which SpherePay's hosted page does everything.
//!
//! They are documented as incompatible with all operations on other customers, and the reverse; so their ids are a
//! [type of their own](crate::LinkedCustomerId).
//!
//! | file | what it holds |
//! | --- | --- |
//! | `kyc_link` | [`KycLink`]: what both operations respond with; [`LinkedCustomer`]: what creating responds with |
//! | `create` | creates a customer with a link |
//! | `regenerate` | a new link for such a customer |

mod create;
mod kyc_link;
mod regenerate;

pub use create::CreateLinkedCustomer;
pub use kyc_link::{KycLink, LinkedCustomer};
pub use regenerate::RegenerateKycLink;
