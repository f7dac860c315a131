//! The page for developers: test customers, and how their verification ends.

use axum::response::Response;
use maud::{Markup, html};
use sphere_sandbox::{MAGIC_CUSTOMERS, MAGIC_TAGS};

use super::frame::Page;
use crate::Model;

/// `sandbox`: its address, if there is one.
pub(crate) fn developers(model: Model, sandbox: Option<&str>) -> Response {
    Page::new("For developers").with(&html! {
        p {
            "This is the example "
            code { "examples/web" }
            " of the Sphere SDK, in the "
            @match model {
                Model::SphereManaged => "Sphere-Managed model: SpherePay hosts the terms and the face check.",
                Model::PlatformManaged => "Platform-Managed model: the platform does the face check.",
            }
            " Start it with "
            code { @match model { Model::SphereManaged => "--platform-managed", Model::PlatformManaged => "no option" } }
            " for the other one."
        }
        @match sandbox {
            Some(url) => (with_sandbox(url)),
            None => p { "It uses SpherePay itself, so there is nothing to choose here." },
        }
    })
}

fn with_sandbox(url: &str) -> Markup {
    html! {
        p {
            "It uses a sandbox. "
            a href=(url) { "The sandbox’s own page" }
            " lists everybody who was created, with their one-time codes and with buttons that play the customer and the \
             reviewer."
        }
        h2 { "Choose how it ends" }
        p { "Each button starts over, with a form that is filled in. The word in the e-mail address chooses the end." }
        ul.tests {
            li { (button("tag", "approve", "Approved")) code { "jane.smith@example.com" } }
            @for magic in MAGIC_TAGS {
                li { (button("tag", magic.tag, &sentence(magic.effect))) code { "jane.smith+" (magic.tag) "@example.com" } }
            }
        }
        h2 { "See a failure" }
        p { "Each button starts over as a customer for whom every call gets this response." }
        ul.tests {
            @for magic in MAGIC_CUSTOMERS {
                li { (button("customer", magic.id, &magic.reply.replace('`', ""))) }
            }
        }
        h2 { "Start over" }
        form method="post" action="/developers/start" { button.quiet { "Forget this browser’s customer" } }
    }
}

fn button(name: &str, value: &str, words: &str) -> Markup {
    html! {
        form method="post" action="/developers/start" {
            button.quiet name=(name) value=(value) { (words) }
        }
    }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars().filter(|c| *c != '`');
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
