//! The requests that arrived, and the script that decides some of their responses.

use std::collections::VecDeque;

use crate::turn::Turn;
use crate::world::ReceivedRequest;

/// A program that is left running must not fill the memory; the oldest requests go first.
const MOST_REQUESTS: usize = 10_000;
/// All bodies together.
const MOST_BODY_BYTES: usize = 256 * 1024 * 1024;

#[derive(Default)]
pub(crate) struct Requests {
    kept: VecDeque<ReceivedRequest>,
    body_bytes: usize,
    /// How many have arrived, including those that are no longer kept.
    pub(crate) received: usize,
    pub(crate) next_turns: VecDeque<Turn>,
    pub(crate) every_turn: Option<Turn>,
}

impl Requests {
    /// Records a request and takes its turn of the script.
    pub(crate) fn receive(&mut self, request: ReceivedRequest) -> Option<Turn> {
        self.body_bytes += request.body.len();
        self.kept.push_back(request);
        while self.kept.len() > MOST_REQUESTS || (self.body_bytes > MOST_BODY_BYTES && self.kept.len() > 1) {
            if let Some(oldest) = self.kept.pop_front() {
                self.body_bytes -= oldest.body.len();
            }
        }
        self.received += 1;
        self.next_turns.pop_front().or_else(|| self.every_turn.clone())
    }

    /// The oldest first.
    pub(crate) fn kept(&self) -> Vec<ReceivedRequest> {
        self.kept.iter().cloned().collect()
    }
}
