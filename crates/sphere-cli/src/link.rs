//! `sphere link`, `sphere terms` and `sphere representative link`: asks for a link, and shows it in the ways that were
//! asked for.

use std::time::{Duration, SystemTime};

use sphere_core::{Error, RetryPolicy, blocking};

use crate::clock::{Clock, SystemClock};
use crate::connection::ConnectionArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::hosted_link::Link;
use crate::json_line::one_line;
use crate::{ids, local_time, qr, watch};

/// What `sphere link` and `sphere terms` take.
#[derive(clap::Args)]
pub(crate) struct LinkArguments {
    /// The customer's id, such as customer_f31121c389624d3697cbf3ea8830b7a4
    // Checked when it is used, so that `--json` holds for its error too.
    customer_id: String,

    #[command(flatten)]
    options: LinkOptions,
}

/// How to show a link.
#[derive(clap::Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag.
pub(crate) struct LinkOptions {
    /// Draw the link as a QR code as well, to be scanned with a phone
    ///
    /// With colours it is black and white on every terminal. Without them (NO_COLOR, or not a terminal) it is
    /// drawn for light characters on a dark background.
    #[arg(long)]
    qr: bool,

    /// Print JSON on one line: url and expiresAt; a failure is JSON too, on standard error
    #[arg(long, conflicts_with = "qr")]
    json: bool,

    /// Open the link in this machine's browser as well
    ///
    /// The link becomes an argument of the browser's process, which other users of the machine can see. Whoever
    /// has the link can use it: do this on a machine of your own only.
    #[arg(long)]
    open: bool,

    /// Stay, count down, and replace the link when it ends
    ///
    /// On a terminal the screen is cleared for each link; elsewhere each link is printed after the one before.
    /// Ctrl-C ends it, and so does the first request that fails.
    #[arg(long, conflicts_with = "open")]
    watch: bool,

    #[command(flatten)]
    connection: ConnectionArguments,
}

pub(crate) const HELP: &str = "\
Examples:
  sphere link customer_1ab2c3d4
  sphere link customer_1ab2c3d4 --qr --watch
  sphere link customer_1ab2c3d4 --json | jq -r .expiresAt
  pass show spherepay | sphere link customer_1ab2c3d4 --api-key-stdin

Output:
  Only the link goes to standard output, with --qr after its code. It is a
  secret of the customer's: whoever has it can do the check. `sphere help`
  lists the exit status of each failure.";

pub(crate) const TERMS_HELP: &str = "\
Examples:
  sphere terms customer_1ab2c3d4 --qr

Output:
  As that of `sphere link`. With --json, expiresAt is null if the server does
  not say when the link ends.";

pub(crate) fn face_check(arguments: &LinkArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::customer(&arguments.customer_id)?;
    arguments
        .options
        .run(console, |client| client.generate_face_verification_link(&id).send().map(Link::from))
}

pub(crate) fn terms(arguments: &LinkArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::customer(&arguments.customer_id)?;
    arguments.options.run(console, |client| client.generate_terms_of_service_link(&id).send().map(Link::from))
}

impl LinkOptions {
    /// Asks for a link and shows it.
    pub(crate) fn run(
        &self,
        console: &mut Console,
        ask: impl Fn(&blocking::Client) -> Result<Link, Error>,
    ) -> Result<(), Failure> {
        if console.is_closed && !self.open {
            return Err(Failure::Other("standard output is closed, so no link was asked for".to_owned()));
        }
        let connection = self.connection.connect(RetryPolicy::default())?;
        let ask = || ask(&connection.client).map_err(|error| connection.failure(error, Vec::new()));
        if self.watch {
            let mut is_shown = false;
            let show =
                |link: &Link, console: &mut Console| self.show(link, console).map(|()| is_shown = true);
            let ended = watch::run(&SystemClock, ask, show, console).map(|never| match never {});
            return if is_shown { ended.or_else(Failure::unless_reader_left) } else { ended };
        }
        let link = ask()?;
        self.show(&link, console)?;
        if console.err_is.terminal && !self.json {
            console.note(&about(&link, SystemClock.now()));
        }
        if self.open {
            open_browser(&link, console)?;
        }
        Ok(())
    }

    /// Writes the link to standard output, after its code if that is wanted.
    fn show(&self, link: &Link, console: &mut Console) -> Result<(), Failure> {
        if self.json {
            let json = serde_json::to_string(link).map_err(|error| Failure::Other(error.to_string()))?;
            return Ok(console.print(&one_line(&json))?);
        }
        if !self.qr {
            return Ok(console.print(&format!("{}\n", link.url))?);
        }
        match qr::draw(&link.url, console.out_is.colour) {
            Ok(drawing) => {
                console.print(&format!("{}{}\n", drawing.text, link.url))?;
                if let Some(columns) = console.out_is.columns.filter(|columns| *columns < drawing.columns) {
                    console.note(&format!(
                        "The code cannot be read: it is {} columns wide, and the terminal {columns}. Make the \
                         terminal wider or the letters smaller.\n",
                        drawing.columns
                    ));
                }
                Ok(())
            }
            Err(error) => {
                // The link works: it is not thrown away with the code.
                console.print(&format!("{}\n", link.url))?;
                Err(Failure::Other(format!("{error}: the link is shown without a code")))
            }
        }
    }
}

/// What it is and until when it works, for a person.
fn about(link: &Link, now: SystemTime) -> String {
    let (Some(expires_at), Some(left)) = (&link.expires_at, link.remaining_at(now)) else {
        return "The server did not say in a readable way until when it works.\n".to_owned();
    };
    let until = local_time::with_utc(expires_at);
    if left.is_zero() {
        return format!(
            "By this machine's clock the link expired at {until}. Is the clock right? See `sphere check`.\n"
        );
    }
    format!(
        "Open it on the customer's phone within {}, until {until}.\n\
         Whoever has the link can use it.\n",
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

fn open_browser(link: &Link, console: &mut Console) -> Result<(), Failure> {
    // The error names the launcher's command line, and so the link.
    open::that_detached(&link.url)
        .map_err(|_| Failure::Other("no browser could be opened; the link is above".to_owned()))?;
    if console.err_is.terminal {
        console.note("Asked the system to open it in a browser.\n");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use sphere_core::TimeText;

    use super::*;
    use crate::arguments::{Arguments, Command};
    use crate::console::{Surface, Written};

    fn link() -> Link {
        Link { url: "https://host/x".to_owned(), expires_at: Some(TimeText::new("2026-03-09T20:46:31Z")) }
    }

    #[test]
    fn narrow_terminal_is_told() {
        let Command::Link(arguments) = Arguments::parse_from(["sphere", "link", "c", "--qr"]).command else {
            panic!("another command")
        };
        for (columns, told) in [(None, false), (Some(28), true), (Some(29), false), (Some(80), false)] {
            let surface = Surface { terminal: true, colour: false, columns };
            let (out, err) = (Written::default(), Written::default());
            let mut console = Console::new(out.clone(), surface, err.clone(), surface);
            arguments.options.show(&link(), &mut console).unwrap();
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
        let expiry = SystemTime::from(link().expires_at.unwrap().timestamp().unwrap());
        assert!(about(&link(), expiry).contains("Is the clock right?"));
        let before = about(&link(), expiry - Duration::from_secs(900));
        assert!(before.contains("within 15 minutes, until "), "{before}");
        assert!(before.contains("(2026-03-09T20:46:31Z)"), "{before}");
    }
}
