//! `sphere link --watch`: shows how long the link still works, and replaces it when it ends.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use crate::clock::Clock;
use crate::console::Console;
use crate::failure::Failure;
use crate::hosted_link::Link;

/// The least time between two requests, however short the links are.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

const CLEAR_SCREEN: &str = "\x1b[H\x1b[2J";
/// To the start of the line, and the line empty.
const CLEAR_LINE: &str = "\r\x1b[K";

/// Goes on until it is interrupted or something fails.
///
/// A terminal is cleared for each link, as `watch` does, and the countdown stays on one line of it. Anything
/// else gets each link after the one before, and no countdown.
pub(crate) fn run(
    clock: &impl Clock,
    mut ask: impl FnMut() -> Result<Link, Failure>,
    mut show: impl FnMut(&Link, &mut Console) -> Result<(), Failure>,
    console: &mut Console,
) -> Result<Infallible, Failure> {
    loop {
        let asked_at = clock.now();
        let link = ask()?;
        let (Some(expires_at), Some(left)) = (&link.expires_at, link.remaining_at(clock.now())) else {
            show(&link, console)?;
            return Err(Failure::Other(
                "the server did not say in a readable way until when the link works, so there is no countdown"
                    .to_owned(),
            ));
        };
        if left.is_zero() {
            return Err(Failure::Other(format!(
                "by this machine's clock the link had expired when it came ({expires_at}): is the clock right? \
                 see `sphere check`"
            )));
        }
        if console.out_is.terminal {
            console.print(CLEAR_SCREEN)?;
        }
        show(&link, console)?;
        count_down(clock, &link, console);
        clock.sleep(LEAST_INTERVAL.saturating_sub(since(asked_at, clock.now())));
    }
}

fn since(earlier: SystemTime, now: SystemTime) -> Duration {
    // A clock that was set back in between counts as no time.
    now.duration_since(earlier).unwrap_or_default()
}

/// Until the link ends. The clock is asked every second, since a machine may sleep or be set right meanwhile.
fn count_down(clock: &impl Clock, link: &Link, console: &mut Console) {
    loop {
        let left = link.remaining_at(clock.now()).unwrap_or_default();
        if left.is_zero() {
            break;
        }
        if console.err_is.terminal {
            console.note(&format!("{CLEAR_LINE}A new link in {} (Ctrl-C ends)", clock_face(left)));
        }
        clock.sleep(until_next_second(left));
    }
    if console.err_is.terminal {
        console.note(CLEAR_LINE);
    }
}

/// `14:59`, or `1:00:00` from an hour on; a begun second counts.
fn clock_face(left: Duration) -> String {
    let seconds = left.as_secs().saturating_add(u64::from(left.subsec_nanos() > 0));
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// How long [`clock_face`] shows the same.
fn until_next_second(left: Duration) -> Duration {
    match left.subsec_nanos() {
        0 => Duration::from_secs(1),
        nanos => Duration::from_nanos(u64::from(nanos)),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    use sphere_core::{TimeText, Timestamp};

    use super::*;
    use crate::console::{Surface, Written};

    const TERMINAL: Surface = Surface { terminal: true, colour: true, columns: None };

    /// Moves only while somebody sleeps.
    struct TestClock {
        now: Cell<SystemTime>,
        slept: RefCell<Vec<Duration>>,
    }

    impl TestClock {
        fn new() -> Self {
            let start: Timestamp = "2026-03-09T20:00:00Z".parse().unwrap();
            Self { now: Cell::new(start.into()), slept: RefCell::default() }
        }

        fn link_for(&self, lifetime: Duration, number: u32) -> Link {
            let expires_at = Timestamp::try_from(self.now.get() + lifetime).unwrap().to_string();
            Link { url: format!("https://host/{number}"), expires_at: Some(TimeText::new(expires_at)) }
        }
    }

    impl Clock for TestClock {
        fn now(&self) -> SystemTime {
            self.now.get()
        }

        fn sleep(&self, duration: Duration) {
            self.now.set(self.now.get() + duration);
            self.slept.borrow_mut().push(duration);
        }
    }

    struct Watched {
        out: String,
        err: String,
        ended: String,
        asked_at: Vec<Duration>,
        slept: Vec<Duration>,
    }

    /// Watches links of these lifetimes; the request after the last of them fails.
    fn watch(surface: Surface, lifetimes: &[Duration]) -> Watched {
        let clock = TestClock::new();
        let start = clock.now();
        let (out, err) = (Written::default(), Written::default());
        let mut console = Console::new(out.clone(), surface, err.clone(), surface);
        let asked_at = Rc::new(RefCell::new(Vec::new()));
        let mut number = 0;
        let ask = || {
            asked_at.borrow_mut().push(clock.now().duration_since(start).unwrap());
            number += 1;
            match lifetimes.get(number as usize - 1) {
                Some(lifetime) => Ok(clock.link_for(*lifetime, number)),
                None => Err(Failure::Other("the script is over".to_owned())),
            }
        };
        let show = |link: &Link, console: &mut Console| Ok(console.print(&format!("{}\n", link.url))?);
        let ended = match run(&clock, ask, show, &mut console) {
            Ok(never) => match never {},
            Err(failure) => failure.to_string(),
        };
        let (asked_at, slept) = (asked_at.take(), clock.slept.take());
        Watched { out: out.text(), err: err.text(), ended, asked_at, slept }
    }

    fn seconds(seconds: &[u64]) -> Vec<Duration> {
        seconds.iter().copied().map(Duration::from_secs).collect()
    }

    #[test]
    fn link_is_replaced_when_it_ends() {
        let watched = watch(Surface::default(), &seconds(&[900, 60]));
        assert_eq!(watched.out, "https://host/1\nhttps://host/2\n");
        assert_eq!(watched.err, "");
        assert_eq!(watched.asked_at, seconds(&[0, 900, 960]));
        assert_eq!(watched.ended, "the script is over");
    }

    #[test]
    fn terminal_is_cleared_and_counts_down() {
        let watched = watch(TERMINAL, &[Duration::from_millis(2500), Duration::from_secs(1)]);
        assert_eq!(watched.out, "\x1b[H\x1b[2Jhttps://host/1\n\x1b[H\x1b[2Jhttps://host/2\n");
        assert_eq!(
            watched.err,
            "\r\x1b[KA new link in 0:03 (Ctrl-C ends)\
             \r\x1b[KA new link in 0:02 (Ctrl-C ends)\
             \r\x1b[KA new link in 0:01 (Ctrl-C ends)\
             \r\x1b[K\
             \r\x1b[KA new link in 0:01 (Ctrl-C ends)\
             \r\x1b[K"
        );
    }

    #[test]
    fn links_that_end_at_once_are_not_hammered() {
        let watched = watch(Surface::default(), &[Duration::from_millis(1); 3]);
        assert_eq!(watched.asked_at, seconds(&[0, 1, 2, 3]));
    }

    #[test]
    fn expired_new_link_blames_the_clock() {
        let watched = watch(TERMINAL, &[Duration::ZERO, Duration::from_secs(900)]);
        assert_eq!(watched.out, "");
        assert_eq!(watched.asked_at.len(), 1);
        assert!(watched.ended.contains("is the clock right?"), "{}", watched.ended);
    }

    #[test]
    fn link_without_a_readable_end_is_shown_once() {
        let clock = TestClock::new();
        let (out, err) = (Written::default(), Written::default());
        let mut console = Console::new(out.clone(), Surface::default(), err, Surface::default());
        let link = || Ok(Link { url: "https://host/1".to_owned(), expires_at: Some(TimeText::new("soon")) });
        let show = |link: &Link, console: &mut Console| Ok(console.print(&format!("{}\n", link.url))?);
        let Err(failure) = run(&clock, link, show, &mut console);
        assert!(failure.to_string().contains("no countdown"), "{failure}");
        assert_eq!(out.text(), "https://host/1\n");
    }

    #[test]
    fn the_clock_is_asked_every_second() {
        let watched = watch(Surface::default(), &[Duration::from_millis(3250)]);
        let quarter = Duration::from_millis(250);
        assert_eq!(watched.slept[..4], [&[quarter][..], &seconds(&[1, 1, 1])].concat());
    }

    #[test]
    fn countdown_counts_a_begun_second() {
        for (millis, face) in [
            (1, "0:01"),
            (1000, "0:01"),
            (1001, "0:02"),
            (899_000, "14:59"),
            (3_600_000, "1:00:00"),
            (90_061_000, "25:01:01"),
        ] {
            assert_eq!(clock_face(Duration::from_millis(millis)), face);
        }
        assert_eq!(clock_face(Duration::MAX), "5124095576030431:00:15");
    }
}
