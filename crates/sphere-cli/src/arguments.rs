//! The command line. The comments are the help, which is no Markdown.

#![allow(clippy::doc_markdown)]

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::StyledStr;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use sphere_sandbox::program::Options;

use crate::connection::ConnectionArguments;
use crate::exit::EXIT_STATUS;

/// Face verification links of SpherePay, at the terminal
///
/// Before a customer may send or receive money, SpherePay checks their face, on a page that a link leads to.
/// This command asks for that link.
#[derive(Debug, Parser)]
#[command(name = "sphere", version, after_help = after_help())]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Whether failures are to be told as JSON.
    pub(crate) fn wants_json(&self) -> bool {
        matches!(&self.command, Command::Link(link) if link.json)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the link at which a customer can do the face check
    #[command(after_help = LINK_HELP)]
    Link(LinkArguments),

    /// Tell whether host, TLS, key and clock are right, and what to do if not
    #[command(after_help = CHECK_HELP)]
    Check(ConnectionArguments),

    /// Run SpherePay on this machine, to try things
    #[command(after_help = SANDBOX_HELP)]
    Sandbox(SandboxArguments),

    /// Print a completion script for a shell
    #[command(after_help = "Examples:\n  sphere completions bash > /etc/bash_completion.d/sphere")]
    Completions {
        /// The shell
        shell: Shell,
    },

    /// Print a manual page
    #[command(after_help = "Examples:\n  sphere man > sphere.1\n  sphere man link > sphere-link.1")]
    Man {
        /// Of this command, instead of sphere itself
        command: Option<String>,
    },
}

/// What `sphere link` takes.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag.
pub(crate) struct LinkArguments {
    /// The customer's id, such as customer_f31121c389624d3697cbf3ea8830b7a4
    // Checked when it is used, so that `--json` holds for its error too.
    pub(crate) customer_id: String,

    /// Draw the link as a QR code as well, to be scanned with a phone
    ///
    /// With colours it is black and white on every terminal. Without them (NO_COLOR, or not a terminal) it is
    /// drawn for light characters on a dark background.
    #[arg(long)]
    pub(crate) qr: bool,

    /// Print JSON on one line: url and expiresAt; a failure is JSON too, on standard error
    #[arg(long, conflicts_with = "qr")]
    pub(crate) json: bool,

    /// Open the link in this machine's browser as well
    ///
    /// The link becomes an argument of the browser's process, which other users of the machine can see. Whoever
    /// has the link can take the check: use this on a machine of your own only.
    #[arg(long)]
    pub(crate) open: bool,

    /// Stay, count down, and replace the link when it ends
    ///
    /// On a terminal the screen is cleared for each link; elsewhere each link is printed after the one before.
    /// Ctrl-C ends it, and so does the first request that fails.
    #[arg(long, conflicts_with = "open")]
    pub(crate) watch: bool,

    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
}

/// What `sphere sandbox` takes: the same as the program `sphere-sandbox`.
#[derive(Debug, Args)]
pub(crate) struct SandboxArguments {
    /// Listen on this port of 127.0.0.1 [default: any free one]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// How long a link is good for [default: 900]
    #[arg(long, value_name = "SECONDS")]
    link_lifetime: Option<u64>,

    /// Take liveness reports instead of face checks, as for a Platform-Managed application
    #[arg(long)]
    platform_managed: bool,

    /// Serve https, with a certificate made on the spot
    #[arg(long)]
    tls: bool,

    /// With --tls: write the authority to trust to this file, as PEM
    #[arg(long, value_name = "PEM", requires = "tls")]
    authority_file: Option<PathBuf>,
}

impl From<SandboxArguments> for Options {
    fn from(arguments: SandboxArguments) -> Self {
        let mut options = Self::default();
        options.port = arguments.port;
        options.link_lifetime = arguments.link_lifetime.map(Duration::from_secs);
        options.platform_managed = arguments.platform_managed;
        options.tls = arguments.tls;
        options.authority_file = arguments.authority_file;
        options
    }
}

fn after_help() -> StyledStr {
    format!("{EXAMPLES}\n\n{ENVIRONMENT}\n\n{EXIT_STATUS}").into()
}

// Lines of at most 78 columns: these are printed as they are.

const EXAMPLES: &str = "\
Examples:
  sphere sandbox                         try everything without an account
  sphere check                           are host, TLS, key and clock right?
  sphere link customer_1ab2c3d4 --qr     a link to scan with a phone
  sphere link customer_1ab2c3d4 --json   for scripts";

const ENVIRONMENT: &str = "\
Environment:
  SPHEREPAY_API_KEY   the API key, unless --api-key-stdin is given
  SPHEREPAY_BASE_URL  where to send, if not to production
  NO_COLOR            if it is not empty: no colours";

const LINK_HELP: &str = "\
Examples:
  sphere link customer_1ab2c3d4
  sphere link customer_1ab2c3d4 --qr --watch
  sphere link customer_1ab2c3d4 --json | jq -r .expiresAt
  pass show spherepay | sphere link customer_1ab2c3d4 --api-key-stdin

Output:
  Only the link goes to standard output, with --qr after its code. It is a
  secret of the customer's: whoever has it can take the check. `sphere help`
  lists the exit status of each failure.";

const CHECK_HELP: &str = "\
How it finds out:
  It asks, once, for a link of the customer customer_unknowntospherecheck.
  All ids seen so far end in hexadecimal digits, so there should be no such
  customer, and nothing is made: a good key gets 404, a bad one 401 or 403.
  The Date of the answer is held against this machine's clock.

What it cannot know:
  What the key may do for a customer that exists, and which of two clocks is
  right.

Exit status:
  That of the first line that is NOT OK, as `sphere help` lists them (1 for
  the clock); 1 if something stays unknown; 0 if all are ok.";

const SANDBOX_HELP: &str = "\
Examples:
  sphere sandbox --port 8080
  sphere sandbox --link-lifetime 10
  sphere sandbox --tls --authority-file authority.pem

Output:
  What to copy into another terminal. It runs until Ctrl-C.";
