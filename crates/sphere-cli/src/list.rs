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
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,

    /// Begin with this page instead of the first, which is 1
    #[arg(long, value_name = "NUMBER", default_value_t = 1, hide_default_value = true,
        value_parser = clap::value_parser!(u64).range(1..))]
    page: u64,
}

/// Tells a word that is none of those that the API is known to take. It is sent all the same: there may be new ones.
pub(crate) fn note_unknown(option: &str, word: Option<&str>, known: &[&str], console: &mut Console) {
    if word.is_some_and(|word| !known.contains(&word)) {
        console.remember(&format!("{option} is none of the known words: {}.\n", known.join(", ")));
    }
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
    let most = arguments.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let mut left = most;
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
        } else if !items.is_empty() {
            console.print(&table.rows(items.iter().map(&row).collect()))?;
        }
    }
    if pages.unreadable() > 0 && !json {
        console.note(&format!("Entries that cannot be read: {}. --json shows them.\n", pages.unreadable()));
    } else if left == most {
        console.remember("Nothing was found.\n");
    }
    let reason = match pages.end() {
        Some(PagesEnd::EmptyPages) => Some("ten pages in a row were empty"),
        Some(PagesEnd::Contradiction) => Some("the server contradicts itself about further pages"),
        Some(PagesEnd::Repeated) => Some("the server sent the same page again"),
        _ => None,
    };
    if let Some(reason) = reason {
        console.remember(&format!("The list may not be complete: {reason}.\n"));
    }
    if pages.end() == Some(PagesEnd::PageLimit) {
        console.remember(&format!("The list goes on with --page {}.\n", pages.page()));
    }
    Ok(())
}
