//! Lists that the API gives in pages: page by page or item by item, fetched when asked for.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `query` | [`ListQuery`]: page, limit and filters of a request |
//! | `page` | [`Page`]: what one response holds |
//! | `pager` | which page comes next, and when the list is over, as a pure machine |
//! | `drivers` | `next` and `next_page` |

mod drivers;
mod page;
mod pager;
mod query;

use std::fmt;

pub use page::{Page, UnreadableItem};
use pager::Pager;
pub use pager::PagesEnd;
pub use query::ListQuery;

use crate::client::{Client, Mode};
use crate::endpoint::Endpoint;

/// An operation that gives one page of a list.
pub trait Paged: Endpoint<Output = Page<Self::Item>> {
    /// What the list is of.
    type Item: Send;

    /// The query of its request.
    fn query_mut(&mut self) -> &mut ListQuery;
}

/// A list in pages, fetched when asked for: `next` gives one item, `next_page` one page. Both are async for the async
/// client; for the blocking one it is an [`Iterator`].
///
/// The list ends with a page after which there is no next by the server's word (`hasNext`, or without it `totalPages`),
/// with an empty page if the server says nothing, after ten empty pages in a row, with a page that came before (a
/// server that ignores the page's number), after [`max_pages`](Self::max_pages), or after an error; [`end`](Self::end)
/// says which. [`page`](Self::page) is where another list can [go on](Self::from_page), in another
/// process too.
///
/// An item that cannot be read is left out and [counted](Self::unreadable); [`Page::unreadable`] has its JSON. While
/// others write, items can come twice or not at all.
///
/// Cancel-safe: a `next` that is dropped loses nothing but its request.
///
/// # Example
///
/// ```
/// use sphere_core::{Client, Error};
///
/// async fn export(client: &Client, start: u64) -> Result<u64, (u64, Error)> {
///     let mut customers = client.list_customers().from_page(start).limit(100);
///     while let Some(page) = customers.next_page().await {
///         match page {
///             Ok(page) => println!("{} customers", page.items().len()),
///             Err(error) => return Err((customers.page(), error)), // go on from this page later
///         }
///     }
///     Ok(customers.page())
/// }
/// ```
pub struct Pages<'c, M: Mode, L: Paged> {
    client: &'c Client<M>,
    list: L,
    pager: Pager<L::Item>,
}

impl<'c, M: Mode, L: Paged> Pages<'c, M, L> {
    pub(crate) fn new(client: &'c Client<M>, list: L) -> Self {
        Self { client, list, pager: Pager::new() }
    }

    /// Begins with this page instead of the first, which is 1.
    pub fn from_page(mut self, page: u64) -> Self {
        self.pager.begin_at(page);
        self
    }

    /// Asks for this many items a page instead of 10, the documented default. The maximum is not documented.
    pub fn limit(mut self, items: u32) -> Self {
        self.list.query_mut().limit(items);
        self
    }

    /// Adds any pair to the query, such as a filter that this SDK does not know.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.list.query_mut().add(name, value);
        self
    }

    /// Ends after this many pages. Default: 10,000.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.pager.end_after(pages);
        self
    }

    /// The number of the next page to be fetched.
    pub fn page(&self) -> u64 {
        self.pager.page()
    }

    /// Why the list has ended; `None` if it has not.
    pub fn end(&self) -> Option<PagesEnd> {
        self.pager.end()
    }

    /// How many items could not be read so far.
    pub fn unreadable(&self) -> usize {
        self.pager.unreadable()
    }
}

/// Shows how far it is.
impl<M: Mode, L: Paged> fmt::Debug for Pages<'_, M, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &L::OPERATION.name)
            .field("page", &self.page())
            .field("end", &self.end())
            .finish_non_exhaustive()
    }
}
