//! `sphere link --watch`: shows how long the link still works, and replaces it when it ends.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use sphere_core::FaceVerificationLink;

use crate::clock::Clock;
use crate::console::Console;
use crate::failure::Failure;

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
    mut ask: impl FnMut() -> Result<FaceVerificationLink, Failure>,
    mut show: impl FnMut(&FaceVerificationLink, &mut Console) -> Result<(), Failure>,
    console: &mut Console,
) -> Result<Infallible, Failure> {
    loop {
        let asked_at = clock.now();
        let link = ask()?;
        if link.is_expired_at(clock.now()) {
            return Err(Failure::Other(format!(
                "by this machine's clock the link had expired when it came ({}): is the clock right? \
                 `sphere check` tells",
                link.expires_at()
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
fn count_down(clock: &impl Clock, link: &FaceVerificationLink, console: &mut Console) {
    loop {
        let left = link.remaining_at(clock.now());
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
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
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
