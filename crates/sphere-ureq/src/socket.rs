//! A TCP socket that keeps to a deadline.
//!
//! The kernel's receive timeout is coarse: one of 30 seconds ends after up to 34 (`SO_RCVTIMEO` counts on the timer
//! wheel, whose steps are an eighth of the time). So a long wait is made of shorter ones, and the last ones are short.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Up to here the kernel is late by a few hundredths of a second at most.
const EXACT: Duration = Duration::from_millis(250);

/// How long a write of a large body waits before it looks for an early response.
const MOMENT: Duration = Duration::from_millis(64);

/// More than any call takes. Added to the present moment it overflows no clock, as `Duration::MAX` does.
pub(crate) const FOREVER: Duration = Duration::from_secs(366 * 24 * 60 * 60);

pub(crate) struct Socket {
    stream: TcpStream,
    deadline: Instant,
    /// What the kernel was told last. Telling it again costs a system call.
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

/// What waits to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// The connection is open, and no byte has come.
    Nothing,
    /// At least this many bytes.
    Bytes(usize),
    /// The server has closed the connection.
    End,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, deadline: Instant) -> Self {
        Self { stream, deadline, read_timeout: None, write_timeout: None }
    }

    /// Sets when reads and writes give up.
    pub(crate) fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    /// Writes what it can, or gives up after a moment ([`WouldBlock`](io::ErrorKind::WouldBlock)), so that the caller
    /// can look whether the server has responded meanwhile.
    pub(crate) fn write_for_a_moment(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let wait = Some(self.wait()?.min(MOMENT));
        if wait != self.write_timeout {
            self.stream.set_write_timeout(wait)?;
            self.write_timeout = wait;
        }
        self.stream
            .write(bytes)
            .map_err(|error| if is_over(&error) { io::ErrorKind::WouldBlock.into() } else { error })
    }

    /// What can be read without waiting.
    pub(crate) fn look(&self) -> Waiting {
        self.peek(&mut [0])
    }

    /// The same, with the first bytes of it, which stay to be read.
    pub(crate) fn peek(&self, buffer: &mut [u8]) -> Waiting {
        let mut peek = || {
            self.stream.set_nonblocking(true)?;
            let peeked = self.stream.peek(buffer);
            self.stream.set_nonblocking(false)?;
            peeked
        };
        match peek() {
            Ok(count @ 1..) => Waiting::Bytes(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Waiting::Nothing,
            Ok(0) | Err(_) => Waiting::End,
        }
    }

    /// How long to wait at most before the time is looked at again.
    fn wait(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(part_of(left)) }
    }
}

/// A part of the time that is left: all of it if it is short, otherwise the longest power of two, in milliseconds, that
/// is still early with the kernel's delay. So it is the same for most calls.
fn part_of(left: Duration) -> Duration {
    if left <= EXACT {
        // Zero would be no timeout at all.
        return Duration::from_millis(1).max(left);
    }
    let three_quarters = u64::try_from(left.as_millis()).unwrap_or(u64::MAX) / 4 * 3;
    Duration::from_millis(1 << three_quarters.ilog2().min(40))
}

/// Whether a wait is over, but not yet the time.
fn is_over(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let wait = Some(self.wait()?);
            if wait != self.read_timeout {
                self.stream.set_read_timeout(wait)?;
                self.read_timeout = wait;
            }
            match self.stream.read(buffer) {
                Err(error) if is_over(&error) => {}
                outcome => return outcome,
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.write_for_a_moment(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                outcome => return outcome,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("address", &self.stream.peer_addr().ok()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kernel is late by an eighth of the wait at most, and by 50 milliseconds at the very end.
    #[test]
    fn waits_never_pass_the_deadline_by_50_milliseconds() {
        for milliseconds in [1, 2, 3, 249, 250, 251, 252, 1000, 5000, 29_999, 30_000, 31_000, 86_400_000] {
            let limit = Duration::from_millis(milliseconds);
            let (mut waited, mut waits) = (Duration::ZERO, 0);
            while waited < limit {
                let wait = part_of(limit.saturating_sub(waited));
                assert!(wait >= Duration::from_millis(1));
                waited += wait + wait / 8;
                waits += 1;
            }
            assert!(waited <= limit + Duration::from_millis(50), "{limit:?} lasted {waited:?}");
            assert!(waits <= 60, "{limit:?} took {waits} waits");
        }
    }

    #[test]
    fn usual_limits_share_one_timeout() {
        for seconds in 22..=43 {
            assert_eq!(part_of(Duration::from_secs(seconds)), Duration::from_millis(16_384));
        }
        assert_eq!(part_of(Duration::MAX), Duration::from_millis(1 << 40));
    }
}
