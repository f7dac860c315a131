//! The HTML of the check page and its neighbours: self-contained, without scripts, readable on a
//! phone and in the dark. Every value that comes from outside passes through [`Escaped`].

use std::fmt::{self, Write as _};

use axum::{body::Body, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;

use crate::links::{CheckState, Link};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--quiet:#6b6b6b}\
@media(prefers-color-scheme:dark){:root{--quiet:#a8a8a8}}\
body{margin:0;min-height:100vh;display:grid;place-items:center;\
font:1rem/1.5 system-ui,sans-serif}\
main{box-sizing:border-box;width:100%;max-width:26rem;padding:1.5rem}\
h1{font-size:1.4rem;line-height:1.25;margin:0 0 .75rem}\
.tag{display:inline-block;font-size:.8rem;padding:.1rem .6rem;border:1px solid var(--line);\
border-radius:1rem;margin:0 0 1rem}\
dl{border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem;margin:1rem 0}\
dt{font-size:.8rem;color:var(--quiet)}dd{margin:0 0 .4rem;overflow-wrap:anywhere}\
form{margin:.6rem 0}\
button{width:100%;min-height:3rem;font:inherit;font-weight:600;cursor:pointer;\
border:1px solid var(--line);border-radius:.6rem}\
.on{display:block;box-sizing:border-box;padding:.75rem;text-align:center;font-weight:600;\
border-radius:.6rem;text-decoration:none;background:#1a56b0;color:#fff}\
.pass{background:#16703a;color:#fff}.fail{background:#a3262a;color:#fff}\
.leave{background:none;color:inherit}";

/// No script, no frame, nothing from anywhere; forms only to this server. The icon is an empty
/// `data:` URL in the page, so that browsers do not ask the API for one.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
    img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The page behind a link that is still good.
pub(crate) fn check(token: &str, link: &Link) -> Response {
    let customer = Escaped(&link.customer);
    let until = Until(link.expires_at);
    let token = Escaped(token);
    page(
        StatusCode::OK,
        "Face check",
        format_args!(
            "<p>This page stands in for the hosted face check. Choose how the check ends.</p>\
             <dl><dt>Customer</dt><dd>{customer}</dd>\
             <dt>This link is good until</dt><dd>{until}</dd></dl>\
             <form method=\"post\" action=\"/check/{token}/pass\">\
             <button class=\"pass\">Pass the check</button></form>\
             <form method=\"post\" action=\"/check/{token}/fail\">\
             <button class=\"fail\">Fail the check</button></form>\
             <form method=\"post\" action=\"/check/{token}/leave\">\
             <button class=\"leave\">Leave without finishing</button></form>"
        ),
    )
}

/// What a customer sees after a choice.
pub(crate) fn result(token: &str, link: &Link, return_to: Option<&str>) -> Response {
    let way_on = WayOn(return_to);
    let customer = Escaped(&link.customer);
    let token = Escaped(token);
    let (title, text) = match link.outcome {
        CheckState::NotStarted => ("Nothing chosen yet", "The check has not been started."),
        CheckState::Passed => ("Check passed", "The check is recorded as passed."),
        CheckState::Failed => ("Check failed", "The check is recorded as failed."),
        CheckState::Left => ("Check left", "The check is recorded as left before its end."),
    };
    page(
        StatusCode::OK,
        title,
        format_args!(
            "<p>{text}</p><dl><dt>Customer</dt><dd>{customer}</dd></dl>\
             {way_on}<p><a href=\"/check/{token}\">Back to the check</a></p>"
        ),
    )
}

/// The page behind a link whose time is over.
pub(crate) fn expired(return_to: Option<&str>) -> Response {
    let way_on = WayOn(return_to);
    page(
        StatusCode::GONE,
        "This link has expired",
        format_args!("<p>Links are good for a short time only. Ask for a new one.</p>{way_on}"),
    )
}

/// The page behind a link that was never handed out.
pub(crate) fn unknown(return_to: Option<&str>) -> Response {
    let way_on = WayOn(return_to);
    page(
        StatusCode::NOT_FOUND,
        "No such link",
        format_args!("<p>The sandbox has not handed out this link. Ask for a new one.</p>{way_on}"),
    )
}

/// Sends the browser on to the page with the result.
pub(crate) fn to_result(token: &str) -> Response {
    let mut response = Response::new(Body::empty());
    // A token that was found is hex digits only, so it always makes a header.
    if let Ok(location) = HeaderValue::from_str(&format!("/check/{token}/result")) {
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(header::LOCATION, location);
    }
    protect(response.headers_mut());
    response
}

/// The frame around every page. `content` is HTML already.
fn page(status: StatusCode, title: &'static str, content: fmt::Arguments<'_>) -> Response {
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

/// The address of these pages is the customer's secret: it goes into no cache and no referrer.
fn protect(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
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

/// The link to where the customer came from, if the sandbox was told where that is.
struct WayOn<'a>(Option<&'a str>);

impl fmt::Display for WayOn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(url) => write!(f, "<p><a class=\"on\" href=\"{}\">Continue</a></p>", Escaped(url)),
            None => Ok(()),
        }
    }
}

/// A time for people.
struct Until(Timestamp);

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%d %H:%M:%S UTC"))
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn text_cannot_leave_its_element_or_attribute() {
        assert_eq!(
            Escaped(r#"<a href="x" title='y'>&é"#).to_string(),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;é"
        );
    }
}
