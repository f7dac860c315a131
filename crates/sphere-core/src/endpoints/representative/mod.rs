//! Representatives of business customers.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `representative` | [`Representative`]: what the operations respond with |
//! | `details` | [`RepresentationDetails`]: what a person is in the business |
//! | `create`, `get`, `list`, `update`, `delete` | the operations on representatives |
//! | `face_verification_link` | a link at which a representative can do the face check |

mod create;
mod delete;
mod details;
mod face_verification_link;
mod get;
mod list;
#[allow(clippy::module_inception)] // A type is found by its name.
mod representative;
mod update;

pub use create::CreateRepresentative;
pub use delete::DeleteRepresentative;
pub use details::RepresentationDetails;
pub use face_verification_link::GenerateRepresentativeFaceVerificationLink;
pub use get::GetRepresentative;
pub use list::ListRepresentatives;
pub use representative::{Representative, RepresentativeType};
pub use update::UpdateRepresentative;
