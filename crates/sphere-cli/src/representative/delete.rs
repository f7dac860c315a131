//! `sphere representative delete`.

use serde_json::json;
use sphere_core::RetryPolicy;

use crate::call_arguments::CallArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::{ids, output};

#[derive(clap::Args)]
pub(crate) struct DeleteArguments {
    /// The representative's id
    representative_id: String,

    /// Really: it cannot be undone
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    call: CallArguments,
}

pub(super) const HELP: &str = "\
Examples:
  sphere representative delete associatedPerson_1ab2c3d4 --yes

When it is possible:
  Until the business was submitted for review. It cannot be undone.";

pub(super) fn run(arguments: &DeleteArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::representative(&arguments.representative_id)?;
    if !arguments.yes {
        return Err(Failure::input("deleting cannot be undone", "If you mean it, add --yes."));
    }
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let call = connection.client.delete_representative(&id);
    let ok = call.send().map_err(|error| connection.failure(error, Vec::new()))?;
    let text = || if ok { "deleted\n".to_owned() } else { "the server says: not ok\n".to_owned() };
    output::show(&json!({ "ok": ok }), arguments.call.json, text, &connection.key, console)?;
    if ok { Ok(()) } else { Err(Failure::Other("what `ok: false` means is not documented".to_owned())) }
}
