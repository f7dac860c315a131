//! The pages for a browser: the frame around each of them, self-contained, without scripts, readable on a phone
//! and in the dark. Every value that comes from outside passes through [`Escaped`].

mod hosted;
mod start;

use std::{
    fmt::{self, Write as _},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::{api, world::World};

/// The pages need no key. A hosted page's token is what lets a customer in.
pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .merge(hosted::routes())
        .merge(start::routes())
        // A browser that still asks for an icon must not use up a turn that a test
        // scripted for the API.
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .layer(middleware::from_fn(refuse_other_sites))
        .method_not_allowed_fallback(api::wrong_method)
}

/// Another site's page may link here, but must not press buttons.
async fn refuse_other_sites(request: Request, next: Next) -> Response {
    if request.method() == Method::POST && is_from_another_site(request.headers()) {
        return page(
            StatusCode::FORBIDDEN,
            "Not from here",
            format_args!("<p>Another site sent this request. Nothing was changed.</p>"),
        );
    }
    next.run(request).await
}

fn is_from_another_site(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(HeaderValue::as_bytes);
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site != b"same-origin" && site != b"none";
    }
    let host = text(header::HOST).unwrap_or_default();
    text(header::ORIGIN).is_some_and(|origin| {
        let after_scheme =
            [&b"http://"[..], b"https://"].iter().find_map(|scheme| origin.strip_prefix(*scheme));
        after_scheme != Some(host)
    })
}

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--quiet:#6b6b6b}\
@media(prefers-color-scheme:dark){:root{--quiet:#a8a8a8}}\
body{margin:0;min-height:100vh;display:grid;place-items:center;\
font:1rem/1.5 system-ui,sans-serif}\
main{box-sizing:border-box;width:100%;max-width:26rem;padding:1.5rem}\
h1{font-size:1.4rem;line-height:1.25;margin:0 0 .75rem}\
h2{font-size:1rem;margin:0;overflow-wrap:anywhere}\
.tag{display:inline-block;font-size:.8rem;padding:.1rem .6rem;border:1px solid var(--line);\
border-radius:1rem;margin:0 0 1rem}\
dl,section{border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem;margin:1rem 0}\
main:has(section){max-width:64rem;align-self:start}\
section dl{border:0;padding:0;margin:.4rem 0;display:grid;gap:0 1.5rem;\
grid-template-columns:repeat(auto-fit,minmax(min(100%,13rem),1fr))}\
dt{font-size:.8rem;color:var(--quiet)}dd{margin:0 0 .4rem;overflow-wrap:anywhere}\
form{margin:.6rem 0}\
button{width:100%;min-height:3rem;font:inherit;font-weight:600;cursor:pointer;\
border:1px solid var(--line);border-radius:.6rem}\
section form{display:inline-block;margin:.2rem .2rem 0 0}\
section button{width:auto;min-height:2.5rem;padding:0 .8rem;background:none;color:inherit}\
.on{display:block;box-sizing:border-box;padding:.75rem;text-align:center;font-weight:600;\
border-radius:.6rem;text-decoration:none;background:#1a56b0;color:#fff}\
.pass{background:#16703a;color:#fff}.fail{background:#a3262a;color:#fff}\
.leave{background:none;color:inherit}";

/// No script, no frame, nothing from anywhere; forms only to this server. The icon is an empty
/// `data:` URL in the page, so that browsers do not ask the API for one.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
    img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The frame around every page. `content` is HTML already.
fn page(status: StatusCode, title: &str, content: fmt::Arguments<'_>) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>{title} · SpherePay sandbox</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<p class=\"tag\">SpherePay sandbox</p>\n<h1>{title}</h1>\n{content}\n\
         </main>\n</body>\n</html>\n"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    protect(response.headers_mut());
    response
}

/// Sends the browser to another page, so that reloading that page presses no button again.
fn redirect(path: &str) -> Response {
    let mut response = Response::new(Body::empty());
    // The paths are our own, in ASCII, so they always make a header.
    if let Ok(location) = HeaderValue::from_str(path) {
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(header::LOCATION, location);
    }
    protect(response.headers_mut());
    response
}

/// The address of a hosted page is the customer's secret: it goes into no cache, and to no other site as a referrer.
fn protect(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        // Not `no-referrer`: with it, browsers send `Origin: null` from our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Text made safe for element content and for quoted attributes.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            c => f.write_char(c),
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::{Escaped, is_from_another_site};

    #[test]
    fn text_cannot_leave_its_element_or_attribute() {
        assert_eq!(
            Escaped(r#"<a href="x" title='y'>&é"#).to_string(),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;é"
        );
    }

    #[test]
    fn only_own_pages_press_buttons() {
        for (headers, refused) in [
            (&[][..], false),
            (&[("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "null")], true),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("origin", "null"), ("host", "127.0.0.1:1")], true),
            (&[("origin", "http://127.0.0.1:1"), ("host", "127.0.0.1:1")], false),
            (&[("origin", "https://127.0.0.1:1"), ("host", "127.0.0.1:1")], false),
            (&[("origin", "http://127.0.0.1:2"), ("host", "127.0.0.1:1")], true),
            (&[("origin", "https://evil.example"), ("host", "127.0.0.1:1")], true),
        ] {
            let map: HeaderMap =
                headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(is_from_another_site(&map), refused, "{headers:?}");
        }
    }
}
