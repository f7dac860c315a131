//! All that a program logs, kept to be searched. For a test that is a program of its own, since a subscriber is for a
//! whole process.

use std::io;
use std::sync::{Mutex, PoisonError};

static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Where a subscriber or a logger writes to.
#[derive(Debug)]
pub struct Capture;

impl io::Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was logged so far.
pub fn logged() -> String {
    String::from_utf8_lossy(&LOGGED.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}
