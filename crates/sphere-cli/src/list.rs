//! What `customer list` and `representative list` share: pages printed as they arrive.

use serde::Serialize;
use sphere_core::client::Blocking;
use sphere_core::pages::{Paged, Pages, PagesEnd};

use crate::connection::Connection;
use crate::console::Console;
use crate::failure::Failure;
use crate::json_line::one_line;
use crate::output::to_json;
use crate::table::Table;

#[derive(clap::Args)]
pub(crate) struct ListArguments {
    /// End after this many
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,

    /// Begin with this page instead of the first, which is 1
    #[arg(long, value_name = "NUMBER", default_value_t = 1, hide_default_value = true)]
    page: u64,
}

/// Prints one row for each item, or one line of JSON. `private` are the filters, which errors must not show.
pub(crate) fn print<L: Paged, const N: usize>(
    pages: Pages<'_, Blocking, L>,
    arguments: &ListArguments,
    (heading, row): ([&str; N], impl Fn(&L::Item) -> [String; N]),
    (json, private): (bool, Vec<String>),
    connection: &Connection,
    console: &mut Console,
) -> Result<(), Failure>
where
    L::Item: Serialize,
{
    let mut pages = pages.from_page(arguments.page);
    let mut table = Table::new(heading);
    let mut left = arguments.limit.unwrap_or(usize::MAX);
    while left > 0 {
        let number = pages.page();
        let page = match pages.next_page() {
            None => break,
            Some(Ok(page)) => page,
            Some(Err(error)) => {
                if number > arguments.page && !json {
                    console.note(&format!("The list goes on with --page {number}.\n"));
                }
                return Err(connection.failure(error, private));
            }
        };
        let items = page.items().get(..left.min(page.items().len())).unwrap_or_default();
        left -= items.len();
        if json {
            for item in items {
                console.print(&to_json(item, &connection.key)?)?;
            }
            for item in page.unreadable() {
                console.print(&one_line(&connection.key.hide(item.json())))?;
            }
        } else {
            console.print(&table.rows(items.iter().map(&row).collect()))?;
        }
    }
    if pages.unreadable() > 0 && !json {
        console.note(&format!("Entries that cannot be read: {}. --json shows them.\n", pages.unreadable()));
    }
    if pages.end() == Some(PagesEnd::PageLimit) && !json {
        console.note(&format!("The list goes on with --page {}.\n", pages.page()));
    }
    Ok(())
}
