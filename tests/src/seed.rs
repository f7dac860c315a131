//! Seeds of tests that draw what they do.

/// The seed that was asked for, in the environment variable `SEED`.
///
/// # Panics
///
/// If it is no number.
#[must_use]
pub fn wanted() -> Option<u64> {
    std::env::var("SEED").ok().map(|seed| seed.parse().expect("SEED is a number"))
}

/// A new seed, which is printed.
#[must_use]
pub fn fresh() -> u64 {
    let seed = fastrand::u64(..);
    println!("SEED={seed}");
    seed
}
