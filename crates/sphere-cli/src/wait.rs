//! `sphere wait`: reads a customer or representative until the outcome is known, and shows meanwhile what is still
//! required.

use std::time::Duration;

use indicatif::ProgressBar;
use serde_json::json;
use sphere_core::RetryPolicy;
use sphere_core::client::Blocking;
use sphere_core::verification::{FaceCheckVerdict, ProfileName, ProfileStatus, VerificationProfile};
use sphere_core::wait::{Outcome, Subject, Wait};

use crate::call_arguments::CallArguments;
use crate::connection::Connection;
use crate::console::Console;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ids::Target;
use crate::key::Key;
use crate::record::Record;
use crate::{length, output, progress, record};

#[derive(clap::Args)]
pub(crate) struct WaitArguments {
    /// The id of a customer or a representative
    id: String,

    /// What to wait for
    #[arg(long = "for", value_name = "GOAL", default_value = "approval")]
    goal: Goal,

    /// Wait at most this long, such as 90s, 15m, 2h or 3d
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = length::parse)]
    within: Duration,

    /// Wait for this profile only, such as kyc_profile_a; may be repeated
    #[arg(long, value_name = "NAME")]
    profile: Vec<String>,

    #[command(flatten)]
    call: CallArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Goal {
    /// Each profile is approved or rejected
    Approval,
    /// The face check is no longer required
    FaceCheck,
}

pub(crate) const HELP: &str = "\
Examples:
  sphere wait customer_1ab2c3d4
  sphere wait customer_1ab2c3d4 --for face-check --within 15m
  sphere wait associatedPerson_1ab2c3d4 --within 3d --json

How long it takes:
  A review takes up to 2 business days for an individual, and 2 to 7 for a
  business. To go on later, run it again. A correction that is still listed
  ends it at once.

Exit status:
  0   approved; or the face check was passed or is under review
  8   undecided: time is up, which is not a failure
  9   correction_needed: something failed and must be corrected
  10  rejected
  Others as `sphere help` lists them.";

pub(crate) fn run(arguments: &WaitArguments, console: &mut Console) -> Result<Exit, Failure> {
    let target = Target::parse(&arguments.id)?;
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    match &target {
        Target::Customer(id) => wait(id, arguments, &connection, console),
        Target::Representative(id) => wait(id, arguments, &connection, console),
    }
}

fn wait<S: Subject>(
    subject: &S,
    arguments: &WaitArguments,
    connection: &Connection,
    console: &mut Console,
) -> Result<Exit, Failure>
where
    S::Record: Record,
{
    let (client, within) = (&connection.client, arguments.within);
    let wait = match arguments.goal {
        Goal::Approval => client.wait_for_approval(subject, within),
        Goal::FaceCheck => client.wait_for_face_check(subject, within),
    };
    let names: Vec<ProfileName> = arguments.profile.iter().map(|name| name.as_str().into()).collect();
    let wait = names.iter().cloned().fold(wait, Wait::profile);
    let spinner = progress::spinner(console);
    let result = observed(wait, spinner.clone(), connection.key.clone()).outcome();
    spinner.finish_and_clear();
    let outcome = result.map_err(|error| connection.failure(error, Vec::new()))?;
    if outcome.record().is_none() {
        return Err(Failure::NoResponse { within });
    }
    let profiles = outcome.record().map(Record::profiles).unwrap_or_default();
    let exit = exit(arguments.goal, &names, &outcome);
    let word = match (exit, arguments.goal) {
        (Exit::Success, Goal::Approval) => "approved",
        (Exit::Success, Goal::FaceCheck) => "face_check_done",
        (other, _) => other.class(),
    };
    let value = json!({ "outcome": word, "profiles": profiles.iter().map(to_json).collect::<Vec<_>>() });
    let text = || format!("{}\n{}", word.replace('_', " "), record::profiles(profiles, &connection.key));
    output::show(&value, arguments.call.json, text, &connection.key, console)?;
    Ok(exit)
}

/// Shows on the spinner what each record says is still required.
fn observed<S: Subject>(wait: Wait<'_, Blocking, S>, spinner: ProgressBar, key: Key) -> Wait<'_, Blocking, S>
where
    S::Record: Record,
{
    wait.on_read(move |record| {
        let words = record.profiles().iter().map(|profile| {
            let required = record::names(&profile.criteria().required, &key);
            let state = if required.is_empty() {
                key.line(profile.status().as_str())
            } else {
                format!("still required: {required}")
            };
            format!("{}: {state}", key.line(profile.name().as_str()))
        });
        spinner.set_message(words.collect::<Vec<_>>().join("; "));
    })
}

fn exit<R: Record>(goal: Goal, names: &[ProfileName], outcome: &Outcome<R>) -> Exit {
    match outcome {
        Outcome::Decided { record, .. } => {
            let is_selected = |profile: &&VerificationProfile| {
                names.is_empty() || names.iter().any(|name| profile.may_be(name))
            };
            decided(goal, &record.profiles().iter().filter(is_selected).collect::<Vec<_>>())
        }
        Outcome::CorrectionNeeded { .. } => Exit::CorrectionNeeded,
        Outcome::Undecided { .. } => Exit::Undecided,
    }
}

/// The exit of a wait whose goal is reached. Only what says so in every profile is a success.
fn decided(goal: Goal, profiles: &[&VerificationProfile]) -> Exit {
    let exits =
        profiles.iter().map(|profile| match (goal, profile.status(), profile.face_check().verdict()) {
            (Goal::Approval, ProfileStatus::Approved, _)
            | (Goal::FaceCheck, _, FaceCheckVerdict::Passed | FaceCheckVerdict::InReview) => Exit::Success,
            (Goal::Approval, ProfileStatus::Rejected, _)
            | (Goal::FaceCheck, _, FaceCheckVerdict::Refused) => Exit::Rejected,
            (Goal::FaceCheck, _, FaceCheckVerdict::Failed) => Exit::CorrectionNeeded,
            _ => Exit::Undecided,
        });
    exits
        .max_by_key(|exit| match exit {
            Exit::Success => 0,
            Exit::Undecided => 1,
            Exit::CorrectionNeeded => 2,
            _ => 3,
        })
        .unwrap_or(Exit::Undecided)
}

fn to_json(profile: &VerificationProfile) -> serde_json::Value {
    let criteria = profile.criteria();
    let errors =
        criteria.errors.iter().map(|error| json!({ "name": error.name(), "detail": error.detail() }));
    json!({
        "name": profile.name(),
        "status": profile.status(),
        "faceCheck": match profile.face_check().verdict() {
            FaceCheckVerdict::Passed => "passed",
            FaceCheckVerdict::InReview => "in_review",
            FaceCheckVerdict::Outstanding => "outstanding",
            FaceCheckVerdict::Failed => "failed",
            FaceCheckVerdict::Refused => "refused",
            _ => "unknown",
        },
        "required": criteria.required,
        "pending": criteria.pending,
        "complete": criteria.complete,
        "errors": errors.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use sphere_core::testing::{FakeTransport, Reply};
    use sphere_core::{ApiKey, Config, CustomerId, blocking};
    use sphere_meanings::{Case, DAMAGES, Damage, ID};

    use super::*;

    /// Whether the command would end with exit code 0.
    fn is_success(goal: Goal, body: &serde_json::Value) -> bool {
        let transport = FakeTransport::always(Reply::status(200).body("application/json", body.to_string()));
        let config = Config::builder(ApiKey::new("sk_test_1").unwrap()).build().unwrap();
        let client = blocking::Client::new(config, transport.clone(), transport.clock());
        let (id, within) = (CustomerId::new(ID).unwrap(), Duration::from_millis(900));
        let wait = match goal {
            Goal::Approval => client.wait_for_approval(&id, within),
            Goal::FaceCheck => client.wait_for_face_check(&id, within),
        };
        wait.outcome().is_ok_and(|outcome| exit(goal, &[], &outcome) == Exit::Success)
    }

    #[test]
    fn no_damage_makes_a_success() {
        let mut random = fastrand::Rng::with_seed(20);
        let mut successes = 0;
        for damage in DAMAGES.into_iter().cycle().take(5_000) {
            let Some(case) = Case::draw(damage, &mut random) else { continue };
            for goal in [Goal::Approval, Goal::FaceCheck] {
                let (before, after) = (is_success(goal, &case.before), is_success(goal, &case.after));
                assert!(case.may_mean(before) || !after, "{case}");
                assert!(before == after || damage != Damage::Elsewhere, "{case}");
                successes += usize::from(before);
            }
        }
        assert!(successes > 500);
    }
}
