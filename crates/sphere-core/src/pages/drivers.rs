//! `next` and `next_page`, async and blocking: the only part of a list that waits for calls.

use super::{Page, Paged, Pages};
use crate::blocking;
use crate::client::Client;
use crate::error::Error;

impl<L: Paged> Pages<'_, Client, L> {
    /// Fetches the next page, or gives `None` if the list is over.
    ///
    /// Items of pages that [`next`](Self::next) has fetched are not in it.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call. The list is over then.
    pub async fn next_page(&mut self) -> Option<Result<Page<L::Item>, Error>> {
        self.list.query_mut().page(self.pager.next_page()?);
        match self.client.call(&self.list).send().await {
            Ok(page) => self.pager.received(page).map(Ok),
            Err(error) => {
                self.pager.failed();
                Some(Err(error))
            }
        }
    }

    /// The next item, or `None` if the list is over.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call. The list is over then.
    pub async fn next(&mut self) -> Option<Result<L::Item, Error>> {
        loop {
            if let Some(item) = self.pager.next_item() {
                return Some(Ok(item));
            }
            match self.next_page().await? {
                Ok(page) => self.pager.keep(page),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<L: Paged> Pages<'_, blocking::Client, L> {
    /// Fetches the next page, or gives `None` if the list is over.
    ///
    /// Items of pages that [`next`](Iterator::next) has fetched are not in it.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call. The list is over then.
    pub fn next_page(&mut self) -> Option<Result<Page<L::Item>, Error>> {
        self.list.query_mut().page(self.pager.next_page()?);
        match self.client.call(&self.list).send() {
            Ok(page) => self.pager.received(page).map(Ok),
            Err(error) => {
                self.pager.failed();
                Some(Err(error))
            }
        }
    }
}

impl<L: Paged> Iterator for Pages<'_, blocking::Client, L> {
    type Item = Result<L::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.pager.next_item() {
                return Some(Ok(item));
            }
            match self.next_page()? {
                Ok(page) => self.pager.keep(page),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
