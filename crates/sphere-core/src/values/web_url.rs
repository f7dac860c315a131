//! The one check of a URL's text, for base URLs that we are given and links that the server gives us.
//!
//! Not a URL parser: it only looks, and never rewrites. `http::Uri` cuts at `#` and WHATWG parsers strip
//! tabs and resolve `..`, so what they return is not always what was written (RFC 3986, section 3).

use std::net::{Ipv4Addr, Ipv6Addr};

/// The parts of a checked URL, as slices of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WebUrl<'a> {
    pub(crate) is_https: bool,
    /// Host and, if written, port.
    pub(crate) authority: &'a str,
    /// A name, an IPv4 address, or an IPv6 address in its brackets.
    pub(crate) host: &'a str,
    /// All that follows the authority.
    pub(crate) rest: &'a str,
}

/// What is wrong with a URL. No variant shows the URL: it may hold a password or be a customer's link.
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

/// RFC 9110, section 4.1 asks everybody to support at least 8000 bytes; beyond it, proxies and browsers
/// begin to refuse.
const MAX_BYTES: usize = 8000;

impl<'a> WebUrl<'a> {
    /// Checks a URL and finds its parts.
    pub(crate) fn parse(text: &'a str) -> Result<Self, UrlFault> {
        check_text(text)?;
        let (is_https, after_scheme) = strip_scheme(text).ok_or(UrlFault::Scheme)?;
        let (name_ends, has_empty_label) = leading_name(after_scheme);
        let ends_authority = |byte| matches!(byte, b'/' | b'?' | b'#');
        if after_scheme.as_bytes().get(name_ends).is_none_or(|&byte| ends_authority(byte)) {
            // A name and nothing else, as nearly always: the authority is the host.
            let (host, rest) = after_scheme.split_at(name_ends);
            return match host {
                "" => Err(UrlFault::NoHost),
                _ if has_empty_label => Err(UrlFault::Host),
                host => Ok(Self { is_https, authority: host, host, rest }),
            };
        }
        let end = after_scheme.bytes().position(ends_authority).unwrap_or(after_scheme.len());
        let (authority, rest) = after_scheme.split_at(end);
        if authority.contains('@') {
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

/// Checks what holds for a URL whatever its scheme: its length, and its characters.
pub(crate) fn check_text(text: &str) -> Result<(), UrlFault> {
    if text.is_empty() {
        return Err(UrlFault::Empty);
    }
    if text.len() > MAX_BYTES {
        return Err(UrlFault::TooLong(text.len()));
    }
    // Every byte, without stopping at the first bad one, which hardly ever comes: so there is no branch.
    let good = text.bytes().fold(true, |good, byte| good & ALLOWED[usize::from(byte)]);
    if good { Ok(()) } else { Err(first_bad_character(text)) }
}

fn strip_scheme(text: &str) -> Option<(bool, &str)> {
    if let Some(rest) = text.strip_prefix("https://") {
        return Some((true, rest));
    }
    [("https://", true), ("http://", false)].into_iter().find_map(|(scheme, is_https)| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some((is_https, rest))
    })
}

/// Returns the host of `host[:port]`.
pub(crate) fn check_host_and_port(authority: &str) -> Result<&str, UrlFault> {
    let port_at = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None if authority.starts_with('[') => return Err(UrlFault::Host),
        None => authority.find(':').unwrap_or(authority.len()),
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

/// Labels of letters, digits, `-` and `_`, with dots between them and perhaps one at the end.
fn is_name(host: &str) -> bool {
    let (ends, has_empty_label) = leading_name(host);
    !host.is_empty() && ends == host.len() && !has_empty_label
}

/// How far a name reaches into the text, and whether one of its labels is empty.
fn leading_name(text: &str) -> (usize, bool) {
    let (mut label_is_empty, mut has_empty_label) = (true, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'.' => {
                has_empty_label |= label_is_empty;
                label_is_empty = true;
            }
            b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => label_is_empty = false,
            _ => return (at, has_empty_label),
        }
    }
    (text.len(), has_empty_label)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// What may stand in a URL here: visible ASCII, without the characters that break out of an HTML attribute
/// or a `Location` header, and without `\`, which browsers read as `/`.
static ALLOWED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        table[byte as usize] = !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'`');
        byte += 1;
    }
    table
};

fn first_bad_character(text: &str) -> UrlFault {
    let bad = text.bytes().enumerate().find(|(_, byte)| !ALLOWED[usize::from(*byte)]);
    let (at, byte) = bad.unwrap_or_default();
    UrlFault::Character { what: describe(byte), at: at + 1 }
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
    fn the_parts_are_slices_of_the_text() {
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
    fn plain_http_is_for_loopback_only() {
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
