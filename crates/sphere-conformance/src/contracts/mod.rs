//! The contracts: one file per group, one function per rule. The function's name is the rule; its doc says
//! what it demands and why.

pub(crate) mod delivery;
pub(crate) mod futures;
mod kit;
pub(crate) mod redirects;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod time;
