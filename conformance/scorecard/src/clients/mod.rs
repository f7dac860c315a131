//! The Rust clients: one file each.

mod attohttpc;
mod curl;
mod hyper_util;
mod minreq;
mod reqwest;
mod ureq;

use sphere_conformance::{Candidate, Setup};

use crate::exchange::{Adapter, Exchange};

/// The subject of this name.
pub fn candidate(name: &str) -> Option<Candidate> {
    let make: fn(&Setup) -> Exchange = match name {
        "attohttpc" => attohttpc::defaults,
        "attohttpc-tuned" => attohttpc::tuned,
        "curl" => curl::defaults,
        "curl-tuned" => curl::tuned,
        "hyper-util" => hyper_util::defaults,
        "hyper-util-tuned" => hyper_util::tuned,
        "minreq" => minreq::defaults,
        "minreq-tuned" => minreq::tuned,
        "reqwest" => reqwest::defaults,
        "reqwest-tuned" => reqwest::tuned,
        "ureq" => ureq::defaults,
        "ureq-tuned" => ureq::tuned,
        _ => return None,
    };
    Some(Candidate::blocking(move |setup| Adapter(make(setup))))
}
