//! The exit codes: the part of a failure that a script can ask for.

use std::process::ExitCode;

use sphere_core::transport::TransportErrorKind;
use sphere_core::{Error, ErrorKind};

/// How the command ended. The numbers and names are promised in [`EXIT_STATUS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Success,
    Other,
    Input,
    Authentication,
    NotFound,
    Refused,
    Unreachable,
    Server,
    Undecided,
    CorrectionNeeded,
    Rejected,
}

/// For the help and the man page.
pub(crate) const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  other: the output could not be written, the clock is wrong, ...
  2  input: a bad argument, option, key or file; nothing was sent
  3  authentication: the key was refused (401, 403)
  4  not_found: there is no such customer or representative (404)
  5  refused: the request was refused (422 and any other 4xx)
  6  unreachable: no connection, TLS failed, or time ran out
  7  server: the server failed (5xx), or its response cannot be used
  8  undecided: `sphere wait` has waited long enough; not a failure
  9  correction_needed: `sphere wait` found something to be corrected
  10  rejected: `sphere wait` found that a profile was rejected";

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Other => 1,
            Self::Input => 2,
            Self::Authentication => 3,
            Self::NotFound => 4,
            Self::Refused => 5,
            Self::Unreachable => 6,
            Self::Server => 7,
            Self::Undecided => 8,
            Self::CorrectionNeeded => 9,
            Self::Rejected => 10,
        }
    }

    /// The name under which `--json` reports it.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Other => "other",
            Self::Input => "input",
            Self::Authentication => "authentication",
            Self::NotFound => "not_found",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Server => "server",
            Self::Undecided => "undecided",
            Self::CorrectionNeeded => "correction_needed",
            Self::Rejected => "rejected",
        }
    }

    /// What a failed call ends with.
    pub(crate) fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidRequest => Self::Input,
            ErrorKind::Api if error.is_authentication() => Self::Authentication,
            ErrorKind::Api if error.is_not_found() => Self::NotFound,
            ErrorKind::Api if error.status().is_some_and(|status| status.is_client_error()) => Self::Refused,
            ErrorKind::Api | ErrorKind::InvalidResponse => Self::Server,
            ErrorKind::Transport => error.transport().map_or(Self::Other, |error| of_transport(error.kind())),
            _ => Self::Other,
        }
    }
}

fn of_transport(kind: TransportErrorKind) -> Exit {
    use TransportErrorKind as Kind;
    match kind {
        Kind::Connect | Kind::Timeout | Kind::Tls | Kind::Interrupted => Exit::Unreachable,
        Kind::Protocol | Kind::TooLarge => Exit::Server,
        Kind::Setup => Exit::Input,
        _ => Exit::Other,
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_lists_each_code_with_its_name() {
        for exit in [
            Exit::Other,
            Exit::Input,
            Exit::Authentication,
            Exit::NotFound,
            Exit::Refused,
            Exit::Unreachable,
            Exit::Server,
            Exit::Undecided,
            Exit::CorrectionNeeded,
            Exit::Rejected,
        ] {
            let row = format!("\n  {}  {}: ", exit.code(), exit.class());
            assert!(EXIT_STATUS.contains(&row), "{row}");
        }
        assert!(EXIT_STATUS.contains("\n  0  done"));
    }

    #[test]
    fn each_kind_of_transport_error_has_its_place() {
        use TransportErrorKind as Kind;
        for (kind, exit) in [
            (Kind::Connect, Exit::Unreachable),
            (Kind::Timeout, Exit::Unreachable),
            (Kind::Tls, Exit::Unreachable),
            (Kind::Interrupted, Exit::Unreachable),
            (Kind::Protocol, Exit::Server),
            (Kind::TooLarge, Exit::Server),
            (Kind::Setup, Exit::Input),
            (Kind::Other, Exit::Other),
        ] {
            assert_eq!(of_transport(kind), exit, "{kind:?}");
        }
    }
}
