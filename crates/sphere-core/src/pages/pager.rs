//! Which page comes next, and when a list is over: a pure machine, the same for both clients.

use std::collections::HashSet;
use std::vec;

use super::Page;

/// Pages after which a list ends, unless the caller says otherwise.
const MOST_PAGES: u32 = 10_000;

/// Empty pages in a row after which a list ends, whatever the server says: filters applied after paging leave some
/// empty.
const MOST_EMPTY_PAGES: u32 = 10;

/// Why a list of pages has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PagesEnd {
    /// The server said that there is no next page: by `hasNext`, or without it by `totalPages`.
    NoNext,
    /// The server said by `hasNext` that there is no next page, and by `totalPages` that there is one: items may be
    /// missing.
    Contradiction,
    /// A page was empty, and the server did not say that there is a next one.
    Empty,
    /// Ten pages in a row had no item that can be read, although the server said that there is a next one.
    EmptyPages,
    /// A page listed the same items as one before it.
    Repeated,
    /// [`Pages::max_pages`](super::Pages::max_pages) were fetched.
    PageLimit,
    /// A call failed. The page can be asked for again with another list.
    Failed,
}

pub(super) struct Pager<T> {
    page: u64,
    pages_left: u32,
    items: vec::IntoIter<T>,
    unreadable: usize,
    /// How many pages before the next had no item that can be read.
    empty_in_a_row: u32,
    /// The fingerprints of the pages so far.
    seen: HashSet<u64>,
    end: Option<PagesEnd>,
}

impl<T> Pager<T> {
    pub(super) fn new() -> Self {
        let items = Vec::new().into_iter();
        Self {
            page: 1,
            pages_left: MOST_PAGES,
            items,
            unreadable: 0,
            empty_in_a_row: 0,
            seen: HashSet::new(),
            end: None,
        }
    }

    pub(super) fn begin_at(&mut self, page: u64) {
        self.page = page;
    }

    pub(super) fn end_after(&mut self, pages: u32) {
        self.pages_left = pages;
    }

    pub(super) fn page(&self) -> u64 {
        self.page
    }

    pub(super) fn end(&self) -> Option<PagesEnd> {
        self.end
    }

    pub(super) fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// The number of the page to fetch, unless the list is over.
    pub(super) fn next_page(&mut self) -> Option<u64> {
        if self.end.is_none() && self.pages_left == 0 {
            self.end = Some(PagesEnd::PageLimit);
        }
        self.end.is_none().then_some(self.page)
    }

    /// Takes the page that was fetched, and gives it back unless the list ended before it.
    pub(super) fn received(&mut self, page: Page<T>) -> Option<Page<T>> {
        let is_empty = page.items().is_empty() && page.unreadable().is_empty();
        let by_total = page.pagination.total_pages.map(|total| self.page < total);
        let has_next = page.pagination.has_next.or(by_total);
        // Entries that cannot be read may look the same on every page.
        let has_nothing = page.items().is_empty();
        let may_look_alike = is_empty || has_nothing && has_next == Some(true);
        let is_repeated = !may_look_alike && !self.seen.insert(page.fingerprint);
        self.empty_in_a_row = if has_nothing { self.empty_in_a_row + 1 } else { 0 };
        self.end = match (has_next, by_total) {
            _ if is_repeated => Some(PagesEnd::Repeated),
            (Some(false), Some(true)) => Some(PagesEnd::Contradiction),
            (Some(false), _) => Some(PagesEnd::NoNext),
            (None, _) if is_empty => Some(PagesEnd::Empty),
            _ if self.empty_in_a_row == MOST_EMPTY_PAGES => Some(PagesEnd::EmptyPages),
            _ => None,
        };
        if is_repeated || is_empty && self.end.is_some() {
            return None;
        }
        self.page = self.page.saturating_add(1);
        self.pages_left -= 1;
        self.unreadable += page.unreadable().len();
        Some(page)
    }

    /// The page could not be fetched.
    pub(super) fn failed(&mut self) {
        self.end = Some(PagesEnd::Failed);
    }

    /// The next item of the pages that were [kept](Self::keep).
    pub(super) fn next_item(&mut self) -> Option<T> {
        self.items.next()
    }

    pub(super) fn keep(&mut self, page: Page<T>) {
        self.items = page.into_items().into_iter();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::page::Pagination;
    use super::*;

    fn page(items: usize, has_next: Option<bool>, fingerprint: u64) -> Page<usize> {
        page_of(items, has_next, None, fingerprint)
    }

    fn page_of(
        items: usize,
        has_next: Option<bool>,
        total_pages: Option<u64>,
        fingerprint: u64,
    ) -> Page<usize> {
        let pagination = Pagination { total_pages, has_next, ..Pagination::default() };
        Page::of((0..items).collect(), pagination, fingerprint)
    }

    #[test]
    fn each_end_is_named() {
        for (last, end) in [
            (page(0, None, 9), PagesEnd::Empty),
            (page(0, Some(false), 9), PagesEnd::NoNext),
            (page(1, Some(false), 9), PagesEnd::NoNext),
            (page_of(1, None, Some(2), 9), PagesEnd::NoNext),
            (page_of(0, None, Some(2), 9), PagesEnd::NoNext),
            (page_of(1, Some(false), Some(3), 9), PagesEnd::Contradiction),
            (page(1, Some(true), 1), PagesEnd::Repeated),
        ] {
            let mut pager = Pager::new();
            assert_eq!(pager.next_page(), Some(1));
            assert!(pager.received(page(2, None, 1)).is_some());
            assert_eq!((pager.next_page(), pager.end()), (Some(2), None));
            pager.received(last);
            assert_eq!((pager.next_page(), pager.end()), (None, Some(end)));
        }
    }

    #[test]
    fn ten_thousand_pages_end_any_list() {
        let mut pager = Pager::new();
        let taken = (0..20_000).take_while(|number| {
            pager.next_page().is_some_and(|_| pager.received(page(1, Some(true), *number)).is_some())
        });
        assert_eq!((taken.count(), pager.end()), (10_000, Some(PagesEnd::PageLimit)));
    }

    #[test]
    fn a_page_limit_ends_the_list() {
        let mut pager = Pager::new();
        pager.begin_at(u64::MAX);
        pager.end_after(1);
        assert_eq!(pager.next_page(), Some(u64::MAX));
        assert!(pager.received(page(1, None, 1)).is_some());
        assert_eq!(
            (pager.next_page(), pager.end(), pager.page()),
            (None, Some(PagesEnd::PageLimit), u64::MAX)
        );
    }

    proptest! {
        /// Any server: the list ends, no page is taken twice, and each page is asked for once.
        #[test]
        fn every_list_ends(pages in proptest::collection::vec((0_usize..3, any::<Option<bool>>(), 0_u64..6), 1..12)) {
            let mut pager = Pager::new();
            pager.end_after(100);
            let (mut asked, mut taken) = (Vec::new(), Vec::new());
            while let Some(number) = pager.next_page() {
                prop_assert!(asked.len() < 100);
                asked.push(number);
                let (items, has_next, fingerprint) = pages[usize::try_from(number - 1).unwrap() % pages.len()];
                if pager.received(page(items, has_next, fingerprint)).is_some() && items > 0 {
                    taken.push(fingerprint);
                }
            }
            let in_order: Vec<u64> = (1..=asked.len() as u64).collect();
            prop_assert_eq!(asked, in_order);
            let different: HashSet<_> = taken.iter().collect();
            prop_assert_eq!(different.len(), taken.len());
        }
    }
}
