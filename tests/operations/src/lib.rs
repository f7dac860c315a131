//! Every operation of the SDK in one table, and what is promised for each of them, over anything that carries a call.
//!
//! `table` has the rows, `promises` what holds for each, `hidden` looks for what must not show, `contract` has the
//! schemas. A test gives a
//! [`Carrier`]: core alone, or a client and a server with a socket between them.

#![allow(missing_docs, clippy::missing_panics_doc)] // For tests: a panic is a test that failed.

#[cfg(feature = "contract")]
pub mod contract;
pub mod hidden;
pub mod promises;
mod row;
mod table;

use sphere_core::testing::{FakeTransport, Reply, block_on};

pub use row::{Outcome, Output, Row, Sends, debug};
pub use table::{FILE_BYTES, ID, PRIVATE, TOKEN, customer_json, operations, representative_json, requests};

/// What was sent in a call, and how it ended.
#[derive(Debug)]
pub struct Played {
    pub sent: Vec<http::Request<Vec<u8>>>,
    pub outcome: Outcome,
}

/// Sends a call to a server that gives each attempt this status and this JSON.
pub trait Carrier {
    fn play(&self, row: &Row, status: u16, body: &str) -> Played;
}

/// Core alone, in one of its modes.
#[derive(Debug, Clone, Copy)]
pub enum Core {
    Async,
    Blocking,
}

impl Carrier for Core {
    fn play(&self, row: &Row, status: u16, body: &str) -> Played {
        let transport =
            FakeTransport::always(Reply::status(status).body("application/json", body.to_owned()));
        let outcome = match self {
            Self::Async => block_on((row.asynchronous)(&transport.client())),
            Self::Blocking => (row.blocking)(&transport.blocking_client()),
        };
        let sent = transport.requests().into_iter().map(|request| {
            let (head, body) = request.into_http().into_parts();
            http::Request::from_parts(head, body.reader().flatten().collect())
        });
        Played { sent: sent.collect(), outcome }
    }
}
