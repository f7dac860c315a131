//! `next` and `next_page`, each loop once for both flavours: the only part of a list that waits for calls.

use super::{Page, Paged, Pages};
use crate::client::{Async, Blocking, Mode};
use crate::error::Error;
use crate::mode::output;

impl<M: Mode, L: Paged> Pages<'_, M, L> {
    pub(crate) async fn fetch_page(&mut self) -> Option<Result<Page<L::Item>, Error>> {
        self.list.query_mut().page(self.pager.next_page()?);
        match self.client.call(&self.list).run().await {
            Ok((page, _)) => self.pager.received(page).map(Ok),
            Err(error) => {
                self.pager.failed();
                Some(Err(error))
            }
        }
    }

    async fn fetch_item(&mut self) -> Option<Result<L::Item, Error>> {
        loop {
            if let Some(item) = self.pager.next_item() {
                return Some(Ok(item));
            }
            match self.fetch_page().await? {
                Ok(page) => self.pager.keep(page),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<L: Paged> Pages<'_, Async, L> {
    /// Fetches the next page, or gives `None` if the list is over.
    ///
    /// Items of pages that [`next`](Self::next) has fetched are not in it.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call. The list is over then.
    pub async fn next_page(&mut self) -> Option<Result<Page<L::Item>, Error>> {
        self.fetch_page().await
    }

    /// The next item, or `None` if the list is over.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call. The list is over then.
    pub async fn next(&mut self) -> Option<Result<L::Item, Error>> {
        self.fetch_item().await
    }
}

impl<L: Paged> Pages<'_, Blocking, L> {
    /// Fetches the next page, or gives `None` if the list is over.
    ///
    /// Items of pages that [`next`](Iterator::next) has fetched are not in it.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call. The list is over then.
    pub fn next_page(&mut self) -> Option<Result<Page<L::Item>, Error>> {
        output(self.fetch_page())
    }
}

impl<L: Paged> Iterator for Pages<'_, Blocking, L> {
    type Item = Result<L::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        output(self.fetch_item())
    }
}
