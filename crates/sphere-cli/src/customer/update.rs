//! `sphere customer update`.

use sphere_core::{RetryPolicy, UpdateCustomer, unstable};

use crate::call_arguments::CallArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::person::{MetaArguments, PersonArguments};
use crate::{ids, output, record};

#[derive(clap::Args)]
pub(crate) struct UpdateArguments {
    /// The customer's id
    customer_id: String,

    #[command(flatten)]
    meta: MetaArguments,

    #[command(flatten)]
    call: CallArguments,

    #[command(flatten)]
    person: PersonArguments,
}

pub(super) const HELP: &str = "\
Examples:
  sphere customer update customer_1ab2c3d4 --line1 '1 Main Street' \\
    --city Springfield --state IL --country USA
  sphere customer update customer_1ab2c3d4 --meta plan=gold --meta seats=7

What is replaced:
  The address and your own data are each replaced as a whole. Whether members
  of personalInformation that you leave out stay is not documented.";

pub(super) fn run(arguments: &UpdateArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::customer(&arguments.customer_id)?;
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let (address, meta) = (arguments.person.address(), arguments.meta.meta());
    let person = arguments.person.personal_information(console)?;
    if address.is_none() && person.is_none() && meta.is_none() {
        return Err(Failure::input("there is nothing to change", "--help lists what can be changed."));
    }
    let mut update = UpdateCustomer::new(&id);
    if let Some(address) = address {
        update = update.address(address);
    }
    if let Some(person) = person {
        update = update.personal_information(person);
    }
    if let Some(meta) = meta {
        update = update.meta(meta);
    }
    let private = unstable::private_texts(&update);
    let customer = connection
        .client
        .update_customer(update)
        .send()
        .map_err(|error| connection.failure(error, private))?;
    let text = || record::text(&customer, &connection.key);
    output::show(&customer, arguments.call.json, text, &connection.key, console)
}
