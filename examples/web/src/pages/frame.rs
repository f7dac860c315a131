//! What is around every page: head, brand, progress, footer; and small parts that several pages have.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::Model;
use crate::form::Mistake;
use crate::journey::Step;

/// How often a page that waits is loaded anew where there are no scripts, in seconds.
const REFRESH: u32 = 5;

/// A page before its content.
pub(super) struct Page<'a> {
    title: &'a str,
    status: StatusCode,
    at: Option<(Model, Step)>,
    updates: Option<&'static str>,
    icon: Option<&'static str>,
}

impl<'a> Page<'a> {
    pub(super) fn new(title: &'a str) -> Self {
        Self { title, status: StatusCode::OK, at: None, updates: None, icon: None }
    }

    pub(super) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Shows which step it is.
    pub(super) fn at(mut self, model: Model, step: Step) -> Self {
        self.at = Some((model, step));
        self
    }

    /// Keeps itself up to date, from this path.
    pub(super) fn updated_from(mut self, path: &'static str) -> Self {
        self.updates = Some(path);
        self
    }

    /// A picture above the heading.
    pub(super) fn icon(mut self, name: &'static str) -> Self {
        self.icon = Some(name);
        self
    }

    pub(super) fn with(self, content: &Markup) -> Response {
        let Self { title, status, at, updates, icon: picture } = self;
        let is_error = status == StatusCode::UNPROCESSABLE_ENTITY;
        let html = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    link rel="icon" href="data:,";
                    title {
                        @if is_error { "Error: " }
                        (title) " · Example Pay"
                    }
                    link rel="stylesheet" href="/assets/style.css";
                    script src="/assets/journey.js" defer {}
                    @if updates.is_some() {
                        noscript { meta http-equiv="refresh" content=(REFRESH); }
                    }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header { a.brand href="/" { (icon("brand")) "Example Pay" } }
                    main #main tabindex="-1" data-updates=[updates] {
                        @if let Some((model, step)) = at { (progress(model, step)) }
                        @if let Some(name) = picture { (icon(name)) }
                        h1 { (title) }
                        (content)
                    }
                    // Outside of `main`, so that it stays when `main` is replaced.
                    p.unseen #announcement role="status" {}
                    footer {
                        span { "Identity verification by SpherePay" }
                        a href="/developers" { "For developers" }
                    }
                }
            }
        };
        (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html.into_string()).into_response()
    }
}

/// “Step 2 of 5”, and a bar.
fn progress(model: Model, step: Step) -> Markup {
    let steps = Step::all(model);
    let done = steps.iter().take_while(|other| **other < step).count();
    html! {
        p.step { "Step " (done + 1) " of " (steps.len()) }
        ol.steps aria-label="Steps" {
            @for (number, other) in steps.iter().enumerate() {
                li.done[number < done] aria-current=[(number == done).then_some("step")] {
                    span { (other.name()) }
                    @if number < done { span.unseen { " (done)" } }
                }
            }
        }
    }
}

/// What is wrong with a form: read out at once, focused, each line leading to its field.
pub(super) fn problem(mistakes: &[Mistake]) -> Markup {
    html! {
        @if !mistakes.is_empty() {
            div.problem role="alert" tabindex="-1" autofocus {
                h2 { "There is a problem" }
                ul {
                    @for mistake in mistakes {
                        li {
                            @if mistake.field.is_empty() {
                                (mistake.text)
                            } @else {
                                a href={ "#" (mistake.field) } { (mistake.text) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The mistake of a field, above it. Its id is what `aria-describedby` names.
pub(super) fn mistake_of<'a>(field: &str, mistakes: &'a [Mistake]) -> Option<&'a str> {
    mistakes.iter().find(|mistake| mistake.field == field).map(|mistake| mistake.text.as_str())
}

/// The options of a list of choices, with an empty one first.
pub(super) fn options(choices: &[(&str, &str)], chosen: &str) -> Markup {
    html! {
        option value="" { "Please choose" }
        @for (value, words) in choices {
            option value=(value) selected[*value == chosen] { (words) }
        }
    }
}

/// A remark for the developers who read this example.
pub(super) fn note(text: &str) -> Markup {
    html! { aside { strong { "About this example: " } (text) } }
}

/// A picture that says no more than the text beside it.
fn icon(name: &str) -> Markup {
    let paths = match name {
        "brand" => {
            r#"<path d="M12 2 4 5v6c0 5 3.4 9.3 8 11 4.6-1.7 8-6 8-11V5z"/><path d="m8.5 12 2.5 2.5 4.5-5"/>"#
        }
        "done" => r#"<circle cx="12" cy="12" r="10"/><path d="m7.5 12.5 3 3 6-6.5"/>"#,
        "waiting" => r#"<circle cx="12" cy="12" r="10"/><path d="M12 6.5V12l3.5 2"/>"#,
        _ => r#"<circle cx="12" cy="12" r="10"/><path d="M12 7v6M12 16.5v.01"/>"#,
    };
    html! {
        svg class={ "icon " (name) } viewBox="0 0 24 24" aria-hidden="true" { (PreEscaped(paths)) }
    }
}
