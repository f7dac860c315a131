//! A tunnel through an HTTP proxy (CONNECT; RFC 9110, section 9.3.6): what to say to the proxy and what its
//! response means. No socket: a transport brings the connection.
//!
//! # How a transport uses it
//!
//! All of it belongs to connecting: it happens within [`TransportRequest::connect_timeout`], and whatever
//! fails is [`Delivery::NotSent`], since no byte of a request goes out before the tunnel is open.
//!
//! 1. Connect to [`HttpProxy::host`] and [`HttpProxy::port`] instead of the server.
//! 2. Write [`Tunnel::request`], and give what comes back to [`Tunnel::receive`], until the tunnel is open.
//! 3. Go on as on a connection to the server itself: with TLS, then with requests.
//!
//! ```
//! use std::io::{Read, Write};
//! use sphere_core::transport::{Target, TransportError, TransportErrorKind};
//! use sphere_net::proxy::{HttpProxy, Tunnel};
//!
//! fn open_tunnel<S: Read + Write>(
//!     mut to_proxy: S,
//!     proxy: &HttpProxy,
//!     server: &Target,
//! ) -> Result<S, TransportError> {
//!     let broken = |error| TransportError::new(TransportErrorKind::Connect, error).not_sent();
//!     let mut tunnel = proxy.tunnel_to(server);
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
//! # let http = http::Request::get("https://api.spherepay.co/").body(Default::default())?;
//! # let request = sphere_core::transport::TransportRequest::new(http);
//! # open_tunnel(Proxy(b"HTTP/1.1 200 OK\r\n\r\n"), &proxy, request.target()?)?;
//! # open_tunnel(Proxy(b"HTTP/1.1 407 No\r\n\r\n"), &proxy, request.target()?).map(|_| ()).unwrap_err();
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! [`TransportRequest::connect_timeout`]: sphere_core::transport::TransportRequest::connect_timeout
//! [`Delivery::NotSent`]: sphere_core::transport::Delivery::NotSent

mod credentials;
mod tunnel;

use std::fmt;
use std::str::FromStr;

use rustls::pki_types::ServerName;
use sphere_core::transport::{Target, TransportError, TransportErrorKind};
use zeroize::Zeroizing;

use credentials::CredentialsFault;
pub use tunnel::Tunnel;

/// What a transport was doing when the proxy could not be reached.
pub const CONNECTING: &str = "connecting to the proxy";

/// What a transport was doing when the connection to the proxy broke.
pub const ASKING: &str = "asking the proxy for a tunnel";

const SCHEME: &str = "http://";

/// An HTTP proxy that is asked for a tunnel: where it is, and the credentials for it. [The module](self) says
/// how it is used.
///
/// Its `Debug` shows the address and whether there are credentials, and never those. Their memory is wiped
/// when the last clone is dropped.
///
/// # Example
///
/// ```
/// use sphere_net::proxy::HttpProxy;
///
/// let proxy = HttpProxy::new("http://user:pass%20word@proxy.internal:3128")?;
/// assert_eq!((proxy.host(), proxy.port()), ("proxy.internal", 3128));
/// assert_eq!(format!("{proxy:?}"), r#"HttpProxy { host: "proxy.internal", port: 3128, credentials: true }"#);
///
/// let error = HttpProxy::new("http://user:secret@proxy.internal").unwrap_err();
/// assert_eq!(error.to_string(), "proxy: the URL has no port");
/// # Ok::<_, sphere_net::proxy::InvalidProxyUrl>(())
/// ```
#[derive(Clone)]
pub struct HttpProxy {
    host: String,
    port: u16,
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
        let allowed = |byte: u8| byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte);
        if !url.bytes().all(allowed) {
            return Err(Fault::Character);
        }
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
        // A colon inside the brackets of an IPv6 address begins no port.
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => return Err(if address.is_empty() { Fault::NoHost } else { Fault::NoPort }),
        };
        if host.is_empty() {
            return Err(Fault::NoHost);
        }
        let is_digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|&port| is_digits && port > 0).ok_or(Fault::Port)?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).to_owned();
        if ServerName::try_from(host.as_str()).is_err() {
            return Err(Fault::Host);
        }
        let authorization = userinfo.map(credentials::basic).transpose()?;
        Ok(Self { host, port, authorization })
    }

    /// The proxy's host: a name or an IP address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The proxy's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The proxy's host and port as they stand in a URL: an IPv6 address is in brackets.
    pub fn address(&self) -> String {
        address(&self.host, self.port)
    }

    /// A tunnel to this server, about to be asked for. The proxy is told host and port, and nothing else.
    pub fn tunnel_to(&self, server: &Target) -> Tunnel {
        let authorization = self.authorization.as_ref().map(|value| value.as_str());
        Tunnel::new(&address(server.host(), server.port()), server.is_https(), authorization)
    }
}

/// Host and port as they stand in a URL: an IPv6 address is in brackets.
fn address(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
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
            .field("host", &self.host)
            .field("port", &self.port)
            .field("credentials", &self.authorization.is_some())
            .finish()
    }
}

/// Error for a text that is not the URL of an [`HttpProxy`]. Holds nothing of the text, which may have a
/// password in it.
///
/// As a [`TransportError`] it is of kind [`Setup`](TransportErrorKind::Setup), and nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("proxy: the URL {fault}")]
pub struct InvalidProxyUrl {
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("does not begin with http://")]
    Scheme,
    #[error("has a character that a URL may not have")]
    Character,
    #[error("has no host")]
    NoHost,
    #[error("has a malformed host")]
    Host,
    #[error("has no port")]
    NoPort,
    #[error("has a malformed port")]
    Port,
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
