//! A tunnel through an HTTP proxy (CONNECT; RFC 9110, section 9.3.6): what to say to the proxy and what its
//! answer means. No socket: a transport brings the connection.
//!
//! It stands here, and not in a transport, so that every transport that offers a proxy takes the same URLs,
//! refuses the same answers and says so in the same words.
//!
//! # How a transport uses it
//!
//! All of it belongs to connecting: it happens within [`TransportRequest::connect_timeout`], and whatever
//! fails is [`Delivery::NotSent`], since no byte of a request goes out before the tunnel stands.
//!
//! 1. Connect to [`HttpProxy::address`] instead of the server.
//! 2. Write [`Tunnel::request`], and give what comes back to [`Tunnel::receive`], until the tunnel is open.
//! 3. Go on as on a connection to the server itself: with TLS, then with requests.
//!
//! ```
//! use std::io::{Read, Write};
//! use sphere_core::transport::{TransportError, TransportErrorKind};
//! use sphere_core::transport::proxy::{HttpProxy, Tunnel};
//!
//! fn open_tunnel<S: Read + Write>(
//!     mut to_proxy: S,
//!     proxy: &HttpProxy,
//!     server: &http::Uri,
//! ) -> Result<S, TransportError> {
//!     let broken = |error| TransportError::new(TransportErrorKind::Connect, error).not_sent();
//!     let mut tunnel = proxy.tunnel_to(server)?;
//!     to_proxy.write_all(tunnel.request()).map_err(broken)?;
//!     let mut buffer = vec![0; Tunnel::READ_BYTES];
//!     loop {
//!         // A real transport also watches the time here.
//!         let read = to_proxy.read(&mut buffer).map_err(broken)?;
//!         if tunnel.receive(&buffer[..read])? {
//!             return Ok(to_proxy);
//!         }
//!     }
//! }
//! # struct Proxy(&'static [u8]);
//! # impl Read for Proxy { fn read(&mut self, b: &mut [u8]) -> std::io::Result<usize> { self.0.read(b) } }
//! # impl Write for Proxy {
//! #     fn write(&mut self, b: &[u8]) -> std::io::Result<usize> { Ok(b.len()) }
//! #     fn flush(&mut self) -> std::io::Result<()> { Ok(()) }
//! # }
//! # let proxy = HttpProxy::new("http://proxy.internal:3128")?;
//! # let server = "https://api.spherepay.co/".parse()?;
//! # open_tunnel(Proxy(b"HTTP/1.1 200 OK\r\n\r\n"), &proxy, &server)?;
//! # open_tunnel(Proxy(b"HTTP/1.1 407 No\r\n\r\n"), &proxy, &server).map(|_| ()).unwrap_err();
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! [`TransportRequest::connect_timeout`]: super::TransportRequest::connect_timeout
//! [`Delivery::NotSent`]: super::Delivery::NotSent

mod credentials;
mod tunnel;

use std::fmt;
use std::str::FromStr;

use http::Uri;
use zeroize::Zeroizing;

use super::{TransportError, TransportErrorKind};
use crate::values::web_url::{self, UrlFault};
use credentials::CredentialsFault;
pub use tunnel::Tunnel;

const SCHEME: &str = "http://";

/// An HTTP proxy that is asked for a tunnel: where it is, and who asks. [The module](self) says how it is used.
///
/// Its `Debug` shows the address and whether there are credentials, and never those. Their memory is wiped
/// when the last clone is dropped.
///
/// # Example
///
/// ```
/// use sphere_core::transport::proxy::HttpProxy;
///
/// let proxy = HttpProxy::new("http://user:pass%20word@proxy.internal:3128")?;
/// assert_eq!(proxy.address(), "proxy.internal:3128");
/// assert_eq!(format!("{proxy:?}"), r#"HttpProxy { address: "proxy.internal:3128", credentials: true }"#);
///
/// let error = HttpProxy::new("http://user:secret@proxy.internal").unwrap_err();
/// assert_eq!(error.to_string(), "proxy: the URL has no port");
/// # Ok::<_, sphere_core::transport::proxy::InvalidProxyUrl>(())
/// ```
#[derive(Clone)]
pub struct HttpProxy {
    address: String,
    /// The value of `Proxy-Authorization`.
    authorization: Option<Zeroizing<String>>,
}

impl HttpProxy {
    /// Checks a proxy's URL: `http://[user:password@]host:port`.
    ///
    /// The proxy itself is spoken to in plain HTTP; what goes through the tunnel is as protected as without a
    /// proxy. The port must be written, since programs disagree about its default. In user name and password,
    /// characters that a URL cannot hold there are percent-encoded; they are sent as `Basic` credentials
    /// (RFC 7617), to the proxy alone.
    ///
    /// The text given is not wiped: if you hold it in a `String` of your own, wiping that is up to you.
    ///
    /// # Errors
    ///
    /// [`InvalidProxyUrl`], which says what is wrong and shows nothing of the URL.
    pub fn new(url: impl AsRef<str>) -> Result<Self, InvalidProxyUrl> {
        Self::parse(url.as_ref()).map_err(|fault| InvalidProxyUrl { fault })
    }

    fn parse(url: &str) -> Result<Self, Fault> {
        web_url::check_text(url)?;
        let (scheme, after_scheme) = url.split_at_checked(SCHEME.len()).ok_or(Fault::Scheme)?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return Err(Fault::Scheme);
        }
        let end = after_scheme.find(['/', '?', '#']).unwrap_or(after_scheme.len());
        let (authority, rest) = after_scheme.split_at(end);
        if !matches!(rest, "" | "/") {
            return Err(Fault::Rest);
        }
        let (userinfo, address) = match authority.rsplit_once('@') {
            Some((userinfo, address)) => (Some(userinfo), address),
            None => (None, authority),
        };
        let host = web_url::check_host_and_port(address)?;
        if host.len() == address.len() {
            return Err(Fault::NoPort);
        }
        let authorization = userinfo.map(credentials::basic).transpose()?;
        Ok(Self { address: address.to_owned(), authorization })
    }

    /// Where the proxy is, as `host:port`; an IPv6 address stands in brackets.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A tunnel to this URL's host and port (80 or 443 if it has no port), about to be asked for. The proxy
    /// is told nothing else of the URL.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] of kind [`Other`](TransportErrorKind::Other) if the URL is neither http nor https
    /// or has no host.
    pub fn tunnel_to(&self, server: &Uri) -> Result<Tunnel, TransportError> {
        let (is_https, default_port) = match server.scheme_str() {
            Some("https") => (true, 443),
            Some("http") => (false, 80),
            _ => return Err(TransportError::other("the URL is neither http nor https").not_sent()),
        };
        let Some(host) = server.host().filter(|host| !host.is_empty()) else {
            return Err(TransportError::other("the URL has no host").not_sent());
        };
        let port = server.port_u16().unwrap_or(default_port);
        let authorization = self.authorization.as_ref().map(|value| value.as_str());
        Ok(Tunnel::new(&format!("{host}:{port}"), is_https, authorization))
    }
}

impl FromStr for HttpProxy {
    type Err = InvalidProxyUrl;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        Self::new(url)
    }
}

impl fmt::Debug for HttpProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpProxy")
            .field("address", &self.address)
            .field("credentials", &self.authorization.is_some())
            .finish()
    }
}

/// Why a text is no URL of an [`HttpProxy`]. Holds nothing of the text, which may have a password in it.
///
/// As a [`TransportError`] it is of kind [`Setup`](TransportErrorKind::Setup), and nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("proxy: the URL {fault}")]
pub struct InvalidProxyUrl {
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Url(#[from] UrlFault),
    #[error("does not begin with http://")]
    Scheme,
    #[error("has no port")]
    NoPort,
    #[error("has something after its port")]
    Rest,
    #[error(transparent)]
    Credentials(#[from] CredentialsFault),
}

impl From<InvalidProxyUrl> for TransportError {
    fn from(error: InvalidProxyUrl) -> Self {
        Self::new(TransportErrorKind::Setup, error).not_sent()
    }
}

#[cfg(test)]
mod tests;
