//! A response with a 2xx status arrived: all that is left is to decode it.

use super::Progress;
use crate::clock::Moment;
use crate::endpoint::{ApiResponse, DecodeError};
use crate::error::{Cause, Error, Undecodable};
use crate::transport::TransportResponse;
use crate::values::StopReason;

/// A call that succeeded, and whose response is not decoded yet.
#[derive(Debug)]
pub struct Success<'c> {
    pub(super) response: TransportResponse,
    /// When it arrived.
    pub(super) at: Moment,
    pub(super) progress: Box<Progress<'c>>,
}

impl Success<'_> {
    /// Ends the call with what `decode` makes of the response, and the response itself.
    ///
    /// # Errors
    ///
    /// [`Error`] of kind [`InvalidResponse`](crate::ErrorKind::InvalidResponse) if it cannot be decoded. The
    /// request was processed, so it is not retried.
    pub fn decode<T>(
        mut self,
        decode: impl FnOnce(&ApiResponse<'_>) -> Result<T, DecodeError>,
    ) -> Result<(T, TransportResponse), Error> {
        match decode(&ApiResponse::new(&self.response)) {
            Ok(output) => {
                self.progress.trace.succeed(self.progress.attempts);
                let duration = self.at.since(self.progress.began);
                self.progress.report(None, None, Some(duration));
                Ok((output, self.response))
            }
            Err(fault) => Err(self.invalid(fault)),
        }
    }

    fn invalid(mut self, fault: DecodeError) -> Error {
        let cause = Cause::Response(Box::new(Undecodable::new(self.response, fault)));
        self.progress.record(&cause, true, self.at);
        self.progress.error(cause, StopReason::NotRetryable, self.at)
    }
}
