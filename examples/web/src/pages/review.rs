//! Waiting for the review, and how it ends.

use axum::response::Response;
use maud::{Markup, html};
use sphere_core::Customer;
use sphere_core::verification::{CriterionError, CriterionName};

use super::frame::Page;
use crate::Model;
use crate::journey::{PROFILE, Step};

pub(crate) fn waiting(model: Model, customer: &Customer) -> Response {
    let page =
        Page::new("We are checking everything").at(model, Step::Review).updated_from("/review/updates");
    page.icon("waiting").with(&html! {
        p.lead { "You have done your part. The review often takes minutes, and at most two business days." }
        (checklist(customer))
        p { "This page updates by itself. You can also close it and come back later." }
        a.button.quiet href=(Step::Review.path()) { "Check now" }
    })
}

/// What is done, and what is being looked at.
fn checklist(customer: &Customer) -> Markup {
    let criteria = customer.verification_profile(&PROFILE).map(|profile| profile.criteria().clone());
    let criteria = criteria.unwrap_or_default();
    let in_review: Vec<_> = criteria.pending.iter().filter_map(Step::completing).collect();
    let mut done: Vec<_> = criteria.complete.iter().filter_map(Step::completing).collect();
    done.retain(|step| !in_review.contains(step));
    let mut steps: Vec<_> = done.iter().map(|step| (*step, true)).collect();
    steps.extend(in_review.iter().map(|step| (*step, false)));
    steps.sort_unstable();
    steps.dedup();
    html! {
        ul.checklist {
            @for (step, is_done) in steps {
                li.done[is_done] {
                    span { (step.name()) }
                    span.state { @if is_done { "Complete" } @else { "In review" } }
                }
            }
        }
    }
}

pub(crate) fn approved(model: Model) -> Response {
    Page::new("You are verified").at(model, Step::Review).icon("done").with(&html! {
        p.lead { "Thank you. You can now send and receive money." }
        a.button href="/" { "Done" }
    })
}

pub(crate) fn rejected(model: Model) -> Response {
    Page::new("We could not verify you").at(model, Step::Review).icon("failed").with(&html! {
        p.lead { "The review has ended without approval, so we cannot open your account." }
        p { "If you think that this is a mistake, please contact us." }
    })
}

/// Something is required that no page here asks for.
pub(crate) fn stuck(model: Model) -> Response {
    Page::new("We need something else from you").at(model, Step::Review).icon("failed").with(&html! {
        p.lead { "One more thing is needed that cannot be done here. Please contact us." }
        p { a href="/continue" { "Look again" } }
    })
}

/// What SpherePay says cannot be read, or says nothing about our profile.
pub(crate) fn not_known(model: Model) -> Response {
    let page = Page::new("We do not know yet what is next").at(model, Step::Review);
    page.updated_from("/review/updates").icon("waiting").with(&html! {
        p.lead { "This page updates by itself. If it stays like this, please contact us." }
        p { a href="/continue" { "Look again" } }
    })
}

/// What failed, why, and the way to correct it.
pub(crate) fn correction(model: Model, errors: &[CriterionError]) -> Response {
    Page::new("Something needs correcting").at(model, Step::Review).icon("failed").with(&html! {
        p.lead { "Not everything could be confirmed. You can correct it now." }
        @for error in errors {
            @let step = Step::completing(error.name());
            section.correction {
                h2 { (step.map_or_else(|| words(error.name()), |step| step.name().to_owned())) }
                p { (error.detail().unwrap_or("This could not be confirmed.")) }
                @match step {
                    Some(step) => a.button href=(step.path()) {
                        @match step {
                            Step::Document => "Upload another document",
                            Step::Face => "Try the face check again",
                            Step::Codes => "Confirm again",
                            Step::Terms => "Accept the terms again",
                            Step::Details | Step::Review => "Correct your details",
                        }
                    },
                    None => p { "Please contact us." },
                }
            }
        }
    })
}

/// A criterion that no step completes, in words: `proof_of_address` is “Proof of address”.
fn words(criterion: &CriterionName) -> String {
    let text = criterion.as_str().replace('_', " ");
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(|| "Verification".to_owned(), |first| first.to_uppercase().chain(characters).collect())
}
