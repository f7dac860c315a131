//! What the examples share: where to send, and how to say what came of it.

pub mod forward_proxy;
mod records;
pub mod sample;

use std::error::Error as StdError;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use sphere_core::config::API_KEY_VARIABLE;
use sphere_core::verification::VerificationProfile;
use sphere_core::{ApiKey, Config, CustomerId, Error, FaceVerificationLink};
use sphere_sandbox::{Model, Sandbox};

pub use records::Records;

/// Any error, for `main`.
pub type AnyError = Box<dyn StdError + Send + Sync>;

/// Whom to ask: the key and the host.
#[derive(Debug)]
pub struct Service {
    /// The key and the host.
    pub config: Config,
    /// Runs until this is dropped.
    pub sandbox: Option<Sandbox>,
}

impl Service {
    /// The service that the environment names, or a sandbox if there is no key.
    ///
    /// # Errors
    ///
    /// If a variable is bad or the sandbox cannot start.
    pub fn new() -> Result<Self, AnyError> {
        Self::of_model(Model::SphereManaged)
    }

    /// The same, with a sandbox of this model.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn of_model(model: Model) -> Result<Self, AnyError> {
        if std::env::var_os(API_KEY_VARIABLE).is_some() {
            return Ok(Self { config: Config::from_env()?, sandbox: None });
        }
        let sandbox = Sandbox::builder().model(model).start()?;
        let url = sandbox.base_url();
        println!("{API_KEY_VARIABLE} is not set: asking a sandbox at {url}, which ends with this program.");
        let key = ApiKey::new(sandbox.api_key())?;
        let config = Config::builder(key).base_url(sandbox.base_url()).build()?;
        Ok(Self { config, sandbox: Some(sandbox) })
    }
}

/// Whom to ask, and where to remember what was done.
#[derive(Debug)]
pub struct FirstTransfer {
    /// The key and the host.
    pub config: Config,
    /// Runs until this is dropped.
    pub sandbox: Option<Sandbox>,
    /// The folder after `--records`, or one that nobody has used.
    pub records: Records,
    /// Whether to pay all the same if an earlier outcome is not known: `--again`.
    pub again: bool,
}

impl FirstTransfer {
    /// Reads arguments and environment, and starts a sandbox of the Platform-Managed model if there is no key.
    ///
    /// # Errors
    ///
    /// If an argument or a variable is bad, or the sandbox or the folder cannot be made.
    pub fn new() -> Result<Self, AnyError> {
        let (mut folder, mut again) = (None, false);
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("records") => folder = Some(PathBuf::from(arguments.value()?)),
                lexopt::Arg::Long("again") => again = true,
                other => return Err(other.unexpected().into()),
            }
        }
        let has_key = std::env::var_os(API_KEY_VARIABLE).is_some();
        if has_key != folder.is_some() {
            return Err("`--records` is for a service that outlives this program: give a key and a folder, or neither".into());
        }
        let unused = || std::env::temp_dir().join(format!("first_transfer-{}", std::process::id()));
        let records = Records::new(folder.unwrap_or_else(unused))?;
        let Service { config, sandbox } = Service::of_model(Model::PlatformManaged)?;
        Ok(Self { config, sandbox, records, again })
    }
}

/// Whom to ask, for whom, and whom to trust.
#[derive(Debug)]
pub struct Setup {
    /// The key and the host.
    pub config: Config,
    /// For whom to ask: the first argument.
    pub customer: CustomerId,
    /// Certificates to trust as well: the file after `--ca-file`.
    pub extra_roots_pem: Option<Vec<u8>>,
    /// Runs until this is dropped.
    pub sandbox: Option<Sandbox>,
}

impl Setup {
    /// Reads arguments and environment, and starts a sandbox if there is no key.
    ///
    /// # Errors
    ///
    /// If an argument or a variable is bad, the file cannot be read, or the sandbox cannot start.
    pub fn new() -> Result<Self, AnyError> {
        let mut customer = "customer_f31121c389624d3697cbf3ea8830b7a4".to_owned();
        let mut extra_roots_pem = None;
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Value(value) => customer = text(value)?,
                lexopt::Arg::Long("ca-file") => {
                    let path = text(arguments.value()?)?;
                    let pem = std::fs::read(&path).map_err(|error| format!("--ca-file {path}: {error}"))?;
                    extra_roots_pem = Some(pem);
                }
                other => return Err(other.unexpected().into()),
            }
        }
        let customer = CustomerId::new(customer)?;
        let Service { config, sandbox } = Service::new()?;
        Ok(Self { config, customer, extra_roots_pem, sandbox })
    }
}

fn text(value: OsString) -> Result<String, AnyError> {
    value.into_string().map_err(|_| "an argument is not Unicode".into())
}

/// How a `main` ends. What is no failure of a call (a bad argument, no sandbox) is told in one line, with its cause
/// if there is one.
pub fn exit_code(ended: Result<ExitCode, AnyError>) -> ExitCode {
    ended.unwrap_or_else(|error| {
        eprintln!("{error}");
        if let Some(cause) = error.source() {
            eprintln!("  because: {cause}");
        }
        ExitCode::FAILURE
    })
}

/// Prints the link, and how long it lasts in the reader's terms.
pub fn print_link(link: &FaceVerificationLink) {
    println!("{}", link.url());
    let left = link.remaining().map_or("soon".to_owned(), within);
    println!(
        "Send the customer there {left} (it ends at {}).",
        link.expires_at_text().unwrap_or("an unknown time")
    );
}

fn within(left: Duration) -> String {
    match left.as_secs() {
        0 => "never: it has expired already".to_owned(),
        seconds @ 1..=119 => format!("within {seconds} seconds"),
        seconds @ 120..=7199 => format!("within {} minutes", seconds / 60),
        seconds => format!("within {} hours", seconds / 3600),
    }
}

/// The step to leave out, from `--skip STEP`; empty if there is none.
///
/// # Errors
///
/// If an argument is bad.
pub fn skipped_step() -> Result<String, AnyError> {
    skipped_step_and_file().map(|(skip, _)| skip)
}

/// The same, and the file after `--file`.
///
/// # Errors
///
/// If an argument is bad.
pub fn skipped_step_and_file() -> Result<(String, Option<OsString>), AnyError> {
    let (mut skip, mut file) = (String::new(), None);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("skip") => skip = text(arguments.value()?)?,
            lexopt::Arg::Long("file") => file = Some(arguments.value()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok((skip, file))
}

/// Prints each profile's status, and what is still required or must be corrected.
pub fn print_profiles(profiles: &[VerificationProfile]) {
    for profile in profiles {
        println!("{}: {}", profile.name(), profile.status());
        for criterion in &profile.criteria().required {
            println!("  still required: {criterion}");
        }
        for error in &profile.criteria().errors {
            println!("  to correct: {}", error.name());
        }
    }
}

/// Prints all that is known about a failure to standard error.
pub fn print_story(error: &Error) {
    eprintln!("{error}");
    for fault in error.field_errors() {
        let place = fault.pointer().or(fault.parameter()).or(fault.header()).unwrap_or("somewhere");
        eprintln!("  {place}: {}", fault.detail());
    }
    let mut source = StdError::source(error);
    while let Some(cause) = source {
        eprintln!("  because: {cause}");
        source = cause.source();
    }
    eprintln!("  attempts: {}", error.attempts());
    eprintln!("  may have been processed: {}", if error.may_have_been_processed() { "yes" } else { "no" });
    if let Some(wait) = error.retry_after() {
        eprintln!("  the server asks to wait: {} s", wait.as_secs());
    }
    if let Some(id) = error.correlation_id() {
        eprintln!("  quote to support: {id}");
    }
    eprintln!("  {}", advice(error));
}

fn advice(error: &Error) -> &'static str {
    if error.is_authentication() {
        "Check the API key."
    } else if error.is_not_found() {
        "Check the customer's id."
    } else if error.is_validation() {
        "Correct what is named above."
    } else if error.is_rate_limited() {
        "Ask less often."
    } else if error.is_timeout() {
        "Check the network, or allow more time."
    } else {
        "Try again later."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_told_in_the_readers_terms() {
        for (seconds, expected) in [
            (0, "never: it has expired already"),
            (1, "within 1 seconds"),
            (119, "within 119 seconds"),
            (899, "within 14 minutes"),
            (86_400, "within 24 hours"),
        ] {
            assert_eq!(within(Duration::from_secs(seconds)), expected);
        }
    }
}
