//! Where a request goes: the scheme, host and port of its URL, taken out of it once.

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

/// Where a request goes: scheme, host and port. Two are equal if one connection serves both.
///
/// ```
/// use sphere_core::transport::{RequestBody, TransportRequest};
///
/// let http = http::Request::get("https://api.spherepay.co/v2/x").body(RequestBody::empty())?;
/// let request = TransportRequest::new(http);
/// let target = request.target()?;
/// assert_eq!((target.host(), target.port(), target.is_https()), ("api.spherepay.co", 443, true));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    is_https: bool,
    port: u16,
    authority: Authority,
}

impl Target {
    /// SpherePay's own.
    pub(crate) fn production() -> Self {
        Self { is_https: true, port: 443, authority: Authority::from_static("api.spherepay.co") }
    }

    /// Checks an authority.
    pub(crate) fn new(is_https: bool, authority: Authority) -> Result<Self, &'static str> {
        let text = authority.as_str();
        if text.contains('@') {
            return Err("the URL has a user name");
        }
        let host = authority.host();
        let port = match text.get(host.len()..) {
            _ if host.is_empty() => return Err("the URL has no host"),
            Some("" | ":") if is_https => 443,
            Some("" | ":") => 80,
            _ => authority.port_u16().ok_or("the URL has a malformed port")?,
        };
        Ok(Self { is_https, port, authority })
    }

    /// Checks a URL, and finds where it leads.
    pub(crate) fn of(url: &Uri) -> Result<Self, &'static str> {
        let is_https = match url.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err("the URL is neither http nor https"),
        };
        // A URL with a scheme has an authority.
        Self::new(is_https, url.authority().ok_or("the URL has no host")?.clone())
    }

    /// The URL of a path here. `None` if it is too long for a URL.
    pub(crate) fn url(&self, path: PathAndQuery) -> Option<Uri> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).ok()
    }

    /// The URL's scheme.
    pub(crate) fn scheme(&self) -> Scheme {
        if self.is_https { Scheme::HTTPS } else { Scheme::HTTP }
    }

    /// Whether the URL's scheme is `https`, and not `http`.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// The host: a name or an IP address, without brackets.
    pub fn host(&self) -> &str {
        let host = self.authority.host();
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }

    /// The port: 80 or 443 if the URL has none.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host and port as they stand in the request's URL: the value of its `Host` header.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let target = Target::of(&url.parse().unwrap()).unwrap();
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
        ] {
            assert_eq!(Target::of(&url.parse().unwrap()).unwrap_err(), fault, "{url}");
        }
    }
}
