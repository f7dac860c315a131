//! Reading files that may never end: a named pipe that nobody writes to, a device without an end.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Does blocking work on a thread of its own, and gives up after `limit`. A thread that is given up ends with the
/// process.
pub(crate) fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new().spawn(move || sender.send(work()))?;
    receiver.recv_timeout(limit).map_err(|_| {
        let seconds = limit.as_secs_f64();
        io::Error::new(io::ErrorKind::TimedOut, format!("cannot be read within {seconds} s"))
    })
}

/// Reads a file of at most `most` bytes within `limit`.
pub(crate) fn read(path: PathBuf, most: u64, limit: Duration) -> io::Result<Vec<u8>> {
    within(limit, move || {
        let mut bytes = Vec::new();
        File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::other(format!("has more than {most} bytes")));
        }
        Ok(bytes)
    })?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_may_have_exactly_the_most_bytes() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_PATH"));
        let length = std::fs::metadata(&path).unwrap().len();
        let limit = Duration::from_secs(60);
        assert_eq!(read(path.clone(), length, limit).unwrap().len() as u64, length);
        let error = read(path, length - 1, limit).unwrap_err();
        assert_eq!(error.to_string(), format!("has more than {} bytes", length - 1));
    }

    #[test]
    fn endless_work_is_given_up() {
        let error = within(Duration::ZERO, || {
            loop {
                thread::park();
            }
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "cannot be read within 0 s");
    }
}
