//! `sphere representative get`.

use sphere_core::RetryPolicy;

use crate::call_arguments::CallArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::{ids, output, record};

#[derive(clap::Args)]
pub(crate) struct GetArguments {
    /// The representative's id
    representative_id: String,

    #[command(flatten)]
    call: CallArguments,
}

pub(super) const HELP: &str = "\
Examples:
  sphere representative get associatedPerson_1ab2c3d4";

pub(super) fn run(arguments: &GetArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::representative(&arguments.representative_id)?;
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let call = connection.client.get_representative(&id);
    let representative = call.send().map_err(|error| connection.failure(error, Vec::new()))?;
    let text = || record::text(&representative, &connection.key);
    output::show(&representative, arguments.call.json, text, &connection.key, console)
}
