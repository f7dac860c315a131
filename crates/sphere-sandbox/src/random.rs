//! Randomness from the operating system: link tokens must not be guessable, even in a sandbox
//! whose pages may be open in a real browser.

/// 128 random bits as 32 hex digits: the form of ids and correlation ids, and enough for a token.
pub(crate) fn hex_32() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Six decimal digits: a one-time code.
pub(crate) fn six_digits() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000))
}
