//! `sphere customer create`.

use sphere_core::{CreateCustomer, RetryPolicy, unstable};

use crate::call_arguments::CallArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::person::{MetaArguments, PersonArguments, email, phone};
use crate::{output, record};

#[derive(clap::Args)]
pub(crate) struct CreateArguments {
    /// The e-mail address
    #[arg(long, value_name = "EMAIL")]
    email: String,

    /// The phone number, with a plus and the country code
    #[arg(long, value_name = "PHONE")]
    phone: String,

    #[command(flatten)]
    meta: MetaArguments,

    #[command(flatten)]
    call: CallArguments,

    #[command(flatten)]
    person: PersonArguments,
}

pub(super) const HELP: &str = "\
Examples:
  sphere customer create --email jane@example.com --phone +14155550123 \\
    --line1 '233 South Wacker Drive' --city Chicago --state IL \\
    --postal-code 60606 --country USA
  pass show tax | sphere customer create … --tax-number-stdin \\
    --tax-type ssn --tax-country USA
  sphere customer create … --json | jq -r .id

Arguments are visible:
  Other users of this machine can see them while the command runs, and your
  shell keeps them. So there is no option for the tax number itself.

If the outcome is unknown:
  Creating twice makes two customers, so the command does not try again.
  Look for the customer with `sphere customer list --email` first.";

pub(super) fn run(arguments: &CreateArguments, console: &mut Console) -> Result<(), Failure> {
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let address = arguments.person.address().unwrap_or_default();
    let (email, phone) = (email(&arguments.email, console), phone(&arguments.phone, console));
    let mut new = CreateCustomer::individual(email, phone, address);
    if let Some(person) = arguments.person.personal_information(console)? {
        new = new.personal_information(person);
    }
    if let Some(meta) = arguments.meta.meta() {
        new = new.meta(meta);
    }
    let private = unstable::private_texts(&new);
    let customer =
        connection.client.create_customer(new).send().map_err(|error| connection.failure(error, private))?;
    let text = || record::text(&customer, &connection.key);
    output::show(&customer, arguments.call.json, text, &connection.key, console)
}
