//! The command as a process, against a sandbox in the test.

mod check;
mod customer;
mod document;
mod endless_files;
mod failures;
#[cfg(unix)]
mod journey;
mod keys;
mod library_errors;
mod link;
mod lost_output;
mod one_time_password;
#[cfg(target_os = "linux")]
mod open;
mod packaging;
mod personal_data;
mod proxy;
mod read_code;
mod representative;
mod run;
mod sandbox;
mod secrets;
#[cfg(unix)]
mod terminal;
mod usage;
mod wait;
