//! Where a request goes, and whether it can be sent at all.

use http::uri::{Authority, Scheme};
use http::{HeaderMap, Request, Uri, header};
use rustls::pki_types::ServerName;
use sphere_core::transport::{TransportError, TransportErrorKind};

use crate::tls;

/// Where a request goes.
///
/// ```
/// use sphere_net::target::Target;
///
/// let request = http::Request::get("https://api.spherepay.co/v2/x").body(())?;
/// let target = Target::of(&request, 0)?;
/// assert_eq!((target.host(), target.port(), target.is_https()), ("api.spherepay.co", 443, true));
///
/// let request = http::Request::get("https://user:password@host/").body(())?;
/// let error = Target::of(&request, 0).unwrap_err();
/// assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the URL has a user name");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    authority: Authority,
    port: u16,
    is_https: bool,
}

impl Target {
    /// Checks a request, whose body has this many bytes, and finds where it goes.
    ///
    /// # Errors
    ///
    /// Of kind [`Setup`](TransportErrorKind::Setup), which is never retried, and not sent:
    ///
    /// - any fault of the URL that [`Self::of_url`] finds
    /// - any fault of the headers that [`check_framing`] finds
    pub fn of<B>(request: &Request<B>, body_bytes: u64) -> Result<Self, TransportError> {
        check_framing(request.headers(), body_bytes)?;
        Self::of_url(request.uri())
    }

    /// Checks a URL, and finds where it leads.
    ///
    /// # Errors
    ///
    /// Of kind [`Setup`](TransportErrorKind::Setup), and not sent:
    ///
    /// - its scheme is neither `http` nor `https`
    /// - it has no host, has a user name, or has a port that is not a number from 0 to 65535
    /// - it is `https` and its host is neither a DNS name nor an IP address
    pub fn of_url(uri: &Uri) -> Result<Self, TransportError> {
        Self::of_origin(uri.scheme(), uri.authority())
    }

    /// As [`Self::of_url`], for a URL that was taken apart.
    ///
    /// # Errors
    ///
    /// As [`Self::of_url`].
    pub fn of_origin(scheme: Option<&Scheme>, authority: Option<&Authority>) -> Result<Self, TransportError> {
        let (is_https, default_port) = match scheme {
            Some(scheme) if *scheme == Scheme::HTTPS => (true, 443),
            Some(scheme) if *scheme == Scheme::HTTP => (false, 80),
            _ => return Err(unsendable("the URL is neither http nor https")),
        };
        let no_host = || unsendable("the URL has no host");
        let authority = authority.ok_or_else(no_host)?;
        if authority.as_str().contains('@') {
            return Err(unsendable("the URL has a user name"));
        }
        let host = authority.host();
        if host.is_empty() {
            return Err(no_host());
        }
        let port = match &authority.as_str()[host.len()..] {
            "" | ":" => default_port,
            _ => authority.port_u16().ok_or_else(|| unsendable("the URL has a malformed port"))?,
        };
        if is_https && tls::server_name(host).is_none() {
            return Err(unsendable("the URL has a malformed host"));
        }
        Ok(Self { authority: authority.clone(), port, is_https })
    }

    /// The host: a name or an IP address, without brackets.
    pub fn host(&self) -> &str {
        tls::without_brackets(self.authority.host())
    }

    /// Host and port as they stand in the request's URL: the value of its `Host` header.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The port: 80 or 443 if the URL has none.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the URL's scheme is `https`.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// The name that the server's certificate must be valid for; `None` over plain http.
    pub fn server_name(&self) -> Option<ServerName<'_>> {
        if self.is_https { tls::server_name(self.authority.host()) } else { None }
    }
}

/// Host and port as they stand in a URL: an IPv6 address is in brackets.
pub fn address(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// Checks what a request's headers say about its body, which has this many bytes.
///
/// # Errors
///
/// Of kind [`Setup`](TransportErrorKind::Setup), and not sent:
///
/// - a `content-length` is given that is not the body's length
/// - a `transfer-encoding` is given: how the body is framed is up to the transport
pub fn check_framing(headers: &HeaderMap, body_bytes: u64) -> Result<(), TransportError> {
    for (name, value) in headers {
        if name == header::CONTENT_LENGTH && !is_number(value.as_bytes(), body_bytes) {
            return Err(unsendable("`content-length` is not the body's length"));
        }
        if name == header::TRANSFER_ENCODING {
            return Err(unsendable("`transfer-encoding` is given, which only the transport may set"));
        }
    }
    Ok(())
}

fn is_number(digits: &[u8], number: u64) -> bool {
    digits.iter().all(u8::is_ascii_digit)
        && std::str::from_utf8(digits).is_ok_and(|digits| digits.parse() == Ok(number))
}

/// A request that cannot be sent as it is.
fn unsendable(fault: &'static str) -> TransportError {
    TransportError::new(TransportErrorKind::Setup, fault).not_sent()
}

#[cfg(test)]
mod tests {
    use sphere_core::transport::Delivery;

    use super::*;

    fn cause(request: &Request<()>, body_bytes: u64) -> String {
        let error = Target::of(request, body_bytes).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Setup, Delivery::NotSent));
        std::error::Error::source(&error).unwrap().to_string()
    }

    #[test]
    fn host_and_port_are_found() {
        for (url, host, port, is_https) in [
            ("https://api.test/x", "api.test", 443, true),
            ("HTTP://api.test", "api.test", 80, false),
            ("http://api.test:/", "api.test", 80, false),
            ("https://api.test:8443/", "api.test", 8443, true),
            ("https://[::1]/", "::1", 443, true),
            ("http://[::1]:8080/", "::1", 8080, false),
            ("https://127.0.0.1:1/", "127.0.0.1", 1, true),
        ] {
            let target = Target::of(&Request::get(url).body(()).unwrap(), 0).unwrap();
            assert_eq!((target.host(), target.port(), target.is_https()), (host, port, is_https), "{url}");
        }
    }

    #[test]
    fn unsendable_urls_are_named() {
        for (url, fault) in [
            ("/path", "the URL is neither http nor https"),
            ("ftp://host/", "the URL is neither http nor https"),
            ("http://user@host/", "the URL has a user name"),
            ("https://u:canary@host:1/", "the URL has a user name"),
            ("http://host:99999/", "the URL has a malformed port"),
            ("https://999.999.999.999/", "the URL has a malformed host"),
            ("https://a..b/", "the URL has a malformed host"),
            ("https://-/", "the URL has a malformed host"),
        ] {
            assert_eq!(cause(&Request::get(url).body(()).unwrap(), 0), fault, "{url}");
        }
    }

    #[test]
    fn content_length_must_be_the_bodys_length() {
        let request = |length: &str| Request::post("http://h/").header("content-length", length).body(());
        for good in ["3", "03"] {
            Target::of(&request(good).unwrap(), 3).unwrap();
        }
        for bad in ["", "+3", "4", "3,3", "3x", "99999999999999999999999"] {
            let fault = cause(&request(bad).unwrap(), 3);
            assert_eq!(fault, "`content-length` is not the body's length", "{bad}");
        }
        let chunked = Request::post("http://h/").header("transfer-encoding", "chunked").body(()).unwrap();
        assert_eq!(cause(&chunked, 0), "`transfer-encoding` is given, which only the transport may set");
    }
}
