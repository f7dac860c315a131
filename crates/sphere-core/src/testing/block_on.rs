//! An executor for futures that wait for nothing but doubles.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Runs a future to its end, for async tests that need no runtime: over doubles nothing waits for
/// anything but virtual time.
///
/// # Panics
///
/// If the future waits for something that nobody has brought: a [stopped clock](super::VirtualClock::stopped),
/// another thread, or a timer of a runtime's. Such a test needs a runtime.
///
/// # Example
///
/// ```
/// use sphere_core::CustomerId;
/// use sphere_core::testing::{Reply, FakeTransport, block_on};
///
/// let transport = FakeTransport::script([Reply::refused(), Reply::link("https://in.sumsub.com/websdk/p/1")]);
/// let (client, customer) = (transport.client(), CustomerId::new("customer_1")?);
/// assert!(block_on(client.generate_face_verification_link(&customer).send()).is_ok());
/// # Ok::<(), sphere_core::InvalidId>(())
/// ```
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let woken = Arc::new(Woken(AtomicBool::new(true)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut future = pin!(future);
    while woken.0.swap(false, Ordering::SeqCst) {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
    }
    panic!("the future waits for something that no double brings, such as a stopped clock");
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}
