//! The five cases of `tests/platforms` in a component, to the base URLs in `FIVE_CASES`.

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let urls = std::env::var("FIVE_CASES")?;
    let calls = sphere_platforms::five_cases::outcomes(urls.split(' '), sphere_wasi::client);
    print!("{}", sphere_wasi::block_on(calls)?);
    Ok(())
}
