//! Tests that a seed decides. A seed that fails is printed, with all that happened, and can be played again.

mod clockwork;
mod history;
mod simulation;

pub use clockwork::{Clockwork, dropped_after};
pub use history::History;
pub use simulation::Simulation;

/// The seed that was asked for, in the environment variable `SEED`.
///
/// # Panics
///
/// If it is no number.
#[must_use]
pub fn wanted() -> Option<u64> {
    number("SEED")
}

/// A new seed, which is printed.
#[must_use]
pub fn fresh() -> u64 {
    let seed = fastrand::u64(..);
    println!("SEED={seed}");
    seed
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}
