//! What several operations send or read: objects whose members are kept by name, and the checks that the contract
//! states.

mod address;
pub(crate) mod check;
mod meta;
mod personal_information;

pub use address::Address;
pub use meta::{Meta, Scalar};
pub use personal_information::PersonalInformation;
