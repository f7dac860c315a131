//! Which page comes next, and when a list is over: a pure machine, the same for both clients.

use std::collections::HashSet;
use std::vec;

use super::Page;

/// Pages after which a list ends, unless the caller says otherwise.
const MOST_PAGES: u32 = 10_000;

/// Why a list of pages has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PagesEnd {
    /// The server said that there is no next page.
    NoNext,
    /// A page was empty.
    Empty,
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
    /// The fingerprints of the pages so far.
    seen: HashSet<u64>,
    end: Option<PagesEnd>,
}

impl<T> Pager<T> {
    pub(super) fn new() -> Self {
        let items = Vec::new().into_iter();
        Self { page: 1, pages_left: MOST_PAGES, items, unreadable: 0, seen: HashSet::new(), end: None }
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

    /// Takes the page that was fetched, and gives it back if it has anything new.
    pub(super) fn received(&mut self, page: Page<T>) -> Option<Page<T>> {
        if page.items().is_empty() && page.unreadable().is_empty() {
            self.end = Some(PagesEnd::Empty);
            return None;
        }
        if !self.seen.insert(page.fingerprint) {
            self.end = Some(PagesEnd::Repeated);
            return None;
        }
        if page.pagination().has_next == Some(false) {
            self.end = Some(PagesEnd::NoNext);
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

    use super::*;

    fn page(items: usize, has_next: Option<bool>, fingerprint: u64) -> Page<usize> {
        Page::of((0..items).collect(), has_next, fingerprint)
    }

    #[test]
    fn each_end_is_named() {
        for (last, end) in [
            (page(0, Some(true), 9), PagesEnd::Empty),
            (page(1, Some(false), 9), PagesEnd::NoNext),
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
                if pager.received(page(items, has_next, fingerprint)).is_some() {
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
