//! Running the command, and what it printed.

use std::process::{Command, Output};

use sphere_bounded::program;
use sphere_sandbox::{Sandbox, Turn};

/// The command, with nothing in its environment that the machine or a person put there.
pub(crate) fn sphere() -> Command {
    in_clean_environment(env!("CARGO_BIN_EXE_sphere"))
}

fn in_clean_environment(program: &str) -> Command {
    let mut command = program::command(program);
    for variable in ["SPHEREPAY_API_KEY", "SPHEREPAY_BASE_URL", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    // Whatever could be logged would be.
    command.env("RUST_LOG", "trace").env("TERM", "xterm");
    command
}

/// The command, to be used with this sandbox.
pub(crate) fn sphere_with(sandbox: &Sandbox) -> Command {
    with(sandbox, sphere())
}

/// A shell whose `$SPHERE` is the command, to be used with this sandbox.
pub(crate) fn shell_with(sandbox: &Sandbox) -> Command {
    let mut shell = with(sandbox, in_clean_environment("/bin/sh"));
    shell.env("SPHERE", env!("CARGO_BIN_EXE_sphere")).env("PS1", "$ ").env_remove("ENV");
    shell
}

fn with(sandbox: &Sandbox, mut command: Command) -> Command {
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

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

#[track_caller]
pub(crate) fn ended(command: &mut Command) -> Ended {
    program::run(command).into()
}

#[track_caller]
pub(crate) fn ended_with_input(command: &mut Command, input: &[u8]) -> Ended {
    program::run_with_input(command, input.to_vec()).into()
}

/// A command against a sandbox that never responds, with the first of these time limits in which its request has come:
/// the machine may be busy.
#[track_caller]
pub(crate) fn run_out_of_time(sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    let (turn, _gate) = Turn::held();
    sandbox.reply_every(turn);
    let limits = ["0.2", "1", "5"].into_iter();
    let mut ends = limits.map(|limit| run(sandbox, &[arguments, &["--timeout", limit]].concat()));
    ends.find(|_| !sandbox.requests().is_empty()).expect("a request within five seconds")
}

/// `sphere ARGUMENTS` with this sandbox, to its end.
#[track_caller]
pub(crate) fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    ended(sphere_with(sandbox).args(arguments))
}
