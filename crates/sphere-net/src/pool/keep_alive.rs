//! How long a response lets its connection be idle: `Keep-Alive: timeout=N`, `Connection: close`, and HTTP/1.0.
//!
//! `Keep-Alive` is older than HTTP/1.1 (RFC 2068, section 19.7.1.1); Node, Apache and others send it.

use std::time::Duration;

use http::{HeaderMap, HeaderName, Version, header};

/// What is left to a request that is already on its way when the server closes.
const MARGIN: Duration = Duration::from_secs(1);

/// How long a connection can be idle after a response with this head: a second less than the server says, but at
/// least half of it. Zero if the server closes the connection (RFC 9112, sections 9.3 and 9.6). `None` if it says
/// nothing.
///
/// ```
/// use std::time::Duration;
/// use http::{HeaderMap, HeaderValue, Version};
/// use sphere_net::pool::server_idle_timeout;
///
/// let mut headers = HeaderMap::new();
/// assert_eq!(server_idle_timeout(Version::HTTP_11, &headers), None);
/// headers.insert("keep-alive", HeaderValue::from_static("timeout=5, max=100"));
/// assert_eq!(server_idle_timeout(Version::HTTP_11, &headers), Some(Duration::from_secs(4)));
/// ```
pub fn server_idle_timeout(version: Version, headers: &HeaderMap) -> Option<Duration> {
    let is_close = |option: &str| option.trim().eq_ignore_ascii_case("close");
    if version != Version::HTTP_11 || options(headers, &header::CONNECTION).any(is_close) {
        return Some(Duration::ZERO);
    }
    let timeout = options(headers, &KEEP_ALIVE).filter_map(timeout).min()?;
    let timeout = Duration::from_secs(timeout.into());
    Some(timeout.saturating_sub(MARGIN.min(timeout / 2)))
}

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

/// The members of a header that is a list.
fn options<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(','))
}

/// The number in `timeout=5`. One that cannot be read says nothing.
fn timeout(parameter: &str) -> Option<u32> {
    let (name, value) = parameter.split_once('=')?;
    let digits = value.trim().trim_matches('"');
    let is_timeout = name.trim().eq_ignore_ascii_case("timeout");
    if is_timeout && digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn timeouts_are_read_with_a_margin() {
        for (values, milliseconds) in [
            (&["timeout=5"][..], Some(4000)),
            (&["TIMEOUT = 5 , max=99"], Some(4000)),
            (&["max=99,timeout=\"60\""], Some(59_000)),
            (&["timeout=2"], Some(1000)),
            (&["timeout=1"], Some(500)),
            (&["timeout=0"], Some(0)),
            // The smallest, if there are several.
            (&["timeout=9", "timeout=7, timeout=8"], Some(6000)),
            (&[], None),
            (&["", "timeout", "timeout=", "timeout=+5", "timeout=-1", "timeout=x", "mytimeout=5"], None),
            // Beyond any clock, so it limits nothing.
            (&["timeout=99999999999999999999"], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("keep-alive", HeaderValue::from_static(value));
            }
            let expected = milliseconds.map(Duration::from_millis);
            assert_eq!(server_idle_timeout(Version::HTTP_11, &headers), expected, "{values:?}");
        }
    }

    #[test]
    fn connections_that_the_server_closes_are_not_kept() {
        let mut headers = HeaderMap::new();
        assert_eq!(server_idle_timeout(Version::HTTP_10, &headers), Some(Duration::ZERO));
        headers.insert("keep-alive", HeaderValue::from_static("timeout=5"));
        for (value, is_closed) in
            [("close", true), ("x, Close", true), ("keep-alive", false), ("closed", false)]
        {
            headers.insert(header::CONNECTION, HeaderValue::from_static(value));
            let expected = Duration::from_secs(if is_closed { 0 } else { 4 });
            assert_eq!(server_idle_timeout(Version::HTTP_11, &headers), Some(expected), "{value}");
        }
    }
}
