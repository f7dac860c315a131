//! The long form.

use sphere_benches::work::Failure;

/// Prints everything.
pub(crate) fn print() -> Result<(), Failure> {
    Err("not yet".into())
}
