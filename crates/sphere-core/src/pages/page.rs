//! One page of a list.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

use serde_json::value::RawValue;

use super::ListQuery;
use crate::json::{DecodeError, List, Object, scan};

/// One page of a list: its items, and how many there are in all.
///
/// Source: the contract's list operations and `Pagination` (certain; which members are required was not seen).
#[derive(Debug)]
pub struct Page<T> {
    items: Vec<T>,
    unreadable: Vec<UnreadableItem>,
    pub(super) pagination: Pagination,
    /// Equal for pages that list the same ids.
    pub(super) fingerprint: u64,
}

/// What the server says of the list. Each member is there if it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pagination {
    /// All items.
    pub(super) total: Option<u64>,
    /// All pages.
    pub(super) total_pages: Option<u64>,
    /// Whether there is a page after this one.
    pub(super) has_next: Option<bool>,
}

/// An item that lacks what is certain to be there. `Debug` shows the fault only.
#[derive(Clone)]
pub struct UnreadableItem {
    json: String,
    fault: DecodeError,
}

impl UnreadableItem {
    /// Its JSON text.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// What is wrong with it.
    pub fn fault(&self) -> &DecodeError {
        &self.fault
    }
}

impl fmt::Debug for UnreadableItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadableItem").field("fault", &self.fault).finish_non_exhaustive()
    }
}

impl<T> Page<T> {
    /// The items, in the server's order.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// The items, by value.
    pub fn into_items(self) -> Vec<T> {
        self.items
    }

    /// The items that lack what is certain to be there.
    pub fn unreadable(&self) -> &[UnreadableItem] {
        &self.unreadable
    }

    /// How many items the whole list has, if the server says so.
    pub fn total(&self) -> Option<u64> {
        self.pagination.total
    }

    /// Reads a response whose items are in the array of this name, for an operation of your own that is
    /// [`Paged`](super::Paged).
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if there is no such array; `null` is an empty one. An item that `read` refuses is
    /// [unreadable](Self::unreadable).
    pub fn read(
        object: &Object<'_>,
        list: &str,
        mut read: impl FnMut(&Object<'_>) -> Result<T, DecodeError>,
    ) -> Result<Self, DecodeError> {
        let mut page = Reading::new();
        match object.list(list, |element| page.take(element, list, &mut read)) {
            List::Entries(_) | List::Null => Ok(page.end(Pagination::read(object))),
            List::Missing => Err(DecodeError::field(list, "is missing")),
            List::Unreadable => Err(DecodeError::field(list, "has the wrong type")),
        }
    }

    /// Reads a response that is an array: a list without pages.
    pub(crate) fn read_array(
        array: &RawValue,
        mut read: impl FnMut(&Object<'_>) -> Result<T, DecodeError>,
    ) -> Self {
        let mut page = Reading::new();
        scan::elements(array, |element| {
            page.take(element, "body", &mut read);
            ControlFlow::Continue(())
        });
        page.end(Pagination::default())
    }

    /// As [`Self::read`], for a list that may be filtered by a customer's id: an item of another customer shows that
    /// the filter was ignored, and is an error.
    pub(crate) fn read_of(
        object: &Object<'_>,
        list: &str,
        member: &str,
        query: &ListQuery,
        read: impl Fn(&Object<'_>) -> Result<T, DecodeError>,
    ) -> Result<Self, DecodeError> {
        let (customer, mut fault) = (query.get(member), None);
        let page = Self::read(object, list, |item| {
            fault = fault.take().or_else(|| item.check_id(member, customer?).err());
            read(item)
        })?;
        fault.map_or(Ok(page), Err)
    }

    /// For tests of what uses pages.
    #[cfg(test)]
    pub(super) fn of(items: Vec<T>, pagination: Pagination, fingerprint: u64) -> Self {
        Self { items, unreadable: Vec::new(), pagination, fingerprint }
    }
}

/// A page while its items are read.
struct Reading<T> {
    items: Vec<T>,
    unreadable: Vec<UnreadableItem>,
    hasher: DefaultHasher,
}

impl<T> Reading<T> {
    fn new() -> Self {
        Self { items: Vec::new(), unreadable: Vec::new(), hasher: DefaultHasher::new() }
    }

    fn take(
        &mut self,
        element: &RawValue,
        list: &str,
        read: &mut impl FnMut(&Object<'_>) -> Result<T, DecodeError>,
    ) {
        match open(element, list, &mut self.hasher).and_then(|item| read(&item)) {
            Ok(item) => self.items.push(item),
            Err(fault) => self.unreadable.push(UnreadableItem { json: element.get().to_owned(), fault }),
        }
    }

    fn end(self, pagination: Pagination) -> Page<T> {
        let Self { items, unreadable, hasher } = self;
        Page { items, unreadable, pagination, fingerprint: hasher.finish() }
    }
}

/// An item that is an object. Its id, or all of it, goes into the page's fingerprint.
fn open<'a>(
    element: &'a RawValue,
    list: &str,
    hasher: &mut DefaultHasher,
) -> Result<Object<'a>, DecodeError> {
    let item = Object::read(element);
    let id = item.as_ref().and_then(|item| item.json("id").ok());
    id.unwrap_or(element.get()).hash(hasher);
    item.ok_or_else(|| DecodeError::field(list, "has an entry that is not an object"))
}

impl Pagination {
    fn read(object: &Object<'_>) -> Self {
        let Some(members) = object.object("pagination") else { return Self::default() };
        Self {
            total: members.optional("total"),
            total_pages: members.optional("totalPages"),
            has_next: members.optional("hasNext"),
        }
    }
}
