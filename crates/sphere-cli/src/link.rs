//! `sphere link`: asks for a link, and shows it in the ways that were asked for.

use std::time::{Duration, SystemTime};

use sphere_core::{CustomerId, FaceVerificationLink, RetryPolicy};

use crate::arguments::LinkArguments;
use crate::clock::{Clock, SystemClock};
use crate::connection::Connection;
use crate::console::Console;
use crate::failure::Failure;
use crate::{qr, watch};

pub(crate) fn run(arguments: &LinkArguments, console: &mut Console) -> Result<(), Failure> {
    let customer = CustomerId::new(arguments.customer_id.as_str())
        .map_err(|error| Failure::input(error.to_string(), "Ids look like customer_1ab2c3d4."))?;
    let connection = arguments.connection.connect(RetryPolicy::default())?;
    let ask = || ask(&connection, &customer);
    if arguments.watch {
        let show = |link: &FaceVerificationLink, console: &mut Console| show(link, arguments, console);
        return watch::run(&SystemClock, ask, show, console).map(|never| match never {});
    }
    let link = ask()?;
    show(&link, arguments, console)?;
    if console.err_is.terminal && !arguments.json {
        console.note(&about(&link, SystemClock.now()));
    }
    if arguments.open {
        open_browser(&link, console)?;
    }
    Ok(())
}

fn ask(connection: &Connection, customer: &CustomerId) -> Result<FaceVerificationLink, Failure> {
    connection
        .client
        .face_verification_link(customer)
        .send()
        .map_err(|error| Failure::Call { error: Box::new(error), key: connection.key.clone() })
}

/// Writes the link to standard output, after its code if that is wanted.
fn show(
    link: &FaceVerificationLink,
    arguments: &LinkArguments,
    console: &mut Console,
) -> Result<(), Failure> {
    if arguments.json {
        let json = serde_json::to_string(link).map_err(|error| Failure::Other(error.to_string()))?;
        return Ok(console.print(&format!("{json}\n"))?);
    }
    if !arguments.qr {
        return Ok(console.print(&format!("{}\n", link.url()))?);
    }
    match qr::draw(link.url(), console.out_is.colour) {
        Ok(drawing) => {
            console.print(&format!("{}{}\n", drawing.text, link.url()))?;
            if let Some(columns) = console.out_is.columns.filter(|columns| *columns < drawing.columns) {
                console.note(&format!(
                    "The code cannot be read: it is {} columns wide, and the terminal {columns}. Widen it or make the \
                     letters smaller.\n",
                    drawing.columns
                ));
            }
            Ok(())
        }
        Err(error) => {
            // The link is there and good: it is not thrown away with the code.
            console.print(&format!("{}\n", link.url()))?;
            Err(Failure::Other(format!("{error}: the link is shown without a code")))
        }
    }
}

/// What it is and until when it works, for a person.
fn about(link: &FaceVerificationLink, now: SystemTime) -> String {
    let until = link.expires_at_text();
    let Some(left) = link.remaining_at(now) else {
        return "The server did not say in a readable way until when it works.\n".to_owned();
    };
    if left.is_zero() {
        return format!(
            "By this machine's clock the link expired at {until}. Is the clock right? `sphere check` tells.\n"
        );
    }
    format!(
        "Open it on the customer's phone within {} (until {until}).\n\
         Whoever has the link can take the check.\n",
        duration(left)
    )
}

/// `59 seconds`, `14 minutes`, `3 hours`: rounded down, so that nobody comes late.
fn duration(left: Duration) -> String {
    let (count, unit) = match left.as_secs() {
        seconds @ 0..=119 => (seconds, "second"),
        seconds @ 120..=7199 => (seconds / 60, "minute"),
        seconds => (seconds / 3600, "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn open_browser(link: &FaceVerificationLink, console: &mut Console) -> Result<(), Failure> {
    // The error names the launcher's command line, and so the link.
    open::that_detached(link.url())
        .map_err(|_| Failure::Other("no browser could be opened; the link is above".to_owned()))?;
    if console.err_is.terminal {
        console.note("Asked the system to open it in a browser.\n");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::arguments::{Arguments, Command};
    use crate::console::{Surface, Written};

    #[test]
    fn a_terminal_too_narrow_for_the_code_is_told() {
        let link =
            FaceVerificationLink::new("https://host/x", "2026-03-09T20:46:31Z".parse().unwrap()).unwrap();
        let Command::Link(arguments) = Arguments::parse_from(["sphere", "link", "c", "--qr"]).command else {
            panic!("another command")
        };
        for (columns, told) in [(None, false), (Some(28), true), (Some(29), false), (Some(80), false)] {
            let surface = Surface { terminal: true, colour: false, columns };
            let (out, err) = (Written::default(), Written::default());
            show(&link, &arguments, &mut Console::new(out.clone(), surface, err.clone(), surface)).unwrap();
            assert!(out.text().ends_with("\nhttps://host/x\n"));
            assert_eq!(
                err.text().starts_with("The code cannot be read: it is 29 columns wide"),
                told,
                "{columns:?}"
            );
        }
    }

    #[test]
    fn time_left_is_rounded_down() {
        for (seconds, expected) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (899, "14 minutes"),
            (7199, "119 minutes"),
            (86_400, "24 hours"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn an_expired_link_puts_the_clock_in_doubt() {
        let link =
            FaceVerificationLink::new("https://host/x", "2026-03-09T20:46:31Z".parse().unwrap()).unwrap();
        let expiry = SystemTime::from(link.expires_at().unwrap());
        assert!(about(&link, expiry).contains("Is the clock right?"));
        let before = about(&link, expiry - Duration::from_secs(900));
        assert!(before.contains("within 15 minutes (until 2026-03-09T20:46:31Z)"), "{before}");
    }
}
