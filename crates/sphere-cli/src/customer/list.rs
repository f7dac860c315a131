//! `sphere customer list`.

use sphere_core::{Customer, RetryPolicy};

use crate::call_arguments::CallArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::list::{self, ListArguments};
use crate::{local_time, person, record};

#[derive(clap::Args)]
pub(crate) struct CustomerListArguments {
    /// Only customers with exactly this e-mail address
    #[arg(long, value_name = "EMAIL")]
    email: Option<String>,

    /// Only customers in whose name, trade name or e-mail address this occurs
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,

    /// Only customers with this status: incomplete, pending, approved, rejected
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,

    /// Only customers of this type: individual, business
    #[arg(long = "type", value_name = "TYPE")]
    customer_type: Option<String>,

    #[command(flatten)]
    list: ListArguments,

    #[command(flatten)]
    call: CallArguments,
}

pub(super) const HELP: &str = "\
Examples:
  sphere customer list --limit 20
  sphere customer list --email jane@example.com
  sphere customer list --status incomplete --json | jq -r .id";

pub(super) fn run(arguments: &CustomerListArguments, console: &mut Console) -> Result<(), Failure> {
    let connection = arguments.call.connection.connect(RetryPolicy::default())?;
    let statuses = ["incomplete", "pending", "approved", "rejected"];
    list::note_unknown("--status", arguments.status.as_deref(), &statuses, console);
    let types = ["individual", "business"];
    list::note_unknown("--type", arguments.customer_type.as_deref(), &types, console);
    let email = arguments.email.as_deref().map(|typed| person::email(typed, console));
    let mut pages = connection.client.list_customers();
    if let Some(email) = &email {
        pages = pages.email(email);
    }
    if let Some(text) = &arguments.search {
        pages = pages.search(text);
    }
    if let Some(status) = &arguments.status {
        pages = pages.status(&status.as_str().into());
    }
    if let Some(customer_type) = &arguments.customer_type {
        pages = pages.customer_type(&customer_type.as_str().into());
    }
    let private = [&email, &arguments.search].into_iter().flatten().cloned().collect();
    let key = &connection.key;
    let row = |customer: &Customer| {
        let names: Vec<&str> = [customer.first_name(), customer.last_name(), customer.business_legal_name()]
            .into_iter()
            .flatten()
            .collect();
        [
            key.line(customer.id().as_str()),
            record::summary(customer.verification_profiles(), key),
            customer.created_at().as_ref().map(local_time::local).unwrap_or_default(),
            key.line(customer.email().unwrap_or_default()),
            key.line(&names.join(" ")),
        ]
    };
    let columns = (["ID", "PROFILES", "CREATED", "E-MAIL", "NAME"], row);
    list::print(pages, &arguments.list, columns, (arguments.call.json, private), &connection, console)
        .or_else(Failure::unless_reader_left)
}
