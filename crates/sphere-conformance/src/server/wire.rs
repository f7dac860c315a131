//! A socket whose every wait has an end: the bytes, the end of the test, or the end of patience.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long any one step of a script may take. Only a safety net: no step waits that long if all is well.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How often somebody who waits looks whether the test has ended.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// Tells the server's threads that the test has ended.
#[derive(Debug, Default)]
pub(super) struct Stop {
    is_set: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    pub(super) fn set(&self) {
        *self.is_set.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    pub(super) fn is_set(&self) -> bool {
        *self.is_set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the end of the test, no longer than this.
    pub(super) fn wait(&self, most: Duration) {
        let is_set = self.is_set.lock().unwrap_or_else(PoisonError::into_inner);
        if !*is_set {
            drop(self.changed.wait_timeout(is_set, most));
        }
    }
}

/// Why a wait ended without what it waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// The test ended.
    TestEnded,
    /// [`PATIENCE`] ended.
    OutOfPatience,
}

impl Cut {
    /// The cut inside an I/O error of a [`Wire`].
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TestEnded => "the test ended before it was done",
            Self::OutOfPatience => "it was not done within 20 s",
        })
    }
}

impl std::error::Error for Cut {}

/// The server's end of a connection.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) socket: TcpStream,
    pub(super) stop: Arc<Stop>,
}

impl Wire {
    pub(super) fn new(socket: TcpStream, stop: Arc<Stop>) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(TICK))?;
        socket.set_write_timeout(Some(TICK))?;
        Ok(Self { socket, stop })
    }

    fn patiently(&self, mut attempt: impl FnMut(&TcpStream) -> io::Result<usize>) -> io::Result<usize> {
        let since = Instant::now();
        loop {
            // Looked at before the attempt: what came before the end of the test still counts.
            let test_has_ended = self.stop.is_set();
            match attempt(&self.socket) {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if test_has_ended {
                        return Err(io::Error::other(Cut::TestEnded));
                    }
                    if since.elapsed() > PATIENCE {
                        return Err(io::Error::other(Cut::OutOfPatience));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.patiently(|mut socket| socket.read(buffer))
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.patiently(|mut socket| socket.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
