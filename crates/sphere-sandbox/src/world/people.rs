//! Every customer and representative, in the order in which they were created.

use std::collections::{HashMap, VecDeque};

use super::person::Record;

/// A program that is left running must not fill the memory; the oldest people go first.
const MOST_PEOPLE: usize = 10_000;

#[derive(Default)]
pub(crate) struct People {
    by_id: HashMap<String, Record>,
    oldest_first: VecDeque<String>,
}

impl People {
    pub(crate) fn insert(&mut self, person: Record) {
        if self.oldest_first.len() >= MOST_PEOPLE {
            if let Some(oldest) = self.oldest_first.pop_front() {
                self.by_id.remove(&oldest);
            }
        }
        self.oldest_first.push_back(person.id.clone());
        self.by_id.insert(person.id.clone(), person);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Record> {
        self.by_id.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Record> {
        self.by_id.get_mut(id)
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.by_id.remove(id);
        self.oldest_first.retain(|other| other != id);
    }

    /// The oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.oldest_first.iter().filter_map(|id| self.by_id.get(id))
    }
}
