//! Plays seeds: some, many, or one twice.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::{History, fresh, number, wanted};

/// No seed takes as long as this, on a busy machine either.
const LIMIT: Duration = Duration::from_secs(60);

/// How many seeds [`Simulation::many`] plays, if nothing else is asked for.
const MANY: u64 = 100_000;

/// A world in simulated time.
#[derive(Debug, Clone, Copy)]
pub struct Simulation {
    /// The command that plays it, for the message of a failure.
    pub command: &'static str,
    /// Plays what this seed decides, and panics if a rule is broken. It reads no clock and draws from nothing but the
    /// seed.
    pub play: fn(u64, &History),
}

impl Simulation {
    /// Plays this many fresh seeds, or the one that was [asked for](wanted).
    ///
    /// # Panics
    ///
    /// If one fails, or does not end.
    pub fn some(self, seeds: u64) {
        if let Some(seed) = wanted() {
            let history = History::kept();
            let outcome = catch_unwind(AssertUnwindSafe(|| (self.play)(seed, &history)));
            println!("{history}");
            return outcome.unwrap_or_else(|panic| resume_unwind(panic));
        }
        self.watch(move |number, _| number < seeds);
    }

    /// Plays fresh seeds: 100,000, or as many as the environment variable `SEEDS` says, or for as long as `FOR_SECONDS`
    /// says.
    ///
    /// # Panics
    ///
    /// If one fails, or does not end.
    pub fn many(self) {
        let (seeds, seconds) = (number("SEEDS"), number("FOR_SECONDS"));
        let since = Instant::now();
        let played = match seconds.map(Duration::from_secs) {
            Some(time) => self.watch(move |_, since| since.elapsed() < time),
            None => self.watch(move |number, _| number < seeds.unwrap_or(MANY)),
        };
        println!("{played} seeds in {:.0?}: {}", since.elapsed(), self.command);
    }

    /// Plays each of this many fresh seeds twice: nothing but the seed decides what happens.
    ///
    /// # Panics
    ///
    /// If the second history is not the first.
    pub fn repeats(self, seeds: u64) {
        let first = wanted().unwrap_or_else(fresh);
        for seed in (0..seeds).map(|number| first.wrapping_add(number)) {
            let [one, two] = [(); 2].map(|()| {
                let history = History::kept();
                (self.play)(seed, &history);
                history.lines()
            });
            for (number, (one, two)) in one.iter().zip(&two).enumerate() {
                assert_eq!(one, two, "SEED={seed}: line {number} of the history");
            }
            assert_eq!(one.len(), two.len(), "SEED={seed}: lines of the history");
        }
    }

    /// Plays seeds while they are wanted, on a thread of its own, since a seed may loop forever. Returns how many.
    fn watch(self, is_wanted: impl Fn(u64, Instant) -> bool + Send + 'static) -> u64 {
        let (started, next) = mpsc::channel();
        let first = fresh();
        let player = thread::spawn(move || self.play_all(first, is_wanted, &started));
        let mut current = first;
        loop {
            match next.recv_timeout(LIMIT) {
                Ok(seed) => current = seed,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("SEED={current} has not ended within {LIMIT:?}"),
            }
        }
        player.join().unwrap_or_else(|panic| resume_unwind(panic))
    }

    fn play_all(self, first: u64, is_wanted: impl Fn(u64, Instant) -> bool, started: &Sender<u64>) -> u64 {
        let since = Instant::now();
        let mut number = 0;
        while is_wanted(number, since) {
            let seed = first.wrapping_add(number);
            let _ = started.send(seed);
            let play = |history: &History| catch_unwind(AssertUnwindSafe(|| (self.play)(seed, history)));
            if let Err(panic) = play(&History::ignored()) {
                let history = History::kept();
                let again = play(&history);
                let reason = panic.downcast_ref::<String>().map_or("", |reason| reason);
                println!("{history}\n{reason}\nSeed number {} fails. To play it again:", number + 1);
                println!("    SEED={seed} {} -- --nocapture", self.command);
                if again.is_ok() {
                    println!("It has not failed the second time: not only the seed decided what happened.");
                }
                resume_unwind(panic);
            }
            number += 1;
        }
        number
    }
}
