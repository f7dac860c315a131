//! `POST /v2/customer/{id}/otp-send`: sends a code to a customer.

use http::Method;
use serde::Serialize;

use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::{CustomerId, TimeText};

/// Where a one-time password goes: to the customer's registered phone number or e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OneTimePasswordChannel {
    /// By phone.
    Phone,
    /// By e-mail.
    Email,
}

/// The call of [`Client::send_one_time_password`].
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SendOneTimePassword<'a> {
    #[serde(skip)]
    customer: &'a CustomerId,
    r#type: OneTimePasswordChannel,
}

impl<'a> SendOneTimePassword<'a> {
    /// The request for this customer.
    pub fn new(customer: &'a CustomerId, channel: OneTimePasswordChannel) -> Self {
        Self { customer, r#type: channel }
    }
}

impl<M: Mode> Client<M> {
    /// Sends a one-time password to the customer's registered e-mail address or phone number.
    ///
    /// Needed only if `email_verification` or `phone_verification` is
    /// [required](crate::verification::Criteria::required). Each call sends a message, so one whose outcome is unknown
    /// is not retried ([`Safety::Once`]). Whether a new code ends an older one is not documented.
    ///
    /// Source: the contract, `POST /v2/customer/{id}/otp-send` (certain; its success status was never seen, so any 2xx
    /// is accepted).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error, OneTimePasswordChannel};
    ///
    /// async fn send(client: &Client, customer: &CustomerId) -> Result<(), Error> {
    ///     let sent = client.send_one_time_password(customer, OneTimePasswordChannel::Email).send().await?;
    ///     println!("the code works until {:?}", sent.expires_at());
    ///     Ok(())
    /// }
    /// ```
    pub fn send_one_time_password<'a>(
        &self,
        customer: &'a CustomerId,
        channel: OneTimePasswordChannel,
    ) -> Call<'_, M, SendOneTimePassword<'a>> {
        self.call(SendOneTimePassword::new(customer, channel))
    }
}

impl Endpoint for SendOneTimePassword<'_> {
    type Output = OneTimePasswordSent;
    const OPERATION: Operation = Operation::new("send_one_time_password", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "customer", self.customer.as_str(), "otp-send"])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<OneTimePasswordSent, DecodeError> {
        let members = response.object()?;
        members.require_id("customerId", self.customer.as_str())?;
        Ok(OneTimePasswordSent { customer: self.customer.clone(), expires_at: members.time("expiresAt") })
    }
}

/// Response to [`Client::send_one_time_password`]: a code was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimePasswordSent {
    customer: CustomerId,
    expires_at: Option<TimeText>,
}

impl OneTimePasswordSent {
    /// The customer to whom it was sent.
    pub fn customer(&self) -> &CustomerId {
        &self.customer
    }

    /// When the code stops working; `None` if the response has no text there.
    pub fn expires_at(&self) -> Option<&TimeText> {
        self.expires_at.as_ref()
    }
}
