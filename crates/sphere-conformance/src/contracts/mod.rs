//! The contracts: one file per group, one function per contract. The function's name says what a transport does;
//! its documentation says what the contract demands and why.

pub(crate) mod alerts;
mod calls;
pub(crate) mod clock;
pub(crate) mod connections;
pub(crate) mod delivery;
pub(crate) mod descriptors;
pub(crate) mod early;
mod expect;
pub(crate) mod framing;
pub(crate) mod futures;
pub(crate) mod idle;
pub(crate) mod limits;
pub(crate) mod once;
pub(crate) mod redirects;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod secrets;
pub(crate) mod size;
pub(crate) mod time;
pub(crate) mod tls;
pub(crate) mod truncation;
pub(crate) mod unsendable;
