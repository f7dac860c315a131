//! A gate in front of an answer: the test decides when a response may leave, without sleeping.

use tokio::sync::watch;

/// Holds answers back until [`open`](Gate::open) is called; see [`Answer::held`] and
/// [`Answer::behind`].
///
/// An opened gate stays open. Dropping it opens it too: a test that fails early leaves no
/// request hanging.
///
/// [`Answer::held`]: crate::Answer::held
/// [`Answer::behind`]: crate::Answer::behind
#[derive(Debug)]
pub struct Gate {
    open: watch::Sender<bool>,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self {
            open: watch::Sender::new(false),
        }
    }

    /// Lets every held answer go, now and from now on. Works from any thread or task.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    pub(crate) fn watch(&self) -> watch::Receiver<bool> {
        self.open.subscribe()
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}
