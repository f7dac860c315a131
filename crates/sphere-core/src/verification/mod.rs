//! How far a verification is: profiles, their criteria, and whether the face check was passed.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `profile` | [`VerificationProfile`]: name, status and criteria |
//! | `criteria` | [`Criteria`]: what is complete, under review, still required or in error |
//! | `face_check` | [`FaceCheck`]: what the lists say about the face check |
//! | `next_step` | [`NextStep`]: what has to happen next |

mod criteria;
mod face_check;
mod next_step;
mod profile;

pub use criteria::{Criteria, CriterionError, CriterionName};
pub use face_check::{FaceCheck, FaceCheckVerdict};
pub(crate) use face_check::{is_face_check, verdict};
pub use next_step::NextStep;
pub use profile::{ProfileName, ProfileStatus, VerificationProfile};
pub(crate) use profile::{only_profile, read_profiles};
