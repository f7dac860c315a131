//! The face check: a QR code at a desk, a button on a phone.

use std::fmt::Write as _;

use axum::response::Response;
use maud::{Markup, html};
use qrcode::{Color, QrCode};

use super::frame::{Page, note};
use crate::Model;
use crate::journey::Step;

/// SpherePay's check. `last_fault`: what went wrong the last time, if it did.
pub(crate) fn face_with_link(link: &str, last_fault: Option<&str>) -> Response {
    let code = qr(link);
    let page =
        Page::new("Check your face").at(Model::SphereManaged, Step::Face).updated_from("/face/updates");
    page.with(&html! {
        (fault(last_fault))
        p { "A short check with a camera shows that you are a real person, and the one in the document." }
        @if let Some(code) = code {
            div.handoff {
                (code)
                div {
                    h2 { "Use your phone" }
                    ol {
                        li { "Open the camera of your phone." }
                        li { "Point it at this code, and follow the link." }
                        li { "Do the check there. This page then goes on by itself." }
                    }
                }
            }
        }
        form.here method="post" action=(Step::Face.path()) {
            button { "Do the check on this device" }
        }
        p { "Done already? " a href="/continue" { "Go on" } }
    })
}

/// The platform's own check.
pub(crate) fn face_of_platform(last_fault: Option<&str>) -> Response {
    Page::new("Check your face").at(Model::PlatformManaged, Step::Face).with(&html! {
        (fault(last_fault))
        p { "A short check with a camera shows that you are a real person, and the one in the document." }
        form method="post" action=(Step::Face.path()) { button { "Do the check on this device" } }
        (note("Your own liveness check goes here. This example has none: the button uploads a report that \
               says so."))
    })
}

fn fault(last_fault: Option<&str>) -> Markup {
    html! {
        @if let Some(why) = last_fault {
            p.warning {
                strong { "The last check was not passed. " }
                "That happens, for instance in poor light. You can try again."
                @if !why.is_empty() { br; "What was found: " (why) }
            }
        }
    }
}

/// The link as a QR code; `None` if it is too long for one.
fn qr(link: &str) -> Option<Markup> {
    /// What the standard asks to be left blank on each side (ISO/IEC 18004).
    const QUIET: usize = 4;
    let code = QrCode::new(link).ok()?;
    let width = code.width();
    let mut squares = String::new();
    for (at, color) in code.into_colors().into_iter().enumerate() {
        if color == Color::Dark {
            // Writing to a `String` cannot fail.
            let _ = write!(squares, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET);
        }
    }
    let size = width + 2 * QUIET;
    let label = "QR code that leads to the face check";
    Some(html! {
        svg.qr viewBox={ "0 0 " (size) " " (size) } role="img" aria-label=(label) shape-rendering="crispEdges" {
            path d=(squares) {}
        }
    })
}
