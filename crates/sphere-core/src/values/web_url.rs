//! Checks the text of a URL: base URLs from the caller and links from the server.
//!
//! Not a URL parser: it never changes the text. `http::Uri` cuts at `#` and WHATWG parsers strip tabs and resolve
//! `..`, so what they return is not always what was written (RFC 3986, section 3).

use std::net::{Ipv4Addr, Ipv6Addr};

/// The parts of a checked URL, as slices of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WebUrl<'a> {
    pub(crate) is_https: bool,
    /// Host and, if written, port.
    pub(crate) authority: &'a str,
    /// A name, an IPv4 address, or an IPv6 address in its brackets.
    pub(crate) host: &'a str,
    /// Everything after the authority.
    pub(crate) rest: &'a str,
}

/// Error for a URL. No variant shows the URL: it may hold a password or be a customer's link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlFault {
    #[error("is empty")]
    Empty,
    #[error("has {0} bytes; at most {MAX_BYTES} are allowed")]
    TooLong(usize),
    #[error("has {what} at byte {at}")]
    Character { what: &'static str, at: usize },
    #[error("does not begin with https://")]
    Scheme,
    #[error("has a user name or password before its host")]
    Userinfo,
    #[error("has no host")]
    NoHost,
    #[error("has a malformed host")]
    Host,
    #[error("has a malformed port")]
    Port,
    #[error("is plain http to a host that is not loopback; https is required")]
    PlainHttp,
}

/// RFC 9110, section 4.1 recommends support for at least 8000 bytes; proxies and browsers refuse URLs somewhere beyond
/// that.
const MAX_BYTES: usize = 8000;

impl<'a> WebUrl<'a> {
    /// Checks a URL and finds its parts.
    pub(crate) fn parse(text: &'a str) -> Result<Self, UrlFault> {
        check_text(text)?;
        let (is_https, after_scheme) = strip_scheme(text).ok_or(UrlFault::Scheme)?;
        let end = after_scheme.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
        let (authority, rest) = after_scheme.split_at(end.unwrap_or(after_scheme.len()));
        if authority.bytes().any(|byte| byte == b'@') {
            return Err(UrlFault::Userinfo);
        }
        let host = check_host_and_port(authority)?;
        Ok(Self { is_https, authority, host, rest })
    }

    /// Refuses plain http, except to this machine.
    pub(crate) fn require_https_or_loopback(self) -> Result<Self, UrlFault> {
        if self.is_https || is_loopback(self.host) { Ok(self) } else { Err(UrlFault::PlainHttp) }
    }
}

/// Checks length and characters.
fn check_text(text: &str) -> Result<(), UrlFault> {
    if text.is_empty() {
        return Err(UrlFault::Empty);
    }
    if text.len() > MAX_BYTES {
        return Err(UrlFault::TooLong(text.len()));
    }
    match text.bytes().position(|byte| !is_allowed(byte)) {
        Some(at) => Err(UrlFault::Character { what: describe(text.as_bytes()[at]), at: at + 1 }),
        None => Ok(()),
    }
}

fn strip_scheme(text: &str) -> Option<(bool, &str)> {
    [("https://", true), ("http://", false)].into_iter().find_map(|(scheme, is_https)| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some((is_https, rest))
    })
}

/// Returns the host of `host[:port]`.
fn check_host_and_port(authority: &str) -> Result<&str, UrlFault> {
    let port_at = if authority.starts_with('[') {
        authority.find(']').ok_or(UrlFault::Host)? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at(port_at);
    if host.is_empty() {
        return Err(UrlFault::NoHost);
    }
    if !port.is_empty() {
        let digits = port.strip_prefix(':').ok_or(UrlFault::Host)?;
        let number: u16 = digits.parse().map_err(|_| UrlFault::Port)?;
        if number == 0 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(UrlFault::Port);
        }
    }
    let good = match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => is_name(host),
    };
    if good { Ok(host) } else { Err(UrlFault::Host) }
}

/// Labels of letters, digits, `-` and `_`, separated by dots; one dot may end it.
fn is_name(host: &str) -> bool {
    let is_label = |label: &[u8]| {
        !label.is_empty()
            && label.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    host.strip_suffix('.').unwrap_or(host).as_bytes().split(|byte| *byte == b'.').all(is_label)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// Visible ASCII, without the characters that break out of an HTML attribute or a `Location` header, and without `\`,
/// which browsers read as `/`.
fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'`')
}

fn describe(byte: u8) -> &'static str {
    match byte {
        b' ' => "a space",
        b'\t' => "a tab",
        b'\r' | b'\n' => "a line break",
        0..=0x1f | 0x7f => "a control character",
        0x80.. => "a character that is not ASCII",
        _ => "a character that a URL may not have",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_slices_of_the_text() {
        let url = WebUrl::parse("HTTPS://in.sumsub.com:8443/websdk/p/sbx_1?a=b#c").unwrap();
        assert_eq!(url.authority, "in.sumsub.com:8443");
        assert_eq!(url.host, "in.sumsub.com");
        assert_eq!(url.rest, "/websdk/p/sbx_1?a=b#c");
        assert!(url.is_https);
        assert_eq!(WebUrl::parse("http://[::1]:80").unwrap().host, "[::1]");
        assert_eq!(WebUrl::parse("https://host.?x").unwrap().rest, "?x");
    }

    #[test]
    fn each_fault_is_named() {
        let cases = [
            ("", UrlFault::Empty),
            ("javascript:alert(1)", UrlFault::Scheme),
            ("ftp://host/", UrlFault::Scheme),
            ("https:/host", UrlFault::Scheme),
            ("//host", UrlFault::Scheme),
            ("https://", UrlFault::NoHost),
            ("https:///path", UrlFault::NoHost),
            ("https://:443", UrlFault::NoHost),
            ("https://user@host", UrlFault::Userinfo),
            ("https://good.example@evil.example/", UrlFault::Userinfo),
            ("https://ho%73t/", UrlFault::Host),
            ("https://a..b/", UrlFault::Host),
            ("https://./", UrlFault::Host),
            ("https://[::1/", UrlFault::Host),
            ("https://[::1]x/", UrlFault::Host),
            ("https://[host]/", UrlFault::Host),
            ("https://[::1%25eth0]/", UrlFault::Host),
            ("https://host:/", UrlFault::Port),
            ("https://host:+80/", UrlFault::Port),
            ("https://host:0/", UrlFault::Port),
            ("https://host:65536/", UrlFault::Port),
            ("https://host:80:80/", UrlFault::Port),
            ("https://a\nb/", UrlFault::Character { what: "a line break", at: 10 }),
            ("https://host/\tx", UrlFault::Character { what: "a tab", at: 14 }),
            ("https://host/ x", UrlFault::Character { what: "a space", at: 14 }),
            ("https://host/\0", UrlFault::Character { what: "a control character", at: 14 }),
            ("https://host/\x7f", UrlFault::Character { what: "a control character", at: 14 }),
            ("https://host/é", UrlFault::Character { what: "a character that is not ASCII", at: 14 }),
            (
                "https://evil\\@host/",
                UrlFault::Character { what: "a character that a URL may not have", at: 13 },
            ),
            (
                "https://host/\"><",
                UrlFault::Character { what: "a character that a URL may not have", at: 14 },
            ),
        ];
        for (text, fault) in cases {
            assert_eq!(WebUrl::parse(text), Err(fault), "{text:?}");
        }
        let long = format!("https://host/{}", "x".repeat(8000));
        assert_eq!(WebUrl::parse(&long), Err(UrlFault::TooLong(8013)));
        assert!(WebUrl::parse(&long[..8000]).is_ok());
    }

    #[test]
    fn plain_http_is_allowed_to_loopback_only() {
        let check = |text| WebUrl::parse(text).and_then(WebUrl::require_https_or_loopback).map(|_| ());
        for good in
            ["https://host", "http://localhost:1", "http://LOCALHOST", "http://127.9.9.9/", "http://[::1]/"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in
            ["http://host", "http://127.1", "http://0.0.0.0", "http://localhost.example", "http://[::2]"]
        {
            assert_eq!(check(bad), Err(UrlFault::PlainHttp), "{bad}");
        }
    }
}
