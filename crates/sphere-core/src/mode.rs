//! How a client waits: all that its two flavours do differently.

use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::clock::{self, Moment};
use crate::transport::{self, TransportError, TransportErrorKind, TransportRequest, TransportResponse};

mod sealed {
    pub trait Sealed {}
}

/// How a client waits: [`Async`] or [`Blocking`]. Not for your own types.
///
/// What is generic over it works for both flavours:
///
/// ```
/// use sphere_core::CustomerId;
/// use sphere_core::client::{Client, Mode};
/// use sphere_core::endpoints::ListCustomers;
/// use sphere_core::pages::Pages;
///
/// fn smiths<M: Mode>(client: &Client<M>) -> Pages<'_, M, ListCustomers> {
///     client.list_customers().search("smith").limit(50)
/// }
/// ```
pub trait Mode: sealed::Sealed + Sized + 'static {
    /// The transport of such a client.
    type Transport: ?Sized + Send + Sync;

    /// The clock of such a client.
    type Clock: ?Sized + Send + Sync;

    /// Sends the request, and ends when its time is up even if the transport does not.
    #[doc(hidden)]
    fn send(
        transport: &Self::Transport,
        clock: &Self::Clock,
        request: TransportRequest,
    ) -> impl Future<Output = Result<TransportResponse, TransportError>> + Send;

    #[doc(hidden)]
    fn warm_up(
        transport: &Self::Transport,
        request: TransportRequest,
    ) -> impl Future<Output = Result<(), TransportError>> + Send;

    #[doc(hidden)]
    fn now(clock: &Self::Clock) -> Moment;

    #[doc(hidden)]
    fn sleep(clock: &Self::Clock, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// The mode of the async [`Client`](crate::Client): its futures wait.
#[derive(Debug)]
pub enum Async {}

/// The mode of the [blocking client](crate::blocking::Client): it blocks the calling thread.
#[derive(Debug)]
pub enum Blocking {}

impl sealed::Sealed for Async {}
impl sealed::Sealed for Blocking {}

impl Mode for Async {
    type Transport = dyn transport::Transport;
    type Clock = dyn clock::Clock;

    fn send(
        transport: &Self::Transport,
        clock: &Self::Clock,
        request: TransportRequest,
    ) -> impl Future<Output = Result<TransportResponse, TransportError>> + Send {
        let time_left = request.time_left();
        in_time(clock, time_left, transport.send(request))
    }

    fn warm_up(
        transport: &Self::Transport,
        request: TransportRequest,
    ) -> impl Future<Output = Result<(), TransportError>> + Send {
        transport.warm_up(request)
    }

    fn now(clock: &Self::Clock) -> Moment {
        clock.now()
    }

    fn sleep(clock: &Self::Clock, duration: Duration) -> impl Future<Output = ()> + Send {
        clock.sleep(duration)
    }
}

/// Its futures have done their work when they are made: see [`output`].
impl Mode for Blocking {
    type Transport = dyn transport::blocking::Transport;
    type Clock = dyn clock::blocking::Clock;

    fn send(
        transport: &Self::Transport,
        _: &Self::Clock,
        request: TransportRequest,
    ) -> impl Future<Output = Result<TransportResponse, TransportError>> + Send {
        ready(transport.send(request))
    }

    fn warm_up(
        transport: &Self::Transport,
        request: TransportRequest,
    ) -> impl Future<Output = Result<(), TransportError>> + Send {
        ready(transport.warm_up(request))
    }

    fn now(clock: &Self::Clock) -> Moment {
        clock.now()
    }

    fn sleep(clock: &Self::Clock, duration: Duration) -> impl Future<Output = ()> + Send {
        clock.sleep(duration);
        ready(())
    }
}

/// The output of a future that awaits nothing but what a [`Blocking`] client gives.
///
/// # Panics
///
/// If the future awaits anything else, and that is not ready.
pub fn output<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the futures of `Mode for Blocking` are ready when they are made"),
    }
}

/// The transport's outcome, or an error when time is up even if the transport goes on: the second net under
/// [`TransportRequest::time_left`].
fn in_time(
    clock: &dyn clock::Clock,
    time_left: Duration,
    mut sending: impl Future<Output = Result<TransportResponse, TransportError>> + Unpin,
) -> impl Future<Output = Result<TransportResponse, TransportError>> {
    // Started after the transport's first poll, so that its more specific timeout fires first.
    let mut time_is_up = None;
    poll_fn(move |context| {
        if let Poll::Ready(outcome) = Pin::new(&mut sending).poll(context) {
            return Poll::Ready(outcome);
        }
        let time_is_up = time_is_up.get_or_insert_with(|| clock.sleep(time_left));
        time_is_up.as_mut().poll(context).map(|()| {
            let fault = "the transport exceeded its time limit";
            Err(TransportError::new(TransportErrorKind::Timeout, fault))
        })
    })
}
