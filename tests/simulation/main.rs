//! The SDK in simulated time: a seed decides what servers, stores, resolvers and callers do, and in which order. What
//! must hold is stated without looking at the code under test, in the first lines of each world.
//!
//! | world | what is simulated |
//! | --- | --- |
//! | `links` | callers in several processes, who share calls and a store, and leave at any moment |
//! | `lookups` | callers of names whose lookups hang, fail and are shared |
//! | `pool` | the pool's rules, used as by threads of a blocking transport |
//! | `transfers` | a payout by programs that are killed, two at a time, or restored from a backup |
//! | `waits` | waits for outcomes, one after the other and many at once, which are dropped and resumed |
//!
//! The async transport over connections in memory is simulated in `crates/sphere-hyper/src/simulation`.
//!
//! Every run draws new seeds. One that fails is printed with all that happened, and plays again:
//!
//! ```sh
//! SEED=1234 cargo test -p sphere-tests --test simulation links -- --nocapture
//! ```
//!
//! A hundred thousand seeds of each world, and then of the transport:
//!
//! ```sh
//! cargo test --release -p sphere-tests --test simulation -- --ignored --nocapture
//! cargo test --release -p sphere-hyper --lib simulation -- --ignored --nocapture
//! ```

mod links;
mod lookups;
mod pool;
mod transfers;
mod waits;

/// Three tests of a world: a few fresh seeds, that nothing but the seed decides, and many seeds.
macro_rules! tests {
    ($command:literal, $play:path, $seeds:literal) => {
        const SIMULATION: sphere_seeds::Simulation = sphere_seeds::Simulation {
            command: concat!("cargo test -p sphere-tests --test simulation ", $command),
            play: $play,
        };

        #[test]
        fn rules_are_kept() {
            SIMULATION.some($seeds);
        }

        #[test]
        fn seed_decides_everything() {
            SIMULATION.repeats(20);
        }

        #[test]
        #[ignore = "it takes minutes; the first lines of main.rs have the command"]
        fn rules_are_kept_for_long() {
            SIMULATION.many();
        }
    };
}
use tests;
