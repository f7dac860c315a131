//! Differential fuzzing: whatever a server does, both transports make the same of it.
//!
//! Cases are drawn from a [grammar](grammar) of servers: heads good and bad, chunks, trailers, surplus bytes, ends and
//! resets, several exchanges one after the other. Each is played to both transports, and status, headers, body, error
//! kind, delivery and the connections used must be equal, except for what [`known`] lists. None ends by the clock.
//!
//! Every run draws new cases, and prints the seed of the first; the others follow it. A case that fails is made small
//! and printed with the seed that plays it again:
//!
//! ```sh
//! SEED=1234 cargo test -p sphere-tests --test differences -- --nocapture
//! ```
//!
//! Ten minutes of it:
//!
//! ```sh
//! cargo test -p sphere-tests --test differences -- --ignored --nocapture
//! ```

mod grammar;
mod known;
mod outcome;

use std::time::{Duration, Instant};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use sphere_seeds as seed;

use outcome::Tls;

/// The number of cases in a usual run of the tests: a few seconds.
const CASES: u64 = 300;

/// How long the long run takes.
const LONG: Duration = Duration::from_secs(600);

/// Plays the case of this seed, and makes it small if it fails.
fn check(seed: u64, tls: &Tls) -> Result<(), String> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config { cases: 1, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    let found = TestRunner::new_with_rng(config, rng).run(&grammar::case(), |case| {
        let [hyper, ureq] = outcome::of(&case, tls);
        for ((exchange, hyper), ureq) in case.exchanges.iter().zip(hyper).zip(ureq) {
            if hyper == ureq && !hyper.is_out_of_time() {
                continue;
            }
            if known::explains(exchange, &ureq) {
                // What follows may differ because of it.
                return Ok(());
            }
            return Err(TestCaseError::fail(format!("sphere-hyper: {hyper:#?}\nsphere-ureq: {ureq:#?}")));
        }
        Ok(())
    });
    found.map_err(|error| match error {
        TestError::Fail(reason, case) => format!(
            "the transports differ, or one has run out of time.\n{case:#?}\n{reason}\nTo play it again:\n    \
             SEED={seed} cargo test -p sphere-tests --test differences -- --nocapture"
        ),
        TestError::Abort(reason) => panic!("no case for seed {seed}: {reason}"),
    })
}

#[test]
fn both_transports_agree_on_drawn_servers() {
    let tls = Tls::new();
    if let Some(seed) = seed::wanted() {
        return check(seed, &tls).unwrap();
    }
    let first = seed::fresh();
    for seed in (0..CASES).map(|number| first.wrapping_add(number)) {
        if let Err(difference) = check(seed, &tls) {
            panic!("{difference}");
        }
    }
}

#[test]
#[ignore = "it takes ten minutes; the first lines of the file have the command"]
fn both_transports_agree_for_ten_minutes() {
    let (tls, since, first) = (Tls::new(), Instant::now(), seed::fresh());
    let mut cases = 0;
    while since.elapsed() < LONG {
        if let Err(difference) = check(first.wrapping_add(cases), &tls) {
            panic!("after {cases} cases {difference}");
        }
        cases += 1;
    }
    println!("{cases} cases, no difference");
}
