//! `sphere representative update`.

use sphere_core::{RetryPolicy, UpdateRepresentative, unstable};

use super::details::DetailsArguments;
use crate::call_arguments::CallArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::person::PersonArguments;
use crate::{ids, output, record};

#[derive(clap::Args)]
pub(crate) struct UpdateArguments {
    /// The representative's id
    representative_id: String,

    #[command(flatten)]
    call: CallArguments,

    #[command(flatten)]
    person: PersonArguments,

    #[command(flatten)]
    details: DetailsArguments,
}

pub(super) const HELP: &str = "\
Examples:
  sphere representative update associatedPerson_1ab2c3d4 --title CFO

What is replaced:
  The address is replaced as a whole. Whether other members that you leave
  out stay is not documented.";

pub(super) fn run(arguments: &UpdateArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::representative(&arguments.representative_id)?;
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let (address, details) = (arguments.person.address(), arguments.details.details());
    let person = arguments.person.personal_information(console)?;
    if address.is_none() && person.is_none() && details.is_none() {
        return Err(Failure::input("there is nothing to change", "--help lists what can be changed."));
    }
    let mut update = UpdateRepresentative::new(&id);
    if let Some(address) = address {
        update = update.address(address);
    }
    if let Some(person) = person {
        update = update.personal_information(person);
    }
    if let Some(details) = details {
        update = update.representation_details(details);
    }
    let private = unstable::private_texts(&update);
    let call = connection.client.update_representative(update);
    let representative = call.send().map_err(|error| connection.failure(error, private))?;
    let text = || record::text(&representative, &connection.key);
    output::show(&representative, arguments.call.json, text, &connection.key, console)
}
