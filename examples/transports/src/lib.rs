//! A transport over a client of your own, and one around another: what has only a blocking transport serves async code.
//!
//! Over your own reqwest client or tower service, take the crates `sphere-reqwest` and `sphere-tower`: the programs
//! `reqwest_client.rs` and `tower_service.rs` beside this folder do.

pub mod spawn_blocking;
pub mod ureq_agent;
