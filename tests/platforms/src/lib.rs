//! What the tests of sphere-wasi and sphere-fetch share: programs for a component and for a worker, and the native side
//! of those tests.

pub mod five_cases;
#[cfg(feature = "native")]
pub mod native;
pub mod subject;
