//! The HTML: readable on a phone and in the dark, without scripts. Every value passes through [`Escaped`].

use std::fmt::{self, Write as _};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use sphere_sandbox::MAGIC_CUSTOMERS;

use crate::failure::Explanation;

const STYLE: &str = "\
:root{color-scheme:light dark;--text:#1b1b1f;--quiet:#55555f;--paper:#fff;--line:#c9c9d1;--blue:#1a56b0}\
@media(prefers-color-scheme:dark){:root{--text:#ececf1;--quiet:#b3b3bd;--paper:#16161a;--line:#4a4a55;\
--blue:#8ab4ff}}\
*{box-sizing:border-box}\
body{margin:0;background:var(--paper);color:var(--text);font:1.0625rem/1.55 system-ui,sans-serif}\
main{max-width:34rem;margin:0 auto;padding:2rem 1.25rem 3rem}\
h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem}\
h2{font-size:1rem;margin:0 0 .5rem}\
a{color:var(--blue)}\
button{width:100%;min-height:3.25rem;margin:.75rem 0;padding:.5rem 1rem;font:inherit;font-weight:600;\
color:#fff;background:#1a56b0;border:0;border-radius:.6rem;cursor:pointer}\
button:hover{background:#134288}\
:focus-visible{outline:3px solid var(--blue);outline-offset:3px}\
ul{padding-left:1.2rem}li{margin:.5rem 0}\
code{font-size:.86em;overflow-wrap:anywhere}\
aside{margin-top:2.5rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet);\
font-size:.95rem}";

/// The page with the button.
pub(crate) fn start(customer: &str, with_sandbox: bool) -> Response {
    let button = Button { customer, text: "Start the face check" };
    let customer = Escaped(customer);
    let others = Others(with_sandbox);
    page(
        StatusCode::OK,
        "Confirm that it is you",
        format_args!(
            "<p>Before you can send or receive money, a short face check is needed. It needs a camera; a phone \
             does best.</p>\n{button}\n\
             <aside><h2>About this example</h2>\
             <p>The customer is <code>{customer}</code>. In your backend, the session says who it is.</p>\
             {others}</aside>"
        ),
    )
}

/// There is no link, and why.
pub(crate) fn failure(customer: &str, explanation: &Explanation) -> Response {
    let Explanation { status, title, text, .. } = *explanation;
    let story = Story { customer, explanation };
    let mut response = page(status, title, format_args!("<p>{}</p>\n{story}", Escaped(text)));
    if let Some(wait) = explanation.wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
    }
    response
}

/// Back from the check, with nothing known about it.
pub(crate) fn returned() -> Response {
    page(
        StatusCode::OK,
        "Thank you",
        format_args!(
            "<p>You are back from the face check. As soon as it is confirmed to us, you can go on. You need \
             not wait on this page.</p>\n\
             <aside><h2>About this example</h2><p>That the browser came back proves nothing: anyone can open \
             this address. A backend asks SpherePay how the customer’s verification stands; this example does \
             not.</p></aside>"
        ),
    )
}

/// The sandbox says that the customer passed.
pub(crate) fn passed() -> Response {
    page(
        StatusCode::OK,
        "Face check passed",
        format_args!(
            "<p>Thank you. You can now send and receive money.</p>\n\
             {TO_THE_START}\n\
             <aside><h2>About this example</h2><p>The sandbox was asked for the result. That the browser came \
             back proves nothing: anyone can open this address.</p></aside>"
        ),
    )
}

/// The sandbox says that the customer failed.
pub(crate) fn failed(customer: &str) -> Response {
    let button = Button { customer, text: "Try the face check again" };
    page(
        StatusCode::OK,
        "The face check was not passed",
        format_args!("<p>That happens, for instance in poor light. You can try again.</p>\n{button}"),
    )
}

/// The sandbox says that the customer did not finish.
pub(crate) fn unfinished(customer: &str) -> Response {
    let button = Button { customer, text: "Continue with the face check" };
    page(
        StatusCode::OK,
        "The face check is not finished yet",
        format_args!("<p>You can go on with it now.</p>\n{button}"),
    )
}

/// Somebody opened the address who was not sent to a check from here.
pub(crate) fn returned_without_a_start() -> Response {
    page(
        StatusCode::OK,
        "No face check was started here",
        format_args!("<p>If you did one, it was from another browser or device.</p>\n{TO_THE_START}"),
    )
}

pub(crate) fn comes_from_elsewhere() -> Response {
    page(
        StatusCode::FORBIDDEN,
        "Please start here",
        format_args!("<p>This was sent from another website. Nothing was done.</p>\n{TO_THE_START}"),
    )
}

pub(crate) fn no_such_page() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "There is no such page",
        format_args!("<p>The address may be mistyped.</p>\n{TO_THE_START}"),
    )
}

pub(crate) fn wrong_method() -> Response {
    page(
        StatusCode::METHOD_NOT_ALLOWED,
        "This page cannot be opened directly",
        format_args!("<p>A face check starts with the button on our page.</p>\n{TO_THE_START}"),
    )
}

const TO_THE_START: &str = "<p><a href=\"/\">Back to the start</a></p>";

/// The frame around every page. `content` is HTML already.
fn page(status: StatusCode, title: &str, content: fmt::Arguments<'_>) -> Response {
    let title = Escaped(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{content}\n</main>\n</body>\n</html>\n"
    );
    (status, Html(html)).into_response()
}

struct Button<'a> {
    customer: &'a str,
    text: &'a str,
}

impl fmt::Display for Button<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (customer, text) = (Escaped(self.customer), Escaped(self.text));
        write!(f, "<form method=\"post\" action=\"/verify/{customer}\"><button>{text}</button></form>")
    }
}

/// What follows the first sentence about a failure.
struct Story<'a> {
    customer: &'a str,
    explanation: &'a Explanation,
}

impl fmt::Display for Story<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let explanation = self.explanation;
        if !explanation.details.is_empty() {
            f.write_str("<ul>\n")?;
            for (place, what) in &explanation.details {
                let (place, what) = (Escaped(place), Escaped(what));
                match place.0 {
                    "" => writeln!(f, "<li>{what}</li>")?,
                    _ => writeln!(f, "<li><strong>{place}</strong>: {what}</li>")?,
                }
            }
            f.write_str("</ul>\n")?;
        }
        if explanation.may_have_worked {
            f.write_str("<p>It may have worked all the same; asking again does no harm.</p>\n")?;
        }
        if explanation.again {
            match explanation.wait.map(|wait| wait.as_secs()) {
                None | Some(0) => f.write_str("<p>Please try again in a moment.</p>\n")?,
                Some(1) => f.write_str("<p>Please try again in a second.</p>\n")?,
                Some(seconds) => writeln!(f, "<p>Please try again in {seconds} seconds.</p>")?,
            }
            writeln!(f, "{}", Button { customer: self.customer, text: "Try again" })?;
        }
        if let Some(id) = &explanation.correlation_id {
            let id = Escaped(id);
            writeln!(f, "<p>If you contact us, please quote this reference: <code>{id}</code></p>")?;
        }
        f.write_str(TO_THE_START)
    }
}

/// The sandbox's customers that fail, to try.
struct Others(bool);

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0 {
            return Ok(());
        }
        f.write_str("<p>Customers for whom it fails, to see the pages:</p><ul>")?;
        for customer in MAGIC_CUSTOMERS {
            let reply = customer.reply.replace('`', "");
            let (id, reply) = (Escaped(customer.id), Escaped(&reply));
            write!(f, "<li><a href=\"/customer/{id}\">{reply}</a></li>")?;
        }
        f.write_str("</ul>")
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
