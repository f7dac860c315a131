//! Why an operation failed, in one line without anything that the server was sent.

use std::io;
use std::time::Duration;

use sphere_links::store::StoreError;

/// Time for an operation: lookup, connection, TLS, login, command and reply, and a second try if the first was on a
/// kept connection.
pub(crate) const LIMIT: Duration = Duration::from_secs(2);

/// Codes of a server that will not do its work soon, as another one may: after a failover the old primary is a replica.
const MOVED: [&str; 3] = ["READONLY", "LOADING", "MASTERDOWN"];

#[derive(Debug)]
pub(crate) enum Failure {
    Timeout,
    Io(io::Error),
    /// The code of an error reply.
    Refused(String),
    Malformed,
    TooLarge,
    #[cfg(feature = "async")]
    NoRuntime,
}

impl Failure {
    /// An error reply may quote its command, so only its code is kept, such as `WRONGPASS`. The error of a script may
    /// have the code inside: `ERR Error running script (…): @user_script: 1: -READONLY You can't write …`.
    pub(crate) fn refused(line: &[u8]) -> Self {
        let line = String::from_utf8_lossy(line);
        let mut words = line.split([' ', ':']).map(|word| word.trim_start_matches('-'));
        let first = words.clone().next().unwrap_or_default();
        let is_code = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_uppercase());
        let code = words.find(|word| MOVED.contains(word)).unwrap_or(if is_code { first } else { "ERR" });
        Self::Refused(code.to_owned())
    }

    /// Whether the connection can go on being used: the server refused this command and will do the next one.
    pub(crate) fn is_plain_refusal(&self) -> bool {
        matches!(self, Self::Refused(code) if !MOVED.contains(&code.as_str()))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::Timeout,
            _ => Self::Io(error),
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self::new(match failure {
            Failure::Timeout => format!("Redis: no response within {LIMIT:?}"),
            Failure::Io(error) => format!("Redis: no connection: {error}"),
            Failure::Refused(code) => format!("Redis refused the command: {code}"),
            Failure::Malformed => "Redis: not a reply in its protocol".to_owned(),
            Failure::TooLarge => "Redis: a reply of more than 1 MiB".to_owned(),
            #[cfg(feature = "async")]
            Failure::NoRuntime => "Redis: there is no tokio runtime here".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expired_time_limit_is_a_timeout() {
        for kind in [io::ErrorKind::TimedOut, io::ErrorKind::WouldBlock] {
            let error = StoreError::from(Failure::from(io::Error::from(kind)));
            assert_eq!(error.to_string(), "Redis: no response within 2s");
        }
    }

    #[test]
    fn only_the_code_of_a_refusal_is_shown() {
        for (line, code, is_plain) in [
            ("READONLY You can't write against a read only replica.", "READONLY", false),
            (
                "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You",
                "READONLY",
                false,
            ),
            ("LOADING Redis is loading the dataset in memory", "LOADING", false),
            (
                "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
                "MASTERDOWN",
                false,
            ),
            ("WRONGPASS invalid username-password pair", "WRONGPASS", true),
            ("ERR unknown command 'canary'", "ERR", true),
            ("canary", "ERR", true),
            ("", "ERR", true),
        ] {
            let failure = Failure::refused(line.as_bytes());
            assert_eq!(failure.is_plain_refusal(), is_plain, "{line}");
            assert_eq!(StoreError::from(failure).to_string(), format!("Redis refused the command: {code}"));
        }
    }
}
