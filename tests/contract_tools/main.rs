//! Other people's tools on the contract `contract/journey.openapi.json`: a validating proxy for the clients,
//! generated requests against the sandbox, and another parser of uploads. `.ci/contract` installs the tools and
//! runs these tests.

mod prism;
mod schemathesis;
mod uploads;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sphere_bounded::program;

/// What a variable says that `.ci/contract` sets.
fn installed(variable: &str) -> String {
    env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run `bash .ci/contract`"))
}

/// Writes JSON to a file for a tool.
fn write(name: &str, value: &Value) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
    fs::write(&path, value.to_string()).unwrap();
    path
}

/// A Python program with the packages that `.ci/contract` has installed.
fn python() -> Command {
    let mut command = program::command("python3");
    command.env("PYTHONPATH", installed("PYTHON_PACKAGES")).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}
