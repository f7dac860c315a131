//! Builds the client programs, runs each against one server, and counts from outside.

mod callgrind;
mod counts;
mod feel;
mod figure;
pub(crate) mod gate;
pub(crate) mod growth;
pub(crate) mod network;
mod programs;
mod server;
mod strace;
pub(crate) mod table;
mod times;
pub(crate) mod uploads;
