//! `sphere representative list`.

use sphere_core::{Representative, RetryPolicy};

use crate::call_arguments::CallArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::list::{self, ListArguments};
use crate::{ids, local_time, record};

#[derive(clap::Args)]
pub(crate) struct RepresentativeListArguments {
    /// Only representatives of this business customer
    #[arg(long, value_name = "CUSTOMER_ID")]
    customer: Option<String>,

    #[command(flatten)]
    list: ListArguments,

    #[command(flatten)]
    call: CallArguments,
}

pub(super) const HELP: &str = "\
Examples:
  sphere representative list --customer customer_1ab2c3d4
  sphere representative list --limit 20 --json | jq -r .id";

pub(super) fn run(arguments: &RepresentativeListArguments, console: &mut Console) -> Result<(), Failure> {
    let customer = arguments.customer.as_deref().map(ids::customer).transpose()?;
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let mut pages = connection.client.list_representatives();
    if let Some(customer) = &customer {
        pages = pages.of_customer(customer);
    }
    let key = &connection.key;
    let row = |representative: &Representative| {
        [
            key.line(representative.id().as_str()),
            key.line(representative.customer_id().as_ref().map(AsRef::as_ref).unwrap_or_default()),
            record::summary(representative.verification_profiles(), key),
            representative.created_at().as_ref().map(local_time::local).unwrap_or_default(),
            key.line(representative.email().unwrap_or_default()),
        ]
    };
    let columns = (["ID", "CUSTOMER", "PROFILES", "CREATED", "E-MAIL"], row);
    list::print(pages, &arguments.list, columns, (arguments.call.json, Vec::new()), &connection, console)
        .or_else(Failure::unless_reader_left)
}
