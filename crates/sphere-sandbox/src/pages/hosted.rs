//! The hosted pages that a customer's browser visits: face check, terms of service, onboarding. Each has buttons
//! that say how it ends.

use std::{fmt, sync::Arc};

use axum::{
    Router,
    extract::{Path, State, rejection::PathRejection},
    response::Response,
    routing::{get, post},
};
use http::StatusCode;

use super::{Escaped, page, redirect};
use crate::world::{CheckState, Found, Link, Purpose, World};

type Token = Result<Path<String>, PathRejection>;
type TokenAndButton = Result<Path<(String, String)>, PathRejection>;

pub(super) fn routes() -> Router<Arc<World>> {
    let mut routes = Router::new();
    for wording in [&FACE_CHECK, &TERMS, &ONBOARDING] {
        let path = format!("/{}/{{token}}", wording.purpose.segment());
        routes = routes
            .route(
                &path,
                get(async |State(world): State<Arc<World>>, token: Token| show(wording, &world, token)),
            )
            .route(
                &format!("{path}/result"),
                get(async |State(world): State<Arc<World>>, token: Token| result(wording, &world, token)),
            )
            .route(
                &format!("{path}/{{button}}"),
                post(async |State(world): State<Arc<World>>, path: TokenAndButton| {
                    decide(wording, &world, path)
                }),
            );
    }
    routes
}

/// What one kind of page says.
struct Wording {
    purpose: Purpose,
    title: &'static str,
    text: &'static str,
    buttons: &'static [Button],
}

/// A button, and what it leads to.
struct Button {
    /// The last segment of the form's path.
    name: &'static str,
    label: &'static str,
    state: CheckState,
    /// Title and text of the result.
    result: (&'static str, &'static str),
}

const LEAVE: Button = Button {
    name: "leave",
    label: "Leave without finishing",
    state: CheckState::Left,
    result: ("Check left", "The check is recorded as left before its end."),
};

static FACE_CHECK: Wording = Wording {
    purpose: Purpose::FaceCheck,
    title: "Face check",
    text: "This page stands in for the hosted face check. Choose how the check ends.",
    buttons: &[
        Button {
            name: "pass",
            label: "Pass the check",
            state: CheckState::Passed,
            result: ("Check passed", "The check is recorded as passed."),
        },
        Button {
            name: "fail",
            label: "Fail the check",
            state: CheckState::Failed,
            result: ("Check failed", "The check is recorded as failed."),
        },
        LEAVE,
    ],
};

static TERMS: Wording = Wording {
    purpose: Purpose::Terms,
    title: "Terms of service",
    text: "This page stands in for the hosted terms of service.",
    buttons: &[
        Button {
            name: "accept",
            label: "Accept the terms",
            state: CheckState::Passed,
            result: ("Terms accepted", "The terms are recorded as accepted."),
        },
        Button { result: ("Terms left", "The terms have not been accepted."), ..LEAVE },
    ],
};

static ONBOARDING: Wording = Wording {
    purpose: Purpose::Onboarding,
    title: "Onboarding",
    text: "This page stands in for the hosted onboarding: details, documents, terms and face check.",
    buttons: &[
        Button {
            name: "complete",
            label: "Complete everything",
            state: CheckState::Passed,
            result: ("Onboarding complete", "Everything is recorded as supplied."),
        },
        Button { result: ("Onboarding left", "The onboarding is not complete."), ..LEAVE },
    ],
};

fn show(wording: &Wording, world: &World, token: Token) -> Response {
    // A token that is not even UTF-8 was never issued.
    let Ok(Path(token)) = token else { return unknown(world) };
    match world.find_link(wording.purpose, &token) {
        Found::Open(link) => choice(wording, &token, &link),
        Found::Expired => expired(world),
        Found::Unknown => unknown(world),
    }
}

fn result(wording: &Wording, world: &World, token: Token) -> Response {
    let Ok(Path(token)) = token else { return unknown(world) };
    match world.find_link(wording.purpose, &token) {
        Found::Open(link) => chosen(wording, &token, &link, world),
        Found::Expired => expired(world),
        Found::Unknown => unknown(world),
    }
}

fn decide(wording: &Wording, world: &World, path: TokenAndButton) -> Response {
    let Ok(Path((token, name))) = path else { return unknown(world) };
    let Some(button) = wording.buttons.iter().find(|button| button.name == name) else {
        return unknown(world);
    };
    match world.decide(wording.purpose, &token, button.state) {
        // A token that was found is hex digits only.
        Found::Open(_) => redirect(&format!("/{}/{token}/result", wording.purpose.segment())),
        Found::Expired => expired(world),
        Found::Unknown => unknown(world),
    }
}

/// The page behind a link that is still good.
fn choice(wording: &Wording, token: &str, link: &Link) -> Response {
    let Wording { text, title, .. } = wording;
    let person = Escaped(&link.person);
    let until = link.expires_at.strftime("%Y-%m-%d %H:%M:%S UTC");
    let buttons = Buttons(wording, token);
    page(
        StatusCode::OK,
        title,
        format_args!(
            "<p>{text}</p><dl><dt>For</dt><dd>{person}</dd>\
             <dt>This link is good until</dt><dd>{until}</dd></dl>{buttons}"
        ),
    )
}

/// The page after a choice.
fn chosen(wording: &Wording, token: &str, link: &Link, world: &World) -> Response {
    let button = wording.buttons.iter().find(|button| button.state == link.outcome);
    let (title, text) = button.map_or(("Nothing chosen yet", "No button has been pressed."), |b| b.result);
    let (segment, token, person) = (wording.purpose.segment(), Escaped(token), Escaped(&link.person));
    let way_on = WayOn(world);
    page(
        StatusCode::OK,
        title,
        format_args!(
            "<p>{text}</p><dl><dt>For</dt><dd>{person}</dd></dl>\
             {way_on}<p><a href=\"/{segment}/{token}\">Back</a></p>"
        ),
    )
}

fn expired(world: &World) -> Response {
    let way_on = WayOn(world);
    page(
        StatusCode::GONE,
        "This link has expired",
        format_args!("<p>Links are good for a short time only. Ask for a new one.</p>{way_on}"),
    )
}

fn unknown(world: &World) -> Response {
    let way_on = WayOn(world);
    page(
        StatusCode::NOT_FOUND,
        "No such link",
        format_args!("<p>The sandbox has not issued this link. Ask for a new one.</p>{way_on}"),
    )
}

/// A form for each button.
struct Buttons<'a>(&'a Wording, &'a str);

impl fmt::Display for Buttons<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (segment, token) = (self.0.purpose.segment(), Escaped(self.1));
        self.0.buttons.iter().try_for_each(|Button { name, label, state, .. }| {
            let class = match state {
                CheckState::Passed => "pass",
                CheckState::Failed => "fail",
                _ => "leave",
            };
            write!(
                f,
                "<form method=\"post\" action=\"/{segment}/{token}/{name}\">\
                 <button class=\"{class}\">{label}</button></form>"
            )
        })
    }
}

/// The link to where the customer came from, if the sandbox was told where that is.
struct WayOn<'a>(&'a World);

impl fmt::Display for WayOn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.settings().return_to {
            Some(url) => write!(f, "<p><a class=\"on\" href=\"{}\">Continue</a></p>", Escaped(url)),
            None => Ok(()),
        }
    }
}
