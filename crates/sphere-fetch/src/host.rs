//! The JavaScript host: its global scope, and its timer.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use js_sys::futures::JsFuture;
use js_sys::{Promise, global};
use wasm_bindgen::JsCast as _;
use web_sys::WorkerGlobalScope;

/// Whether there is a JavaScript host: none of its functions may be called elsewhere.
pub(crate) const IS_HERE: bool = cfg!(all(target_family = "wasm", target_os = "unknown"));

/// The longest time that is counted: longer than any call takes, and within the range of `setTimeout`.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The global scope. Functions are looked up by name, so it need not be that of a web worker.
pub(crate) fn scope() -> WorkerGlobalScope {
    global().unchecked_into()
}

/// Waits on the host's timer. Dropping it stops the timer.
pub(crate) struct Timer {
    rung: JsFuture,
    handle: Option<i32>,
}

impl Timer {
    /// A timer that rings after `duration`, or after [`LONGEST`].
    pub(crate) fn after(duration: Duration) -> Self {
        let milliseconds =
            i32::try_from(duration.min(LONGEST).as_micros().div_ceil(1000)).unwrap_or(i32::MAX);
        let mut handle = None;
        let rung = Promise::new(&mut |ring, _| {
            let scope = scope();
            handle = scope.set_timeout_with_callback_and_timeout_and_arguments_0(&ring, milliseconds).ok();
        });
        Self { rung: JsFuture::from(rung), handle }
    }

    /// The result of a future, or `None` if the timer rings first.
    pub(crate) async fn limit<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        std::future::poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending => Pin::new(&mut *self).poll(context).map(|()| None),
        })
        .await
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.rung).poll(context).map(drop)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(handle) = self.handle {
            scope().clear_timeout_with_handle(handle);
        }
    }
}
