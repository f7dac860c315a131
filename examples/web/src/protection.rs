//! What guards every page: no form of another site is accepted, and nothing of a customer's is kept or passed on.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::pages;

/// Scripts and styles from here only; pictures as well, and those that a customer chose. Forms go to this server, and
/// by its redirects to a hosted page: browsers hold `form-action` against redirects too. Hosted pages are on https, or
/// on loopback for a sandbox.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    img-src 'self' data: blob:; form-action 'self' https: http://127.0.0.1:* http://localhost:*; base-uri 'none'; \
    frame-ancestors 'none'";

/// Refuses what another site's page made the browser send, and sets the headers of every response.
pub(crate) async fn protect(request: Request, next: Next) -> Response {
    let is_refused = request.method() == Method::POST && comes_from_elsewhere(request.headers());
    let mut response = if is_refused { pages::comes_from_elsewhere() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        // Not `no-referrer`: with it, browsers send `Origin: null` from our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether another site's page made the browser send this. Browsers without `Sec-Fetch-Site` send `Origin`. Programs
/// other than browsers send neither, and have no cookies to abuse.
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let bytes = |name| headers.get(name).map(HeaderValue::as_bytes);
    if let Some(site) = bytes("sec-fetch-site") {
        return site != b"same-origin";
    }
    let Some(origin) = bytes("origin") else { return false };
    let schemes = [&b"https://"[..], b"http://"];
    let host = schemes.iter().find_map(|scheme| origin.strip_prefix(*scheme));
    host.is_none() || host != bytes("host")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_may_post() {
        for (headers, is_refused) in [
            (&[][..], false),
            (&[("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")], false),
            (
                &[("sec-fetch-site", "cross-site"), ("origin", "http://a.example"), ("host", "a.example")],
                true,
            ),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("origin", "http://127.0.0.1:1"), ("host", "127.0.0.1:1")], false),
            (&[("origin", "https://a.example"), ("host", "a.example")], false),
            (&[("origin", "http://127.0.0.1:2"), ("host", "127.0.0.1:1")], true),
            (&[("origin", "https://evil.example"), ("host", "a.example")], true),
            (&[("origin", "https://a.example.evil.example"), ("host", "a.example")], true),
            (&[("origin", "https://evil.example")], true),
            (&[("origin", "a.example"), ("host", "a.example")], true),
            // A sandboxed frame, or a page with `no-referrer`: not ours.
            (&[("origin", "null"), ("host", "127.0.0.1:1")], true),
            (&[("origin", "null")], true),
        ] {
            let map: HeaderMap =
                headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(comes_from_elsewhere(&map), is_refused, "{headers:?}");
        }
    }
}
