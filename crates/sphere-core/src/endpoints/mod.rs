//! The operations that the SDK has, one file each. `README.md` in this folder lists them.

mod face_verification_link;

pub use face_verification_link::{
    FaceVerificationLink, GenerateFaceVerificationLink, InvalidFaceVerificationLink,
};
