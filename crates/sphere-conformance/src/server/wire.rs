//! A socket on which every wait ends: with bytes, with the test, or with a time limit.

use std::io::{self, IoSlice, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long one step of a script may take. A safety net: no step takes that long in a test that passes.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(20);

/// How often a wait checks whether the test has ended.
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

    /// Waits for the end of the test, at most this long.
    pub(super) fn wait(&self, most: Duration) {
        let is_set = self.is_set.lock().unwrap_or_else(PoisonError::into_inner);
        if !*is_set {
            drop(self.changed.wait_timeout(is_set, most));
        }
    }
}

/// Why a wait ended without a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The test ended.
    TestEnded,
    /// It took longer than [`MAX_WAIT`].
    TooLate,
}

impl Stopped {
    /// The reason inside an I/O error of a [`Wire`].
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TestEnded => "the test ended before it was done",
            Self::TooLate => "it was not done within 20 s",
        })
    }
}

impl std::error::Error for Stopped {}

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

    fn bounded(&self, mut attempt: impl FnMut(&TcpStream) -> io::Result<usize>) -> io::Result<usize> {
        let since = Instant::now();
        loop {
            // Checked before the attempt, so that bytes from before the end of the test count.
            let test_has_ended = self.stop.is_set();
            match attempt(&self.socket) {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if test_has_ended {
                        return Err(io::Error::other(Stopped::TestEnded));
                    }
                    if since.elapsed() > MAX_WAIT {
                        return Err(io::Error::other(Stopped::TooLate));
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
        self.bounded(|mut socket| socket.read(buffer))
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bounded(|mut socket| socket.write(bytes))
    }

    /// TLS records that are ready at the same time leave in one packet.
    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.bounded(|mut socket| socket.write_vectored(pieces))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
