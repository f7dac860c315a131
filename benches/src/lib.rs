//! The frame in which every client is measured: the same work, the same arguments, the same loops.
//!
//! Each client is a program of its own, so that no one pays for another's code or features. A program is run
//! by `sphere-benches`, which counts from outside, so that nothing of the counting is in the counts.

pub mod arguments;
pub mod client;
pub mod network;
pub mod program;
pub mod work;
