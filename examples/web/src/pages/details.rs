//! The form with the customer's details.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::frame::{Page, mistake_of, options, problem};
use crate::Model;
use crate::fields::{FIELDS, Field, Input};
use crate::form::{Details, Mistake};
use crate::journey::Step;

/// `is_new`: whether the customer is created with them; otherwise they are corrected.
pub(crate) fn details(
    model: Model,
    status: StatusCode,
    is_new: bool,
    details: &Details,
    mistakes: &[Mistake],
) -> Response {
    let title = if is_new { "Your details" } else { "Correct your details" };
    let fields = FIELDS.iter().filter(|field| is_new || !field.is_fixed);
    Page::new(title).status(status).at(model, Step::Details).with(&html! {
        (problem(mistakes))
        p {
            @if is_new {
                "Your name and date of birth are read from your identity document, in one of the next steps."
            } @else {
                "Please enter your address and tax number again. For your safety they are not shown here."
            }
        }
        // The browser’s own messages are not read out by every screen reader; ours are.
        form method="post" action=(Step::Details.path()) novalidate {
            @for field in fields { (row(field, details.get(field.name), mistake_of(field.name, mistakes))) }
            button { "Continue" }
        }
    })
}

fn row(field: &Field, value: &str, mistake: Option<&str>) -> Markup {
    let (name, is_required) = (field.name, !field.missing.is_empty());
    let ids = [(!field.hint.is_empty(), "hint"), (mistake.is_some(), "mistake")];
    let ids: Vec<_> =
        ids.iter().filter(|(is_there, _)| *is_there).map(|(_, id)| format!("{name}-{id}")).collect();
    let described_by = (!ids.is_empty()).then(|| ids.join(" "));
    let invalid = mistake.is_some().then_some("true");
    html! {
        div class={ "field " (name) } {
            label for=(name) {
                (field.label)
                @if !is_required { span.optional { " (optional)" } }
            }
            @if !field.hint.is_empty() { p.hint id={ (name) "-hint" } { (field.hint) } }
            @if let Some(mistake) = mistake { p.mistake id={ (name) "-mistake" } { (mistake) } }
            @match field.input {
                Input::Text(kind) => {
                    input id=(name) name=(name) type=(kind) value=(value) autocomplete=(field.autocomplete)
                        required[is_required] aria-describedby=[described_by] aria-invalid=[invalid];
                }
                Input::Choice(choices) => {
                    select id=(name) name=(name) autocomplete=(field.autocomplete) required[is_required]
                        aria-describedby=[described_by] aria-invalid=[invalid] { (options(choices, value)) }
                }
            }
        }
    }
}
