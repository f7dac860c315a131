//! A call that has not been sent yet: the operation, the client to send it with, and options of this one call.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::client::{Async, Blocking, Client, Mode};
use crate::config::RetryPolicy;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::machine::{IdempotencyKey, Options};
use crate::mode::output;
use crate::transport::TransportResponse;

/// A call of one operation, ready to be sent with `send()`. Made by a client's methods, the same for both
/// clients and for every operation; `M` is the client's [`Mode`], `E` the operation.
///
/// An async call can also be awaited without `send()`.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::{Client, CustomerId, Error, FaceVerificationLink, RetryPolicy};
///
/// async fn quick(client: &Client, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
///     client
///         .generate_face_verification_link(customer)
///         .timeout(Duration::from_secs(3))
///         .retry(RetryPolicy::never())
///         .send()
///         .await
/// }
/// ```
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'c, M: Mode, E> {
    client: &'c Client<M>,
    endpoint: E,
    options: Options,
}

impl<M: Mode> Client<M> {
    /// A call of any operation, your own included.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Call<'_, M, E> {
        Call { client: self, endpoint, options: Options::default() }
    }
}

impl<M: Mode, E: Endpoint> Call<'_, M, E> {
    /// Time for this call, all attempts and waits included: more than zero, at most 24 hours. In place of the
    /// operation's own and the configuration's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Retries this call by another policy than the configuration's.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Sends `Idempotency-Key`, the same on every attempt, and stops retries after which nobody knows
    /// whether the request was processed.
    ///
    /// SpherePay documented this header for its v1 API only, and there a key that was used before makes the
    /// request *fail*, whatever the first response was: nothing is replayed. So the SDK sends none unless
    /// asked, and a refusal does not prove that nothing was processed: an earlier call with that key may have
    /// been.
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Self {
        self.options.idempotency_key = Some(key);
        self
    }

    /// Calls `progress` while the request's body is sent, with the bytes handed to the connection so far and
    /// the bytes in all. A retry begins at zero again.
    ///
    /// Bytes that were handed over are on their way, but need not have arrived: up to 256 KiB of them may be in the
    /// transport's own buffers, and more in those of the system.
    ///
    /// It is called on the thread that sends, so it should return quickly.
    pub fn on_upload_progress(mut self, progress: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.options.upload_progress = Some(Arc::new(progress));
        self
    }
}

impl<M: Mode, E: Endpoint> Call<'_, M, E> {
    /// Sends it, in either mode.
    pub(crate) async fn run(self) -> Result<(E::Output, TransportResponse), Error> {
        let success = self.client.run(E::OPERATION, self.endpoint.request(), self.options).await?;
        success.decode(|response| self.endpoint.decode(response))
    }
}

impl<E: Endpoint> Call<'_, Async, E> {
    /// Sends it.
    ///
    /// # Cancellation
    ///
    /// A call that is dropped stops where it is. If its request was in flight, the server may have processed it.
    ///
    /// # Errors
    ///
    /// [`Error`] with what happened last, how often it was sent, and whether it may have been processed.
    pub async fn send(self) -> Result<E::Output, Error> {
        Ok(self.run().await?.0)
    }

    /// Sends it, and gives the response as it came beside the output: its status, headers, and body, with members that
    /// this SDK does not know.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn show(client: &Client, customer: &CustomerId) -> Result<(), Error> {
    ///     let (link, response) = client.generate_face_verification_link(customer).send_with_response().await?;
    ///     println!("{}: {:?} and {} bytes", link.url(), response.headers().get("date"), response.body().len());
    ///     Ok(())
    /// }
    /// ```
    pub async fn send_with_response(self) -> Result<(E::Output, TransportResponse), Error> {
        self.run().await
    }
}

impl<E: Endpoint> Call<'_, Blocking, E> {
    /// Sends it, and blocks until it is over.
    ///
    /// # Errors
    ///
    /// [`Error`] with what happened last, how often it was sent, and whether it may have been processed.
    pub fn send(self) -> Result<E::Output, Error> {
        Ok(output(self.run())?.0)
    }

    /// Sends it, and gives the response as it came beside the output: its status, headers, and body, with members that
    /// this SDK does not know.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub fn send_with_response(self) -> Result<(E::Output, TransportResponse), Error> {
        output(self.run())
    }
}

/// Awaiting a call sends it, as [`send`](Call::send) does.
impl<'c, E: Endpoint + 'c> IntoFuture for Call<'c, Async, E> {
    type Output = Result<E::Output, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Shows the operation's name and the options; nothing of the request.
impl<M: Mode, E: Endpoint> fmt::Debug for Call<'_, M, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &E::OPERATION.name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
