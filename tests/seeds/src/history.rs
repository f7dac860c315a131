//! What happened in a simulation, line by line.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What happened, if anybody wants to know. Clones are the same history.
#[derive(Debug, Clone)]
pub struct History(Option<Arc<Mutex<Vec<String>>>>);

impl History {
    /// One that is kept.
    #[must_use]
    pub fn kept() -> Self {
        Self(Some(Arc::default()))
    }

    /// One that nobody wants to know: no line is made.
    #[must_use]
    pub fn ignored() -> Self {
        Self(None)
    }

    /// Adds a line.
    pub fn note(&self, line: impl FnOnce() -> String) {
        if let Some(lines) = &self.0 {
            let line = line();
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    /// All lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.0
            .as_ref()
            .map_or_else(Vec::new, |lines| lines.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}
