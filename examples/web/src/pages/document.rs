//! The form with the identity document: files by drag and drop, from a folder or from the camera.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use sphere_core::endpoints::MAX_DOCUMENT_BYTES;

use super::frame::{Page, mistake_of, options, problem};
use crate::Model;
use crate::fields::COUNTRIES;
use crate::form::Mistake;
use crate::journey::Step;
use crate::upload::{Draft, KINDS};

const FORMATS: &str = "image/jpeg,image/png,image/heic,image/tiff,application/pdf,.heic,.heif,.tif,.tiff";

/// `refused`: why SpherePay did not accept the last one, if that is why the customer is here.
pub(crate) fn document(model: Model, status: StatusCode, refused: Option<&str>, draft: &Draft) -> Response {
    let mistakes = &draft.mistakes;
    let kind = Some(draft.kind.as_str()).filter(|kind| !kind.is_empty()).unwrap_or("passport");
    let country = mistake_of("country", mistakes);
    Page::new("Upload your identity document").status(status).at(model, Step::Document).with(&html! {
        (problem(mistakes))
        @if let Some(why) = refused {
            p.warning { strong { "Your last document was not accepted. " } (why) }
        }
        p { "All four corners visible, no glare, every word readable." }
        form method="post" action=(Step::Document.path()) enctype="multipart/form-data" data-upload novalidate {
            fieldset #kind tabindex="-1" {
                legend { "Kind of document" }
                @if let Some(mistake) = mistake_of("kind", mistakes) { p.mistake { (mistake) } }
                div.choices {
                    @for (value, words, _) in KINDS {
                        label { input type="radio" name="kind" value=(value) checked[value == kind]; (words) }
                    }
                }
            }
            div.field {
                label for="country" { "Country that issued it" }
                @if let Some(mistake) = country { p.mistake #country-mistake { (mistake) } }
                select #country name="country" required aria-describedby=[country.map(|_| "country-mistake")]
                    aria-invalid=[country.map(|_| "true")] {
                    (options(COUNTRIES, &draft.country))
                }
            }
            (side("front", "Front, or the page with the photo", mistakes))
            (side("back", "Back", mistakes))
            button { "Upload" }
            // For the script.
            div.progress hidden {
                progress max="100" value="0" aria-label="Upload" {}
                p role="status" {}
            }
        }
    })
}

/// One side: the field takes a dropped file by itself, without a script.
fn side(name: &str, label: &str, mistakes: &[Mistake]) -> Markup {
    let mistake = mistake_of(name, mistakes);
    html! {
        div class={ "field side " (name) } {
            label for=(name) { (label) }
            p.hint id={ (name) "-hint" } {
                span.desk { "Drop a file here or choose one. " }
                "JPEG, PNG, HEIC, TIFF or PDF, up to 15 MB."
            }
            @if let Some(mistake) = mistake { p.mistake id={ (name) "-mistake" } { (mistake) } }
            input.drop id=(name) name=(name) type="file" accept=(FORMATS) data-most=(MAX_DOCUMENT_BYTES)
                aria-describedby={ (name) "-hint" @if mistake.is_some() { " " (name) "-mistake" } }
                aria-invalid=[mistake.is_some().then_some("true")];
            div.camera {
                label for={ (name) "-photo" } { "Or take a photo now" }
                input id={ (name) "-photo" } name={ (name) "-photo" } type="file" accept="image/*"
                    capture="environment" data-most=(MAX_DOCUMENT_BYTES);
            }
        }
    }
}
