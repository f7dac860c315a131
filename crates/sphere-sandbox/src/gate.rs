//! A gate in front of an answer: the test decides when a response may leave, without sleeping.

use tokio::sync::watch;

/// Holds answers back until [`open`](Gate::open) is called; see [`Answer::held`] and
/// [`Answer::behind`].
///
/// ```
/// use sphere_sandbox::{Answer, Gate, Sandbox};
/// use std::{io::Write, net::TcpStream, time::Duration};
///
/// let sandbox = Sandbox::start()?;
/// let gate = Gate::new();
/// sandbox.answer_next(Answer::server_error().behind(&gate));
///
/// let address = sandbox.base_url().trim_start_matches("http://");
/// let mut client = TcpStream::connect(address)?;
/// client.write_all(b"POST / HTTP/1.1\r\nhost: sandbox\r\n\r\n")?;
/// assert!(sandbox.wait_for_requests(1, Duration::from_secs(10)));
/// // The request is under way now, for as long as the test wishes.
/// gate.open();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
        Self { open: watch::Sender::new(false) }
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
