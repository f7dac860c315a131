//! `sphere one-time-password send` and `verify`.

use serde_json::json;
use sphere_core::{OneTimePasswordChannel, RetryPolicy};

use crate::call_arguments::CallArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::{ids, local_time, output, stdin};

#[derive(clap::Subcommand)]
pub(crate) enum OneTimePasswordCommand {
    /// Send a one-time password to a customer
    #[command(after_help = SEND_HELP)]
    Send(OneTimePasswordArguments),

    /// Verify the one-time password that a customer was sent, read from standard input
    #[command(after_help = VERIFY_HELP)]
    Verify(OneTimePasswordArguments),
}

#[derive(clap::Args)]
pub(crate) struct OneTimePasswordArguments {
    /// The customer's id
    customer_id: String,

    /// By which channel the customer gets it
    channel: Channel,

    #[command(flatten)]
    call: CallArguments,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Channel {
    Email,
    Phone,
}

impl From<Channel> for OneTimePasswordChannel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::Email,
            Channel::Phone => Self::Phone,
        }
    }
}

const SEND_HELP: &str = "\
Examples:
  sphere one-time-password send customer_1ab2c3d4 email

When it is needed:
  If email_verification or phone_verification is still required.";

const VERIFY_HELP: &str = "\
Examples:
  sphere one-time-password verify customer_1ab2c3d4 email   it asks for it
  echo 123456 | sphere one-time-password verify customer_1ab2c3d4 email";

pub(crate) fn run(command: &OneTimePasswordCommand, console: &mut Console) -> Result<(), Failure> {
    match command {
        OneTimePasswordCommand::Send(arguments) => send(arguments, console),
        OneTimePasswordCommand::Verify(arguments) => verify(arguments, console),
    }
}

fn send(arguments: &OneTimePasswordArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::customer(&arguments.customer_id)?;
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let call = connection.client.send_one_time_password(&id, arguments.channel.into());
    let sent = call.send().map_err(|error| connection.failure(error, Vec::new()))?;
    let value = json!({ "customerId": sent.customer(), "expiresAt": sent.expires_at() });
    let text = || match sent.expires_at() {
        Some(time) => format!("sent; it works until {}\n", local_time::with_utc(time)),
        None => "sent\n".to_owned(),
    };
    output::show(&value, arguments.call.json, text, &connection.key, console)
}

fn verify(arguments: &OneTimePasswordArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::customer(&arguments.customer_id)?;
    if arguments.call.connection.api_key_stdin {
        return Err(Failure::input(
            "the key and the one-time password cannot both come from standard input",
            "Set SPHEREPAY_API_KEY, and leave out --api-key-stdin.",
        ));
    }
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let code = stdin::piped_or_typed("one-time password", console)?;
    let call = connection.client.verify_one_time_password(&id, arguments.channel.into(), &code);
    let verified = call.send().map_err(|error| connection.failure(error, vec![code.to_string()]))?;
    let value = json!({ "customerId": verified.customer(), "verifiedAt": verified.verified_at() });
    let text = || format!("verified at {}\n", local_time::with_utc(verified.verified_at()));
    output::show(&value, arguments.call.json, text, &connection.key, console)
}
