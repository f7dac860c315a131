//! The HTML, with maud, which escapes every value. Each page works on a phone, in the dark and without scripts.

mod codes;
mod details;
mod developers;
mod document;
mod face;
mod frame;
mod review;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};

pub(crate) use self::codes::{enter_code, send_code};
pub(crate) use self::details::details;
pub(crate) use self::developers::developers;
pub(crate) use self::document::document;
pub(crate) use self::face::{face_of_platform, face_with_link};
use self::frame::Page;
pub(crate) use self::review::{approved, correction, not_known, rejected, stuck, waiting};
use crate::Model;
use crate::failure::Explanation;
use crate::journey::Step;

/// The first page. `has_begun`: whether there is a verification to go on with.
pub(crate) fn front(model: Model, has_begun: bool) -> Response {
    let steps: &[(&str, &str)] = &[
        ("Your details", "Your address and tax number, about two minutes."),
        ("Your identity document", "A passport, driving licence, identity card or residence permit."),
        ("Your face", "A short check with the camera of your phone or computer."),
    ];
    Page::new("Verify your identity").with(&html! {
        p.lead { "Before you can send or receive money, we have to know that you are you. It takes about five minutes." }
        h2 { "What you need" }
        ul.needs {
            @for (name, text) in steps {
                li { strong { (name) } span { (text) } }
            }
        }
        @if has_begun {
            a.button href="/continue" { "Continue" }
        } @else {
            a.button href=(Step::Details.path()) { "Start" }
        }
        p.hint {
            "There are " (Step::all(model).len()) " steps. You can stop at any time and go on later."
        }
    })
}

pub(crate) fn terms(model: Model) -> Response {
    Page::new("Accept the terms of service").at(model, Step::Terms).with(&html! {
        p { "Our partner SpherePay moves the money. Please read and accept its terms of service." }
        form method="post" action=(Step::Terms.path()) {
            button { "Read the terms" }
        }
        p.hint { "This opens SpherePay’s page. If it does not bring you back, come back to this one." }
        p { "Accepted them already? " a href="/continue" { "Go on" } }
    })
}

/// A call failed, and why.
pub(crate) fn failure(explanation: &Explanation) -> Response {
    let mut response = Page::new(explanation.title).status(explanation.status).icon("failed").with(&html! {
        p { (explanation.text) }
        @if !explanation.details.is_empty() {
            ul { @for detail in &explanation.details { li { (detail) } } }
        }
        @if explanation.may_have_worked {
            p { "It may have worked anyway: “Try again” goes to the next step if it did." }
        }
        @if explanation.again {
            p { (explanation.when()) }
        }
        @if explanation.again || explanation.may_have_worked {
            a.button href="/continue" { "Try again" }
        }
        @if let Some(id) = &explanation.correlation_id {
            p.hint { "If you contact us, please quote this reference: " code { (id) } }
        }
        (to_the_start())
    });
    if let Some(wait) = explanation.wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
    }
    response
}

/// Somebody came back from a hosted page on another device, or without cookies.
pub(crate) fn returned_elsewhere() -> Response {
    Page::new("Thank you").icon("done").with(&html! {
        p { "You can close this page. Where you started, the page goes on by itself." }
        (to_the_start())
    })
}

/// A form was sent without the cookie that its page had set.
pub(crate) fn no_cookie() -> Response {
    Page::new("Please start again").status(StatusCode::BAD_REQUEST).with(&html! {
        p { "Your browser did not send our cookie. It may be blocked, or the page may have been open for too long." }
        a.button href=(Step::Details.path()) { "Start again" }
    })
}

pub(crate) fn comes_from_elsewhere() -> Response {
    let page = Page::new("Please start here").status(StatusCode::FORBIDDEN);
    page.with(&html! { p { "This was sent from another website. Nothing was done." } (to_the_start()) })
}

pub(crate) fn no_such_page() -> Response {
    let page = Page::new("There is no such page").status(StatusCode::NOT_FOUND);
    page.with(&html! { p { "The address may be mistyped." } (to_the_start()) })
}

pub(crate) fn wrong_method() -> Response {
    let page = Page::new("This page cannot be opened directly").status(StatusCode::METHOD_NOT_ALLOWED);
    page.with(&html! { p { "It is the target of a form." } (to_the_start()) })
}

fn to_the_start() -> Markup {
    html! { p { a href="/" { "Back to the start" } } }
}
