//! `POST /v2/customer/{id}/otp-verify`: verifies a code that a customer was sent.

use std::fmt;

use http::Method;
use serde::Serialize;

use super::OneTimePasswordChannel;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::model::check;
use crate::values::{CustomerId, TimeText};

/// The longest code, in characters.
const LONGEST_CODE: usize = 10;

/// The call of [`Client::verify_one_time_password`]. `Debug` does not show the code.
#[derive(Clone, Copy, Serialize)]
pub struct VerifyOneTimePassword<'a> {
    #[serde(skip)]
    customer: &'a CustomerId,
    r#type: OneTimePasswordChannel,
    code: &'a str,
}

impl<'a> VerifyOneTimePassword<'a> {
    /// The request for this customer, with the code as the customer typed it: 1 to 10 characters.
    pub fn new(customer: &'a CustomerId, channel: OneTimePasswordChannel, code: &'a str) -> Self {
        Self { customer, r#type: channel, code }
    }
}

impl<M: Mode> Client<M> {
    /// Verifies a one-time password that the customer was sent by the same channel.
    ///
    /// We assume that a code works once, so a call whose outcome is unknown is not retried ([`Safety::Once`]): read the
    /// customer to see whether it is verified. How many wrong codes the server accepts is not documented. The code is a
    /// secret: it is in no log and no error.
    ///
    /// Source: the contract, `POST /v2/customer/{id}/otp-verify` (certain; its success status was never seen, so any
    /// 2xx is accepted).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error, OneTimePasswordChannel};
    ///
    /// async fn verify(client: &Client, customer: &CustomerId, code: &str) -> Result<bool, Error> {
    ///     match client.verify_one_time_password(customer, OneTimePasswordChannel::Email, code).send().await {
    ///         Ok(_) => Ok(true),
    ///         Err(error) if error.is_validation() => Ok(false),
    ///         Err(error) => Err(error),
    ///     }
    /// }
    /// ```
    pub fn verify_one_time_password<'a>(
        &self,
        customer: &'a CustomerId,
        channel: OneTimePasswordChannel,
        code: &'a str,
    ) -> Call<'_, M, VerifyOneTimePassword<'a>> {
        self.call(VerifyOneTimePassword::new(customer, channel, code))
    }
}

impl Endpoint for VerifyOneTimePassword<'_> {
    type Output = OneTimePasswordVerified;
    const OPERATION: Operation = Operation::new("verify_one_time_password", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        if !(1..=LONGEST_CODE).contains(&self.code.chars().count()) {
            return Err(InvalidRequest::new("code", "does not have 1 to 10 characters"));
        }
        check::visible("code", self.code)?;
        ApiRequest::to(["v2", "customer", self.customer.as_str(), "otp-verify"])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<OneTimePasswordVerified, DecodeError> {
        let members = response.object()?;
        members.require_id("customerId", self.customer.as_str())?;
        // Without a time, the response does not say that the code was right.
        Ok(OneTimePasswordVerified {
            customer: self.customer.clone(),
            verified_at: members.required("verifiedAt")?,
        })
    }
}

impl fmt::Debug for VerifyOneTimePassword<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyOneTimePassword")
            .field("customer", &self.customer)
            .field("channel", &self.r#type)
            .finish_non_exhaustive()
    }
}

/// Response to [`Client::verify_one_time_password`]: the code was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimePasswordVerified {
    customer: CustomerId,
    verified_at: TimeText,
}

impl OneTimePasswordVerified {
    /// The customer whose e-mail address or phone number is verified.
    pub fn customer(&self) -> &CustomerId {
        &self.customer
    }

    /// When it was verified.
    pub fn verified_at(&self) -> &TimeText {
        &self.verified_at
    }
}
