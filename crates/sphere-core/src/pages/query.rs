//! Page, limit and filters of a request for one page of a list.

use std::fmt;

use crate::endpoint::ApiRequest;

/// The documented default. Sent always: the published contract marks `page` and `limit` as required.
const DEFAULT_LIMIT: u32 = 10;

/// Page, limit and filters of a request. `Debug` shows no filter's value: it may be an e-mail address.
#[derive(Clone)]
pub struct ListQuery {
    page: u64,
    limit: u32,
    pairs: Vec<(String, String)>,
}

impl ListQuery {
    /// Asks for the page of this number; the first is 1.
    pub fn page(&mut self, page: u64) {
        self.page = page;
    }

    /// Asks for this many items a page instead of 10.
    pub fn limit(&mut self, items: u32) {
        self.limit = items;
    }

    /// Adds a filter.
    pub fn add(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Writes them to a request.
    pub fn write(&self, request: ApiRequest) -> ApiRequest {
        let request = request.query("page", self.page).query("limit", self.limit);
        self.pairs.iter().fold(request, |request, (name, value)| request.query(name, value))
    }
}

impl Default for ListQuery {
    /// The first page, without filters.
    fn default() -> Self {
        Self { page: 1, limit: DEFAULT_LIMIT, pairs: Vec::new() }
    }
}

impl fmt::Debug for ListQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.pairs.iter().map(|(name, _)| name).collect();
        f.debug_struct("ListQuery")
            .field("page", &self.page)
            .field("limit", &self.limit)
            .field("filters", &names)
            .finish()
    }
}
