//! Tests of the suite: what it demands, what it says, and that it fails when it must. They are one program, since most
//! of them wait.

#[path = "../loopback/mod.rs"]
mod loopback;
#[path = "../minimal/mod.rs"]
mod minimal;

mod another_language;
mod bad_subjects;
mod command;
mod declarations;
#[cfg(unix)]
mod own_process;
mod page;
mod protocol;
mod server;
mod wrong_transports;
