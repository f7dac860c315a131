//! What a server may do, as a small grammar from which cases are drawn: mostly good HTTP, with a fault here and there,
//! and sometimes a few bytes that were changed blindly. proptest makes a failing case small.

mod body;
mod change;
mod head;

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use body::body;
use change::change;
use head::{header, interim, status_line};

/// Requests that a transport sends one after the other, and what the server does after each.
#[derive(Clone, Debug)]
pub struct Case {
    pub tls: bool,
    pub exchanges: Vec<Exchange>,
}

/// A request and what the server does when it has read it.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub method: &'static str,
    /// The length of the request's body.
    pub sends: usize,
    /// The largest response body that is accepted.
    pub max_response_bytes: usize,
    /// What the server writes, each piece on its own.
    pub pieces: Vec<Piece>,
    pub end: End,
}

/// Bytes that are shown as text.
#[derive(Clone, PartialEq)]
pub struct Piece(pub Vec<u8>);

/// What the server does when it has written everything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// Waits for the next request.
    Stay,
    Close,
    /// Closes; over TLS without a `close_notify`.
    Cut,
    Reset,
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" ({} bytes)", self.0.escape_ascii(), self.0.len())
    }
}

impl Exchange {
    /// All bytes that the server writes.
    pub fn bytes(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|piece| piece.0.iter().copied()).collect()
    }
}

pub fn case() -> impl Strategy<Value = Case> {
    (prop::bool::weighted(0.2), vec(exchange(), 1..4)).prop_map(|(tls, exchanges)| Case { tls, exchanges })
}

fn exchange() -> impl Strategy<Value = Exchange> {
    let method = prop_oneof![4 => Just("POST"), 4 => Just("GET"), 1 => Just("DELETE"), 1 => Just("HEAD")];
    let sends = prop_oneof![3 => Just(0_usize), 3 => 1..40_usize, 1 => 1..60_000_usize];
    // Without a limit that matters, or one near the body's length.
    let limit = prop_oneof![4 => Just(None), 1 => (-1..2_isize).prop_map(Some)];
    let cuts = prop_oneof![Just(Vec::new()), vec(any::<Index>(), 1..4)];
    let end =
        prop_oneof![4 => Just(End::Stay), 2 => Just(End::Close), 1 => Just(End::Cut), 1 => Just(End::Reset)];
    (method, sends, limit, end, bytes(), cuts).prop_map(
        |(method, sends, limit, end, (bytes, length, is_whole), cuts)| Exchange {
            method,
            sends: if method == "POST" { sends } else { 0 },
            max_response_bytes: limit.map_or(1 << 20, |more| length.saturating_add_signed(more)),
            pieces: split(bytes, &cuts),
            // A client that waits for the rest of a response must not wait for ever.
            end: if end == End::Stay && !is_whole { End::Close } else { end },
        },
    )
}

fn split(bytes: Vec<u8>, cuts: &[Index]) -> Vec<Piece> {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    cuts.sort_unstable();
    let mut pieces = Vec::new();
    let mut rest = bytes;
    for cut in cuts.into_iter().rev() {
        pieces.push(Piece(rest.split_off(cut)));
    }
    pieces.push(Piece(rest));
    pieces.retain(|piece| !piece.0.is_empty());
    pieces.reverse();
    pieces
}

/// What the server writes, the length of the body in it, and whether it is a whole response that says where it ends.
fn bytes() -> impl Strategy<Value = (Vec<u8>, usize, bool)> {
    let surplus = prop_oneof![
        8 => Just(""),
        1 => Just("\r\n"),
        1 => Just("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
        1 => Just("x"),
    ];
    let blind = prop_oneof![3 => Just(Vec::new()), 1 => vec(change(), 1..3)];
    (interim(), status_line(), vec(header(), 0..4), body(), surplus, blind).prop_map(
        |(interim, status_line, headers, body, surplus, changes)| {
            let is_interim = status_line.starts_with("HTTP/1.1 1");
            let is_whole = body.is_whole && changes.is_empty() && !is_interim;
            let head = format!("{interim}{status_line}\r\n{}{}\r\n", headers.concat(), body.headers);
            let mut bytes = [head.as_bytes(), &body.bytes, surplus.as_bytes()].concat();
            for change in changes {
                change.apply(&mut bytes);
            }
            (bytes, body.length, is_whole)
        },
    )
}
