//! What only asynchronous transports can get wrong.

use std::future::poll_fn;
use std::task::Poll;

use super::kit::{SHORT, plain};
use crate::Candidate;

/// A `sleep` that blocks its thread stops every other task on it. Such a one is over when it is polled for
/// the first time; one that waits as futures do is not.
pub(crate) fn sleeping_does_not_block_the_thread(candidate: &Candidate) {
    let subject = plain(candidate);
    let Some(transport) = subject.future() else { return };
    subject.block_on(Box::pin(async {
        let mut sleeping = transport.sleep(SHORT);
        let at_first = poll_fn(|context| Poll::Ready(sleeping.as_mut().poll(context))).await;
        assert!(at_first.is_pending(), "`sleep` kept its thread until it was over");
        sleeping.await;
    }));
}
