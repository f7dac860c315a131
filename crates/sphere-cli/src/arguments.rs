//! The command line.

use clap::builder::StyledStr;
use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::connection::ConnectionArguments;
use crate::customer::CustomerCommand;
use crate::document::DocumentCommand;
use crate::exit::EXIT_STATUS;
use crate::link::LinkArguments;
use crate::one_time_password::OneTimePasswordCommand;
use crate::representative::RepresentativeCommand;
use crate::sandbox::SandboxArguments;
use crate::wait::WaitArguments;

/// SpherePay's verification journey, at the terminal
///
/// Before a customer may send or receive money, SpherePay verifies them: details, terms of service, an identity
/// document and a face check. This command does each step, and waits for the outcome.
#[derive(Parser)]
#[command(name = "sphere", version, after_help = after_help())]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

// Neither this nor anything in it has `Debug`: arguments hold personal data.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Create, show, list and update customers
    #[command(subcommand)]
    Customer(CustomerCommand),

    /// Print the link at which a customer accepts the terms of service
    #[command(after_help = crate::link::TERMS_HELP)]
    Terms(LinkArguments),

    /// Send and verify one-time passwords
    #[command(subcommand, visible_alias = "otp")]
    OneTimePassword(OneTimePasswordCommand),

    /// Upload documents
    #[command(subcommand)]
    Document(DocumentCommand),

    /// Print the link at which a customer does the face check
    #[command(after_help = crate::link::HELP)]
    Link(LinkArguments),

    /// Wait until a customer or representative is approved or rejected
    #[command(after_help = crate::wait::HELP)]
    Wait(WaitArguments),

    /// Create, show, list, update and delete representatives, and print their links
    #[command(subcommand)]
    Representative(RepresentativeCommand),

    /// Check host, TLS, key and clock, and say what to do if one is wrong
    #[command(after_help = crate::check::HELP)]
    Check(ConnectionArguments),

    /// Run SpherePay on this machine, to try things
    #[command(after_help = crate::sandbox::HELP)]
    Sandbox(SandboxArguments),

    /// Print a completion script for a shell
    #[command(after_help = "Examples:\n  sphere completions bash > /etc/bash_completion.d/sphere")]
    Completions {
        /// The shell
        shell: Shell,
    },

    /// Print a manual page
    #[command(
        after_help = "Examples:\n  sphere man > sphere.1\n  sphere man customer create > sphere-customer-create.1"
    )]
    Man {
        /// Of this command, instead of sphere itself
        command: Vec<String>,
    },
}

fn after_help() -> StyledStr {
    format!("{JOURNEY}\n\n{ENVIRONMENT}\n\n{EXIT_STATUS}").into()
}

// Lines of at most 78 columns: these are printed as they are.

const JOURNEY: &str = "\
The journey, in another terminal than `sphere sandbox`:
  sphere customer create --email jane@example.com --phone +14155550123 \\
    --line1 '233 South Wacker Drive' --city Chicago --country USA \\
    --tax-type ssn --tax-country USA --tax-number-stdin
  sphere terms CUSTOMER_ID --qr
  sphere document upload passport.jpg --target CUSTOMER_ID --type passport \\
    --country USA
  sphere link CUSTOMER_ID --qr
  sphere wait CUSTOMER_ID";

const ENVIRONMENT: &str = "\
Environment:
  SPHEREPAY_API_KEY   the API key, unless --api-key-stdin is given
  SPHEREPAY_BASE_URL  where to send, if not to production
  NO_COLOR            if it is not empty: no colours
  TZ                  the time zone of local times, if not the machine's";
