//! The start page: everybody who was created, and their transfers, with buttons that move them.

use std::{
    fmt::{self, Write as _},
    sync::Arc,
};

use axum::{
    Router,
    extract::{Path, State, rejection::PathRejection},
    response::Response,
    routing::{get, post},
};
use http::StatusCode;

use super::{Escaped, page, redirect};
use crate::world::{
    CheckState, IDENTITY, Item, ItemKind, Kind, Lists, Model, Outcome, Purpose, Record, World,
};

pub(super) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/", get(show))
        .route("/people/{id}/{button}", post(press))
        .route("/transfers/{id}/{status}", post(set_status))
}

/// What a button does.
enum Action {
    Finish(Purpose, CheckState),
    End(Outcome),
    AcceptDocument,
}

/// Name in the form's path, label, and what it does.
const BUTTONS: [(&str, &str, Action); 8] = [
    ("accept-terms", "Accept the terms", Action::Finish(Purpose::Terms, CheckState::Passed)),
    ("accept-document", "Accept an identity document", Action::AcceptDocument),
    ("pass", "Pass the face check", Action::Finish(Purpose::FaceCheck, CheckState::Passed)),
    ("fail", "Fail the face check", Action::Finish(Purpose::FaceCheck, CheckState::Failed)),
    ("complete", "Complete the onboarding", Action::Finish(Purpose::Onboarding, CheckState::Passed)),
    ("approve", "Review: approve", Action::End(Outcome::Approved)),
    ("reject", "Review: reject", Action::End(Outcome::Rejected)),
    ("keep-pending", "Review: keep pending", Action::End(Outcome::StaysPending)),
];

/// What a transfer can become, in the order of its life.
const STATUSES: [&str; 9] = [
    "fundsReceived",
    "processing",
    "succeeded",
    "failed",
    "returned",
    "pendingRefundInformation",
    "refunded",
    "expired",
    "canceled",
];

async fn show(State(world): State<Arc<World>>) -> Response {
    let mut list = String::new();
    world.people(|people, _| {
        for person in people.iter() {
            // Writing to a `String` cannot fail.
            let _ = write!(list, "{}", Card(person, world.settings().model));
        }
    });
    world.money(|money, _| {
        for transfer in money.newest_first(ItemKind::Transfer) {
            let _ = write!(list, "{}", TransferCard(transfer));
        }
    });
    if list.is_empty() {
        list.push_str("<p>Nobody yet: create a customer with <code>POST /v2/customer</code>.</p>");
    }
    page(
        StatusCode::OK,
        "Customers and representatives",
        format_args!(
            "<p>SpherePay has no such page. These buttons stand in for what customers and reviewers do.</p>{list}\
             <p><a href=\"/\">Reload</a></p>"
        ),
    )
}

async fn set_status(
    State(world): State<Arc<World>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Response {
    let changed = path.ok().is_some_and(|Path((id, status))| {
        STATUSES.contains(&status.as_str())
            && world.money(|money, now| {
                money
                    .get_mut(ItemKind::Transfer, &id)
                    .map(|transfer| transfer.set_status(&status, now))
                    .is_some()
            })
    });
    if changed { redirect("/") } else { no_such_button() }
}

fn no_such_button() -> Response {
    page(StatusCode::NOT_FOUND, "No such button", format_args!("<p><a href=\"/\">Back</a></p>"))
}

async fn press(
    State(world): State<Arc<World>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Response {
    let Ok(Path((id, name))) = path else { return no_such_button() };
    let Some((_, _, action)) = BUTTONS.iter().find(|(button, ..)| *button == name) else {
        return no_such_button();
    };
    if world.people(|people, _| people.get(&id).is_none()) {
        return no_such_button();
    }
    match action {
        Action::Finish(purpose, state) => world.finish(*purpose, &id, *state),
        Action::End(outcome) => world.people(|people, _| {
            if let Some(person) = people.get_mut(&id) {
                person.outcome = *outcome;
            }
        }),
        Action::AcceptDocument => world.people(|people, now| {
            if let Some(person) = people.get_mut(&id) {
                person.complete(IDENTITY, now);
            }
        }),
    }
    redirect("/")
}

/// One transfer and what it can become.
struct TransferCard<'a>(&'a Item);

impl fmt::Display for TransferCard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = Escaped(self.0.text("id"));
        write!(f, "<section aria-label=\"{id}\"><h2>{id}</h2><dl>")?;
        for (name, value) in [
            ("Transfer of", self.0.customer.as_str()),
            ("External id", self.0.text("externalId")),
            ("Type", self.0.text("type")),
            ("Status", self.0.text("status")),
        ] {
            write!(f, "<div><dt>{name}</dt><dd>{}</dd></div>", Escaped(value))?;
        }
        f.write_str("</dl>")?;
        for status in STATUSES {
            write!(
                f,
                "<form method=\"post\" action=\"/transfers/{id}/{status}\"><button>{status}</button></form>"
            )?;
        }
        f.write_str("</section>")
    }
}

/// One person and the buttons that can change something for them.
struct Card<'a>(&'a Record, Model);

impl Card<'_> {
    fn offers(&self, action: &Action) -> bool {
        let hosted = self.1 == Model::SphereManaged;
        match (action, &self.0.kind) {
            (Action::End(_), _) => true,
            (Action::Finish(Purpose::Onboarding, _), kind) => *kind == Kind::Onboarding,
            (Action::Finish(Purpose::Terms, _), kind) => hosted && *kind == Kind::Individual,
            (Action::Finish(Purpose::FaceCheck, _), Kind::Individual | Kind::Representative { .. }) => hosted,
            (Action::AcceptDocument, kind) => matches!(kind, Kind::Individual | Kind::Representative { .. }),
            _ => false,
        }
    }
}

impl fmt::Display for Card<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let person = self.0;
        let id = Escaped(&person.id);
        write!(f, "<section aria-label=\"{id}\"><h2>{id}</h2><dl>")?;
        let entry = |f: &mut fmt::Formatter<'_>, name: &str, value: &str| match value {
            "" => Ok(()),
            value => write!(f, "<div><dt>{name}</dt><dd>{}</dd></div>", Escaped(value)),
        };
        let what = match &person.kind {
            Kind::Individual => "individual",
            Kind::Business => "business",
            Kind::Onboarding => "individual, by onboarding link",
            Kind::Representative { customer } => &format!("representative of {customer}"),
        };
        entry(f, "Kind", what)?;
        entry(f, "E-mail", person.text("/email").unwrap_or_default())?;
        entry(f, "Status", person.status())?;
        let Lists { pending, required, errors, .. } = person.lists();
        entry(f, "Required", &required.join(", "))?;
        entry(f, "In review", &pending.join(", "))?;
        let errors: Vec<_> = errors.iter().map(|error| format!("{}: {}", error.name, error.detail)).collect();
        entry(f, "To correct", &errors.join(", "))?;
        entry(f, "One-time code", person.code.as_ref().map_or("", |code| &code.digits))?;
        f.write_str("</dl>")?;
        for (name, label, action) in &BUTTONS {
            if self.offers(action) {
                write!(
                    f,
                    "<form method=\"post\" action=\"/people/{id}/{name}\"><button>{label}</button></form>"
                )?;
            }
        }
        f.write_str("</section>")
    }
}
