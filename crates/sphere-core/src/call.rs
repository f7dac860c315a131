//! A call that has not been sent yet: the operation, the client to send it with, and options of this one call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::config::RetryPolicy;
use crate::endpoint::Endpoint;
use crate::machine::{IdempotencyKey, Options};

/// A call of one operation, ready to be sent with `send()`. Made by a client's methods, the same for both
/// clients and for every operation; `C` is the client, `E` the operation.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::{Client, CustomerId, Error, FaceVerificationLink, RetryPolicy};
///
/// async fn quick(client: &Client, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
///     client
///         .face_verification_link(customer)
///         .timeout(Duration::from_secs(3))
///         .retry(RetryPolicy::never())
///         .send()
///         .await
/// }
/// ```
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'c, C, E> {
    pub(crate) client: &'c C,
    pub(crate) endpoint: E,
    pub(crate) options: Options,
}

impl<'c, C, E: Endpoint> Call<'c, C, E> {
    pub(crate) fn new(client: &'c C, endpoint: E) -> Self {
        Self { client, endpoint, options: Options::default() }
    }

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

    /// Calls `observer` while the request's body is sent, with the bytes handed to the connection so far and
    /// the bytes in all. A retry begins at zero again.
    ///
    /// It is called on the thread that sends, so it should return quickly.
    pub fn on_upload_progress(mut self, observer: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.options.upload_observer = Some(Arc::new(observer));
        self
    }
}

/// Shows the operation's name and the options; nothing of the request.
impl<C, E: Endpoint> fmt::Debug for Call<'_, C, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &E::OPERATION.name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
