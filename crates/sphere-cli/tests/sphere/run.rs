//! Running the command to its end, and what came out.

use std::io::Write as _;
use std::process::{Command, Stdio};

use sphere_sandbox::Sandbox;

/// The command, with nothing in its environment that the machine or a person put there.
pub(crate) fn sphere() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sphere"));
    for variable in ["SPHEREPAY_API_KEY", "SPHEREPAY_BASE_URL", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    // Whatever could be logged would be.
    command.env("RUST_LOG", "trace").env("TERM", "xterm").stdin(Stdio::null());
    command
}

/// The command, to be used with this sandbox.
pub(crate) fn sphere_with(sandbox: &Sandbox) -> Command {
    let mut command = sphere();
    command.env("SPHEREPAY_API_KEY", sandbox.api_key()).env("SPHEREPAY_BASE_URL", sandbox.base_url());
    command
}

/// How the command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// What it printed, if it succeeded and said nothing else.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// What it said, if it failed in this way and printed nothing.
    #[track_caller]
    pub(crate) fn failure(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{}", self.err);
        self.err
    }
}

pub(crate) fn ended(command: &mut Command) -> Ended {
    ended_with_input(command, None)
}

pub(crate) fn ended_with_input(command: &mut Command, input: Option<&[u8]>) -> Ended {
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
        // It may have ended without reading.
        let _ = stdin.write_all(input);
    }
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// `sphere ARGUMENTS` with this sandbox, to its end.
pub(crate) fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    ended(sphere_with(sandbox).args(arguments))
}
