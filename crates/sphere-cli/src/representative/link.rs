//! `sphere representative link`.

use crate::console::Console;
use crate::failure::Failure;
use crate::hosted_link::Link;
use crate::ids;
use crate::link::LinkOptions;

#[derive(clap::Args)]
pub(crate) struct RepresentativeLinkArguments {
    /// The representative's id
    // Checked when it is used, so that `--json` holds for its error too.
    representative_id: String,

    #[command(flatten)]
    options: LinkOptions,
}

pub(super) const HELP: &str = "\
Examples:
  sphere representative link associatedPerson_1ab2c3d4 --qr

Output:
  As that of `sphere link`.";

pub(super) fn run(arguments: &RepresentativeLinkArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::representative(&arguments.representative_id)?;
    arguments.options.run(console, |client| {
        client.generate_representative_face_verification_link(&id).send().map(Link::from)
    })
}
