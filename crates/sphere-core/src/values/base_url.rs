//! Where requests go: scheme, host, port and a path prefix, checked once and taken apart once.

use std::fmt;

use super::path_segment;
use super::target::Target;
use super::web_url::{UrlFault, WebUrl};

/// A checked base URL in the parts that a request's URL is put together from.
#[derive(Clone)]
pub(crate) struct BaseUrl {
    pub(crate) target: Target,
    /// Empty, or `/…` without a slash at its end.
    pub(crate) path_prefix: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BaseUrlFault {
    #[error(transparent)]
    Url(#[from] UrlFault),
    #[error("has a query")]
    Query,
    #[error("has a fragment")]
    Fragment,
    #[error("has a path with an empty segment, a dot segment or a character that needs escaping")]
    Path,
    #[error("has a malformed host")]
    Host,
}

impl BaseUrl {
    pub(crate) fn production() -> Self {
        Self { target: Target::production(), path_prefix: String::new() }
    }

    pub(crate) fn parse(text: &str, allow_plain_http: bool) -> Result<Self, BaseUrlFault> {
        let mut url = WebUrl::parse(text)?;
        if !allow_plain_http {
            url = url.require_https_or_loopback()?;
        }
        if url.rest.contains('#') {
            return Err(BaseUrlFault::Fragment);
        }
        if url.rest.contains('?') {
            return Err(BaseUrlFault::Query);
        }
        let path_prefix = url.rest.strip_suffix('/').unwrap_or(url.rest);
        if path_prefix.split('/').skip(1).any(|segment| path_segment::validate(segment).is_err()) {
            return Err(BaseUrlFault::Path);
        }
        let authority = url.authority.parse().map_err(|_| BaseUrlFault::Host)?;
        let target = Target::new(url.is_https, authority).map_err(|_| BaseUrlFault::Host)?;
        Ok(Self { target, path_prefix: path_prefix.to_owned() })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.target.scheme(), self.target.authority(), self.path_prefix)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, String> {
        BaseUrl::parse(text, false).map(|url| format!("{url:?}")).map_err(|fault| fault.to_string())
    }

    #[test]
    fn host_port_and_path_prefix_are_kept() {
        for (text, expected) in [
            ("https://api.spherepay.co", "https://api.spherepay.co"),
            ("https://api.spherepay.co/", "https://api.spherepay.co"),
            ("https://gateway.example:8443/sphere/eu/", "https://gateway.example:8443/sphere/eu"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("HTTP://localhost", "http://localhost"),
            ("http://[::1]:3000/x", "http://[::1]:3000/x"),
        ] {
            assert_eq!(shown(text).as_deref(), Ok(expected));
        }
        let production = BaseUrl::production();
        assert_eq!(format!("{production:?}"), "https://api.spherepay.co");
    }

    #[test]
    fn each_fault_is_named_without_the_url() {
        let path = "has a path with an empty segment, a dot segment or a character that needs escaping";
        for (text, expected) in [
            ("", "is empty"),
            ("api.spherepay.co", "does not begin with https://"),
            ("http://api.spherepay.co", "is plain http to a host that is not loopback; https is required"),
            ("https://user:pw@host", "has a user name or password before its host"),
            ("https://host?x=1", "has a query"),
            ("https://host/a?x=1", "has a query"),
            ("https://host/#top", "has a fragment"),
            ("https://", "has no host"),
            ("https://host/a//b", path),
            ("https://host//", path),
            ("https://host/a/../b", path),
            ("https://host/a%2fb", path),
            ("https://host/a b", "has a space at byte 15"),
        ] {
            assert_eq!(shown(text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn plain_http_elsewhere_needs_to_be_allowed() {
        assert!(BaseUrl::parse("http://10.0.0.1", false).is_err());
        assert!(BaseUrl::parse("http://10.0.0.1", true).is_ok());
    }
}
