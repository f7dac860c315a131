//! Lists in pages: `page` and `limit`, and what the contract calls `pagination`.

use serde::Serialize;
use serde_json::Value;

use super::{
    input::Query,
    problem::{FieldError, Problem},
};

/// A page that was requested.
pub(super) struct Page {
    number: usize,
    limit: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pagination {
    page: usize,
    limit: usize,
    total: usize,
    total_pages: usize,
    has_next: bool,
    has_previous: bool,
}

impl Page {
    pub(super) fn from_query(query: &Query) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let mut read = |name, default| match query.get(name).map_or(Ok(default), str::parse) {
            Ok(number) if number >= 1 => number,
            _ => {
                errors.push(FieldError::in_query(name, "Must be a number from 1"));
                default
            }
        };
        let page = Self { number: read("page", 1), limit: read("limit", 10) };
        if errors.is_empty() { Ok(page) } else { Err(Problem::invalid(errors)) }
    }

    /// One page with all of them.
    pub(super) fn of(items: usize) -> Self {
        Self { number: 1, limit: items.max(1) }
    }

    /// Gives it at most this many items.
    pub(super) fn cap(&mut self, limit: usize) {
        self.limit = self.limit.min(limit);
    }

    /// The items of this page. Beyond the last page there are none.
    pub(super) fn cut(&self, items: Vec<Value>) -> (Vec<Value>, Pagination) {
        let total = items.len();
        let pagination = Pagination {
            page: self.number,
            limit: self.limit,
            total,
            total_pages: total.div_ceil(self.limit),
            has_next: self.number.saturating_mul(self.limit) < total,
            has_previous: self.number > 1,
        };
        let before = (self.number - 1).saturating_mul(self.limit);
        (items.into_iter().skip(before).take(self.limit).collect(), pagination)
    }
}
