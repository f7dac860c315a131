//! Customers whose meaning is known, and the same customers damaged at random: whatever decides must never take a
//! damaged one for more than the whole one was. What a whole customer means is stated here in words of its own.

use std::fmt;

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// The id of every customer that is not damaged there.
pub const ID: &str = "customer_1";

const NAMES: [&str; 3] = ["kyc_profile_a", "kyc_profile_b", "new_profile"];
const LISTS: [&str; 4] = ["errors", "required", "pending", "complete"];
const LIVENESS: [&str; 2] = ["liveness_check", "liveness_report_document"];
const OTHERS: [&str; 3] = ["identity_document", "terms_of_service", "new_criterion"];

/// What was damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Damage {
    /// The customer's id: another one, something else, or missing.
    Id,
    /// The list of profiles: something else, or missing.
    Profiles,
    /// A profile in the list: something else.
    Profile,
    /// A second profile of the same name, approved.
    SecondProfile,
    /// A profile's name: something else, or missing.
    Name,
    /// A profile's status: a new word, something else, or missing.
    Status,
    /// A profile's criteria: something else, or missing.
    Criteria,
    /// One of the four lists: something else, or missing.
    List,
    /// An entry of one of the four lists: something else.
    Entry,
    /// What decides nothing: other members of the customer or a profile, or the detail of an error.
    Elsewhere,
}

/// Every kind of damage.
pub const DAMAGES: [Damage; 10] = [
    Damage::Id,
    Damage::Profiles,
    Damage::Profile,
    Damage::SecondProfile,
    Damage::Name,
    Damage::Status,
    Damage::Criteria,
    Damage::List,
    Damage::Entry,
    Damage::Elsewhere,
];

/// What a whole customer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// Four questions, each asked by something else.
#[allow(clippy::struct_excessive_bools)]
pub struct Truth {
    /// Each profile is approved.
    pub is_approved: bool,
    /// Each profile is approved or rejected.
    pub is_reviewed: bool,
    /// The face check is passed in each profile.
    pub is_face_passed: bool,
    /// The face check is no longer to be done in any profile.
    pub is_face_done: bool,
}

/// A customer before and after the damage.
#[derive(Debug, Clone)]
pub struct Case {
    /// What was damaged.
    pub damage: Damage,
    /// The whole customer.
    pub before: Value,
    /// What it means.
    pub truth: Truth,
    /// The damaged customer.
    pub after: Value,
}

impl Case {
    /// Whether the damaged customer may mean what the whole one means. Another's record means nothing.
    #[must_use]
    pub fn may_mean(&self, truth: bool) -> bool {
        truth && self.damage != Damage::Id
    }

    /// A case of this kind. `None` if the customer that was drawn has nothing to damage there.
    pub fn draw(damage: Damage, random: &mut Rng) -> Option<Self> {
        let profiles: Vec<_> = (0..random.usize(1..4)).map(|index| profile(NAMES[index], random)).collect();
        let truth = Truth {
            is_approved: profiles.iter().all(|one| one["status"] == "approved"),
            is_reviewed: profiles
                .iter()
                .all(|one| one["status"] == "approved" || one["status"] == "rejected"),
            is_face_passed: profiles.iter().all(|one| face_check(one) == "passed"),
            is_face_done: profiles.iter().all(|one| !["outstanding", "failed"].contains(&face_check(one))),
        };
        let before =
            json!({"id": ID, "email": "jane@example.com", "meta": {}, "verificationProfiles": profiles});
        let mut after = before.clone();
        apply(damage, &mut after, random)?;
        (after != before).then_some(Self { damage, before, truth, after })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { damage, before, truth, after } = self;
        write!(f, "{damage:?}\nbefore: {before}\nmeans: {truth:?}\nafter: {after}")
    }
}

/// A profile whose members agree: each criterion is in one list, and what is decided has nothing left to do.
fn profile(name: &str, random: &mut Rng) -> Value {
    let status = ["incomplete", "pending", "approved", "rejected"][random.usize(0..4)];
    let first = if ["approved", "rejected"].contains(&status) { 3 } else { 0 };
    let mut criteria = LISTS.map(|_| Vec::new());
    for criterion in OTHERS.into_iter().chain([LIVENESS[random.usize(0..2)]]) {
        let list = random.usize(first..5);
        match list {
            0 => criteria[0].push(json!({"name": criterion, "detail": "too dark"})),
            1..4 => criteria[list].push(criterion.into()),
            _ => {}
        }
    }
    let criteria: Map<_, _> =
        LISTS.iter().map(|list| (*list).to_owned()).zip(criteria.map(Value::from)).collect();
    json!({"name": name, "status": status, "criteria": criteria, "createdAt": "2026-03-09T20:46:31Z"})
}

/// What a profile says about the face check, as the documentation of `FaceCheck` has it.
fn face_check(profile: &Value) -> &'static str {
    let has = |list: &str| {
        let entries = profile["criteria"][list].as_array().into_iter().flatten();
        entries
            .map(|entry| entry.get("name").unwrap_or(entry))
            .any(|name| LIVENESS.iter().any(|one| name == one))
    };
    match LISTS.map(has) {
        [true, ..] => "failed",
        [_, true, ..] => "outstanding",
        [_, _, true, _] => "in review",
        [.., true] => "passed",
        _ => match profile["status"].as_str() {
            Some("approved") => "passed",
            Some("pending") => "in review",
            Some("rejected") => "refused",
            _ => "outstanding",
        },
    }
}

/// A value that means nothing where it is put. Text is in some places a word of its own.
fn junk(random: &mut Rng) -> Value {
    [Value::Null, json!(7), json!({}), json!([7]), json!(true)][random.usize(0..5)].clone()
}

/// Replaces a member by junk, or removes it.
fn damage(object: &mut Value, member: &str, random: &mut Rng) -> Option<()> {
    let members = object.as_object_mut()?;
    if random.u8(0..4) == 0 {
        members.remove(member);
    } else {
        members.insert(member.to_owned(), junk(random));
    }
    Some(())
}

fn apply(kind: Damage, customer: &mut Value, random: &mut Rng) -> Option<()> {
    let profiles = customer["verificationProfiles"].as_array_mut()?;
    let index = random.usize(0..profiles.len());
    let profile = &mut profiles[index];
    let list = LISTS[random.usize(0..4)];
    match kind {
        Damage::Id if random.bool() => customer["id"] = "customer_2".into(),
        Damage::Id => damage(customer, "id", random)?,
        Damage::Profiles => damage(customer, "verificationProfiles", random)?,
        Damage::Profile => *profile = if random.bool() { "approved".into() } else { junk(random) },
        Damage::SecondProfile => {
            let second =
                json!({"name": profile["name"], "status": "approved", "criteria": {"complete": LIVENESS}});
            let at = random.usize(0..=profiles.len());
            profiles.insert(at, second);
        }
        Damage::Name => damage(profile, "name", random)?,
        Damage::Status if random.bool() => {
            profile["status"] = ["Approved", "ok", ""][random.usize(0..3)].into();
        }
        Damage::Status => damage(profile, "status", random)?,
        Damage::Criteria if random.bool() => profile["criteria"] = "complete".into(),
        Damage::Criteria => damage(profile, "criteria", random)?,
        Damage::List if random.bool() => profile["criteria"][list] = LIVENESS[0].into(),
        Damage::List => damage(&mut profile["criteria"], list, random)?,
        Damage::Entry => {
            let entries = profile["criteria"][list].as_array_mut()?;
            let entry = random.usize(0..entries.len().max(1));
            *entries.get_mut(entry)? = junk(random);
        }
        Damage::Elsewhere => match random.u8(0..4) {
            0 => damage(customer, ["email", "meta", "createdAt", "new"][random.usize(0..4)], random)?,
            1 => damage(profile, ["createdAt", "new"][random.usize(0..2)], random)?,
            2 => damage(&mut profile["criteria"], "new", random)?,
            _ => damage(profile["criteria"]["errors"].get_mut(0)?, "detail", random)?,
        },
    }
    Some(())
}
