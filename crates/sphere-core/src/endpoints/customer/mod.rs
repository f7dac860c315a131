//! Customers of the direct flow, in which your program collects what is needed.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `customer` | [`Customer`]: what the operations respond with |
//! | `create`, `get`, `list`, `update` | the operations on customers |
//! | `terms_of_service_link` | a link at which a customer accepts the terms |
//! | `send_one_time_password`, `verify_one_time_password` | codes by e-mail or phone |

mod create;
#[allow(clippy::module_inception)] // A type is found by its name.
mod customer;
mod get;
mod list;
mod send_one_time_password;
mod terms_of_service_link;
mod update;
mod verify_one_time_password;

pub use create::CreateCustomer;
pub use customer::{Customer, CustomerType, TermsOfServiceStatus};
pub use get::GetCustomer;
pub use list::ListCustomers;
pub use send_one_time_password::{OneTimePasswordChannel, OneTimePasswordSent, SendOneTimePassword};
pub use terms_of_service_link::{GenerateTermsOfServiceLink, TermsOfServiceLink};
pub use update::UpdateCustomer;
pub use verify_one_time_password::{OneTimePasswordVerified, VerifyOneTimePassword};
