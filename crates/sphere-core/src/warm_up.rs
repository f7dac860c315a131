//! `warm_up`: a connection before a call needs it.

use http::Request;
use http::uri::PathAndQuery;

use crate::client::{Async, Blocking, Client, Mode};
use crate::config::Config;
use crate::mode::output;
use crate::transport::{RequestBody, TransportError, TransportRequest};

impl Client<Async> {
    /// Opens a connection to SpherePay before a call needs it, so that the first call is as fast as any other: it saves
    /// the lookup and the handshakes of TCP and TLS. Nothing is sent, and nothing is retried. If there is a connection
    /// that every call could use, nothing happens.
    ///
    /// The connection is kept for [as long as others](crate::transport::DEFAULT_IDLE_TIMEOUT); calls that must not be
    /// sent twice use it for [4 seconds](crate::transport::ONCE_IDLE_TIMEOUT) only. A custom transport may do nothing.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::Client;
    ///
    /// async fn customer_opens_the_form(client: &Client) {
    ///     if let Err(error) = client.warm_up().await {
    ///         eprintln!("the next call will have to connect: {error}");
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if there is no connection within [`Config::connect_timeout`].
    pub async fn warm_up(&self) -> Result<(), TransportError> {
        Async::warm_up(self.transport(), request(self.config())).await
    }
}

impl Client<Blocking> {
    /// The same as [`warm_up`](crate::Client::warm_up) of the async client. It blocks until there is a connection.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::blocking::Client;
    ///
    /// fn customer_opens_the_form(client: &Client) {
    ///     if let Err(error) = client.warm_up() {
    ///         eprintln!("the next call will have to connect: {error}");
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if there is no connection within [`Config::connect_timeout`].
    pub fn warm_up(&self) -> Result<(), TransportError> {
        output(Blocking::warm_up(self.transport(), request(self.config())))
    }
}

/// A request to the base URL, which is not sent: it says where to connect to.
fn request(config: &Config) -> TransportRequest {
    let target = &config.base_url().target;
    let mut http = Request::new(RequestBody::empty());
    // A path of one byte is not too long.
    *http.uri_mut() = target.url(PathAndQuery::from_static("/")).unwrap_or_default();
    TransportRequest::to(target.clone(), http)
        .with_operation("warm_up")
        .with_time_left(config.timeout())
        .with_connect_timeout(config.connect_timeout())
}
