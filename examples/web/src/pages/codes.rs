//! One-time codes: asking for one, and entering it.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use sphere_core::OneTimePasswordChannel;

use super::frame::{Page, mistake_of, problem};
use crate::Model;
use crate::form::Mistake;
use crate::journey::Step;

/// Title, where the code goes, and the value of the form's field.
fn words(channel: OneTimePasswordChannel) -> (&'static str, &'static str, &'static str) {
    match channel {
        OneTimePasswordChannel::Email => ("Confirm your e-mail address", "your e-mail address", "email"),
        OneTimePasswordChannel::Phone => ("Confirm your phone number", "your phone", "phone"),
    }
}

pub(crate) fn send_code(model: Model, channel: OneTimePasswordChannel) -> Response {
    let (title, place, value) = words(channel);
    Page::new(title).at(model, Step::Details).with(&html! {
        p { "We send a code to " (place) ". You enter it on the next page." }
        (send_button(value, "Send me a code", false))
    })
}

pub(crate) fn enter_code(
    model: Model,
    status: StatusCode,
    channel: OneTimePasswordChannel,
    mistakes: &[Mistake],
) -> Response {
    let (title, place, value) = words(channel);
    let mistake = mistake_of("code", mistakes);
    Page::new(title).status(status).at(model, Step::Details).with(&html! {
        (problem(mistakes))
        p { "We have sent a code to " (place) "." }
        form method="post" action=(Step::Codes.path()) novalidate {
            input type="hidden" name="channel" value=(value);
            div.field {
                label for="code" { "Code" }
                @if let Some(mistake) = mistake { p.mistake #code-mistake { (mistake) } }
                input #code name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required
                    aria-describedby=[mistake.map(|_| "code-mistake")] aria-invalid=[mistake.map(|_| "true")];
            }
            button { "Confirm" }
        }
        (send_button(value, "Send me another code", true))
    })
}

fn send_button(channel: &str, words: &str, is_quiet: bool) -> Markup {
    html! {
        form method="post" action="/codes/send" {
            input type="hidden" name="channel" value=(channel);
            button.quiet[is_quiet] { (words) }
        }
    }
}
