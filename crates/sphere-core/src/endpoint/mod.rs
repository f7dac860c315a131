//! An operation of the API as plain data: what to send, how safe it is to send it twice, and how to read the
//! response.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `operation` | [`Operation`] and [`Safety`]: what is the same for every request of an operation |
//! | `request` | [`ApiRequest`]: path, query, headers and body of one request |
//! | `multipart` | [`Multipart`]: a form with files |
//! | `response` | [`ApiResponse`]: the response to a request that succeeded |
//! | `private` | what an error line must not show, should the server quote it |

mod multipart;
mod operation;
mod private;
mod request;
mod response;

pub use multipart::Multipart;
pub use operation::{Operation, Safety};
pub(crate) use private::PrivateTexts;
pub(crate) use request::RequestParts;
pub use request::{ApiRequest, InvalidRequest};
pub use response::ApiResponse;

pub use crate::json::{DecodeError, Object};

/// One operation of the API. The SDK's own are in [`endpoints`](crate::endpoints); you can write others.
///
/// An endpoint does nothing by itself: [`Client::call`](crate::Client::call) and
/// [`blocking::Client::call`](crate::blocking::Client::call) run it.
///
/// # Example
///
/// An operation of your own is written like the SDK's; here one that the SDK has too:
///
/// ```
/// use http::Method;
/// use sphere_core::CustomerId;
/// use sphere_core::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest};
/// use sphere_core::endpoint::{Operation, Safety};
///
/// struct GetCustomer<'a>(&'a CustomerId);
///
/// #[derive(serde::Deserialize)]
/// struct Customer {
///     id: String,
/// }
///
/// impl Endpoint for GetCustomer<'_> {
///     type Output = Customer;
///     const OPERATION: Operation = Operation::new("get_customer", Method::GET, Safety::Idempotent);
///
///     fn request(&self) -> Result<ApiRequest, InvalidRequest> {
///         ApiRequest::to(["v2", "customer", self.0.as_str()])
///     }
///
///     fn decode(&self, response: &ApiResponse<'_>) -> Result<Customer, DecodeError> {
///         response.json()
///     }
/// }
///
/// async fn customer(client: &sphere_core::Client, id: &CustomerId) -> Result<Customer, sphere_core::Error> {
///     client.call(GetCustomer(id)).send().await
/// }
/// ```
pub trait Endpoint: Send + Sync {
    /// What a successful response holds.
    type Output: Send;

    /// What is the same for every request: name, method, safety, and limits of its own if it has any.
    const OPERATION: Operation;

    /// The request. Asked for once in a call, whose attempts all send the same.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if the operation cannot be asked for like this. Nothing is sent then.
    fn request(&self) -> Result<ApiRequest, InvalidRequest>;

    /// Reads the response to a request that succeeded (a 2xx status). Must be pure: the same response gives
    /// the same result.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the response is not what the operation promises.
    fn decode(&self, response: &ApiResponse<'_>) -> Result<Self::Output, DecodeError>;
}

/// A borrowed operation is the same operation.
impl<E: Endpoint> Endpoint for &E {
    type Output = E::Output;
    const OPERATION: Operation = E::OPERATION;

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        (**self).request()
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<E::Output, DecodeError> {
        (**self).decode(response)
    }
}
