//! The waits, and the coat of another colour.

use super::*;

/// It does not wait between attempts.
struct Sleepless(Minimal);

impl Transport for Sleepless {
    fn send(&self, request: TransportRequest) -> Outcome {
        self.0.send(request)
    }

    fn sleep(&self, _: Duration) {}
}

/// A blocking transport in an asynchronous coat: it blocks the thread of whoever awaits it.
struct Coat(Minimal);

#[async_trait::async_trait]
impl sphere_core::transport::Transport for Coat {
    async fn send(&self, request: TransportRequest) -> Outcome {
        self.0.send(request)
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration);
    }
}

#[test]
fn one_that_does_not_sleep() {
    let broken = broken(&Candidate::blocking(|_| Sleepless(Minimal::default())));
    assert_eq!(broken, BTreeSet::from(["sleep_waits"]));
}

/// Runs a future on this thread, with nothing but `std`.
fn block_on(mut future: BoxFuture<'_>) {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    while future.as_mut().poll(&mut context).is_pending() {
        std::thread::park();
    }
}

#[test]
fn one_that_blocks_the_thread_of_an_asynchronous_caller() {
    let broken = broken(&Candidate::asynchronous(|_| Coat(Minimal::default()), block_on));
    assert_eq!(
        broken,
        BTreeSet::from([
            "a_call_may_move_between_threads",
            "a_dropped_call_leaves_the_transport_usable",
            "sending_does_not_block_the_thread",
            "sleeping_does_not_block_the_thread",
            "the_answer_to_a_dropped_call_never_reaches_another",
        ])
    );
}
