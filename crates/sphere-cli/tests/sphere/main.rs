//! The command as a process, against a sandbox in the test.

mod check;
mod documents;
mod failures;
mod keys;
mod link;
#[cfg(target_os = "linux")]
mod open;
mod read_code;
mod run;
mod sandbox;
mod secrets;
#[cfg(unix)]
mod terminal;
mod usage;
