//! What a damaged customer means to whatever decides: never more than the whole customer meant.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::shared::{blocking_client, config, journey};
use serde_json::Value;
use sphere_core::testing::FakeTransport;
use sphere_core::verification::{FaceCheckVerdict, NextStep, ProfileStatus};
use sphere_core::wait::Outcome;
use sphere_core::{Customer, CustomerId, Error};
use sphere_meanings::{Case, DAMAGES, Damage, ID};

/// At least as many cases of each kind of damage.
const EACH: usize = 1_000;

/// What the SDK says of a customer: the same four questions as [`sphere_meanings::Truth`], each in all ways in which it
/// can be asked. `None` if these do not agree.
fn answers(body: &Value) -> [Option<bool>; 4] {
    let transport = FakeTransport::always(journey::reply(body));
    let (client, id) = (blocking_client(config(), &transport), CustomerId::new(ID).unwrap());
    // Time for one read of each wait: they share a pace.
    let within = Duration::from_millis(900);
    let is_decided =
        |result: &Result<Outcome<Customer>, Error>| matches!(result, Ok(Outcome::Decided { .. }));
    let Ok(customer) = client.get_customer(&id).send() else {
        let waits = [client.wait_for_approval(&id, within), client.wait_for_face_check(&id, within)];
        let is_none = waits.into_iter().all(|wait| !is_decided(&wait.outcome()));
        return [is_none.then_some(false); 4];
    };
    let profiles = customer.verification_profiles();
    let all = |is: &dyn Fn(usize) -> bool| !profiles.is_empty() && (0..profiles.len()).all(is);
    let by_name = |index: usize| customer.verification_profile(profiles[index].name());
    let is_approved = |status: &ProfileStatus| *status == ProfileStatus::Approved;
    let approved = all(&|index| is_approved(profiles[index].status()));
    let approved_by_name = all(&|index| by_name(index).is_some_and(|profile| is_approved(profile.status())));
    let names: Vec<_> = profiles.iter().map(|profile| profile.name().clone()).collect();
    let [next, next_by_name] = [&[][..], &names].map(|names| customer.next_step(names) == NextStep::Approved);
    let face_passed = all(&|index| profiles[index].face_check().verdict() == FaceCheckVerdict::Passed);
    let mut face_wait = client.wait_for_face_check(&id, within);
    let mut approval_wait = client.wait_for_approval(&id, within);
    let (face_of_all, approval_of_all) =
        (client.wait_for_face_check(&id, within).outcome(), client.wait_for_approval(&id, within).outcome());
    for profile in profiles {
        face_wait = face_wait.profile(profile.name().clone());
        approval_wait = approval_wait.profile(profile.name().clone());
    }
    let agreed = |one: bool, other: bool| (one == other).then_some(one);
    [
        // A name that is not unique finds nothing.
        (approved == next && (approved || !approved_by_name && !next_by_name)).then_some(approved),
        agreed(is_decided(&approval_of_all), is_decided(&approval_wait.outcome())),
        Some(face_passed),
        agreed(is_decided(&face_of_all), is_decided(&face_wait.outcome())),
    ]
}

#[test]
fn damage_never_turns_no_into_yes() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut counts, mut yes) = (BTreeMap::<Damage, usize>::new(), [0; 4]);
    for damage in DAMAGES {
        while counts.get(&damage).is_none_or(|count| *count < EACH) {
            let Some(case) = Case::draw(damage, &mut random) else { continue };
            *counts.entry(damage).or_default() += 1;
            let truth = case.truth;
            let truth = [truth.is_approved, truth.is_reviewed, truth.is_face_passed, truth.is_face_done];
            for (index, truth) in truth.into_iter().enumerate() {
                yes[index] += usize::from(truth);
            }
            let after = answers(&case.after);
            for (truth, after) in truth.into_iter().zip(after) {
                let after = after.unwrap_or_else(|| panic!("ways to ask disagree: {case}"));
                assert!(case.may_mean(truth) || !after, "no became yes: {case}");
                assert!(damage != Damage::Elsewhere || after == truth, "a decision was lost: {case}");
            }
        }
    }
    println!("{counts:?}, and yes before the damage: {yes:?}");
    assert!(counts.values().sum::<usize>() >= 10_000 && yes.iter().all(|yes| *yes > 500));
}

#[test]
fn whole_customers_mean_what_they_say() {
    let mut random = fastrand::Rng::with_seed(7);
    for case in std::iter::repeat_with(|| Case::draw(Damage::Id, &mut random)).flatten().take(1_000) {
        let truth = case.truth;
        let truth = [truth.is_approved, truth.is_reviewed, truth.is_face_passed, truth.is_face_done];
        assert_eq!(answers(&case.before), truth.map(Some), "{case}");
    }
}
