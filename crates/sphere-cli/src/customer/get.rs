//! `sphere customer get`.

use sphere_core::RetryPolicy;

use crate::call_arguments::CallArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::{ids, output, record};

#[derive(clap::Args)]
pub(crate) struct GetArguments {
    /// The customer's id
    customer_id: String,

    #[command(flatten)]
    call: CallArguments,
}

pub(super) const HELP: &str = "\
Examples:
  sphere customer get customer_1ab2c3d4
  sphere customer get customer_1ab2c3d4 --json | jq .verificationProfiles";

pub(super) fn run(arguments: &GetArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::customer(&arguments.customer_id)?;
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let customer =
        connection.client.get_customer(&id).send().map_err(|error| connection.failure(error, Vec::new()))?;
    let text = || record::text(&customer, &connection.key);
    output::show(&customer, arguments.call.json, text, &connection.key, console)
}
