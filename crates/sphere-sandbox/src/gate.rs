//! A gate in front of a response: the test decides when the response may leave, without sleeping.

use tokio::sync::watch;

/// Holds responses until [`open`](Gate::open) is called; see [`Turn::held`] and
/// [`Turn::behind`].
///
/// ```
/// use sphere_sandbox::{Gate, Reply, Sandbox, Turn};
/// use std::{io::Write, net::TcpStream, time::Duration};
///
/// let sandbox = Sandbox::start()?;
/// let gate = Gate::new();
/// sandbox.reply_next(Turn::from(Reply::server_error()).behind(&gate));
///
/// let address = sandbox.base_url().trim_start_matches("http://");
/// let mut client = TcpStream::connect(address)?;
/// client.write_all(b"POST /v2/customer HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
/// assert!(sandbox.wait_for_requests(1, Duration::from_secs(10)));
/// // The request is in flight now, for as long as the test wishes.
/// gate.open();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// An opened gate stays open. Dropping it opens it too, so that a test that fails early leaves no
/// request hanging.
///
/// [`Turn::held`]: crate::Turn::held
/// [`Turn::behind`]: crate::Turn::behind
#[derive(Debug)]
pub struct Gate {
    open: watch::Sender<bool>,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self { open: watch::Sender::new(false) }
    }

    /// Lets every held response go, now and later. Works from any thread or task.
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
