//! `sphere representative create`.

use sphere_core::{CreateRepresentative, RetryPolicy, unstable};

use super::details::DetailsArguments;
use crate::call_arguments::CallArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::person::{PersonArguments, email, phone};
use crate::{ids, output, record};

#[derive(clap::Args)]
pub(crate) struct CreateArguments {
    /// The business customer's id
    customer_id: String,

    /// The e-mail address
    #[arg(long, value_name = "EMAIL")]
    email: String,

    /// The phone number, with a plus and the country code
    #[arg(long, value_name = "PHONE")]
    phone: String,

    /// The first name
    #[arg(long, value_name = "TEXT")]
    first_name: Option<String>,

    /// The middle name
    #[arg(long, value_name = "TEXT")]
    middle_name: Option<String>,

    /// The last name
    #[arg(long, value_name = "TEXT")]
    last_name: Option<String>,

    /// The date of birth, such as 1990-12-31
    #[arg(long, value_name = "DATE")]
    date_of_birth: Option<String>,

    #[command(flatten)]
    call: CallArguments,

    #[command(flatten)]
    person: PersonArguments,

    #[command(flatten)]
    details: DetailsArguments,
}

pub(super) const HELP: &str = "\
Examples:
  sphere representative create customer_1ab2c3d4 --email ada@example.com \\
    --phone +14155550123 --line1 '1 Main Street' --city Springfield \\
    --country USA --role ubo --ownership-percentage 50

If the outcome is unknown:
  Creating twice makes two representatives, so the command does not try
  again. Look with `sphere representative list --customer` first.";

pub(super) fn run(arguments: &CreateArguments, console: &mut Console) -> Result<(), Failure> {
    let id = ids::customer(&arguments.customer_id)?;
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let address = arguments.person.address().unwrap_or_default();
    let (email, phone) = (email(&arguments.email, console), phone(&arguments.phone, console));
    let mut new = CreateRepresentative::individual(&id, email, phone, address);
    if let Some(person) = arguments.person.personal_information(console)? {
        new = new.personal_information(person);
    }
    if let Some(details) = arguments.details.details() {
        new = new.representation_details(details);
    }
    if let Some(name) = &arguments.first_name {
        new = new.first_name(name);
    }
    if let Some(name) = &arguments.middle_name {
        new = new.middle_name(name);
    }
    if let Some(name) = &arguments.last_name {
        new = new.last_name(name);
    }
    if let Some(date) = &arguments.date_of_birth {
        new = new.date_of_birth(date);
    }
    let private = unstable::private_texts(&new);
    let call = connection.client.create_representative(new);
    let representative = call.send().map_err(|error| connection.failure(error, private))?;
    let text = || record::text(&representative, &connection.key);
    output::show(&representative, arguments.call.json, text, &connection.key, console)
}
