//! The body of a response while it arrives: its bytes are counted before they are kept.

use std::fmt;
use std::io::{self, Read};

use bytes::Bytes;

use super::TransportError;

/// The most that is reserved because a server announced it, in bytes: what it sends is what counts.
const RESERVED_BYTES: usize = 64 * 1024;

/// Collects the body of a response up to a limit, for a transport. Exactly as many bytes as the limit are accepted.
///
/// # Example
///
/// ```
/// use sphere_core::transport::{BodyCollector, TransportErrorKind};
///
/// let mut body = BodyCollector::new(8);
/// body.expect(8)?; // What the response's `content-length` says.
/// body.push(b"four")?;
/// body.push(b"more")?;
/// assert_eq!(body.push(b"!").unwrap_err().kind(), TransportErrorKind::TooLarge);
/// assert_eq!(body.finish(), "fourmore");
/// # Ok::<_, sphere_core::transport::TransportError>(())
/// ```
pub struct BodyCollector {
    bytes: Vec<u8>,
    limit: usize,
}

impl BodyCollector {
    /// A body of at most this many bytes, of which none has arrived:
    /// [`TransportRequest::max_response_bytes`](super::TransportRequest::max_response_bytes).
    pub fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit }
    }

    /// Makes room for this many bytes that are to come, as far as an announcement can be trusted.
    ///
    /// # Errors
    ///
    /// [`TransportError::too_large`] if they are too many, so that none of them has to be read.
    pub fn expect(&mut self, bytes: u64) -> Result<(), TransportError> {
        let count = usize::try_from(bytes).unwrap_or(usize::MAX);
        if count > self.limit - self.bytes.len() {
            return Err(TransportError::too_large(self.limit));
        }
        self.bytes.reserve(count.min(RESERVED_BYTES));
        Ok(())
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// [`TransportError::too_large`] if they are too many. Then none of them is kept.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        if bytes.len() > self.limit - self.bytes.len() {
            return Err(TransportError::too_large(self.limit));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Takes all bytes of a reader, up to its end.
    ///
    /// # Errors
    ///
    /// What `failed` makes of the reader's error, or [`TransportError::too_large`].
    ///
    /// ```
    /// use sphere_core::transport::{BodyCollector, TransportError, TransportErrorKind};
    ///
    /// let failed = |error| TransportError::new(TransportErrorKind::Interrupted, error);
    /// assert_eq!(BodyCollector::new(4).read_to_end(&b"four"[..], failed)?, "four");
    /// assert!(BodyCollector::new(3).read_to_end(&b"four"[..], failed).is_err());
    /// # Ok::<_, TransportError>(())
    /// ```
    pub fn read_to_end(
        mut self,
        reader: impl Read,
        failed: impl FnOnce(io::Error) -> TransportError,
    ) -> Result<Bytes, TransportError> {
        let left = (self.limit - self.bytes.len()) as u64;
        // One more, which shows that there are too many.
        reader.take(left.saturating_add(1)).read_to_end(&mut self.bytes).map_err(failed)?;
        if self.bytes.len() > self.limit {
            Err(TransportError::too_large(self.limit))
        } else {
            Ok(self.finish())
        }
    }

    /// The whole body, in memory of just its size: it may be kept in an error.
    pub fn finish(mut self) -> Bytes {
        self.bytes.shrink_to_fit();
        self.bytes.into()
    }
}

/// Shows how many bytes have arrived.
impl fmt::Debug for BodyCollector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyCollector({} of at most {} bytes)", self.bytes.len(), self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announced_bytes_are_not_reserved_beyond_a_bound() {
        let mut body = BodyCollector::new(usize::MAX);
        body.expect(u64::MAX >> 1).unwrap();
        assert!(body.bytes.capacity() <= 2 * RESERVED_BYTES);
        body.push(b"x").unwrap();
        body.expect(u64::MAX).unwrap_err();
    }

    #[test]
    fn every_way_accepts_exactly_the_limit() {
        let failed = |_| unreachable!("a slice can be read");
        for (limit, is_accepted) in [(2, false), (3, true), (4, true), (usize::MAX, true)] {
            assert_eq!(BodyCollector::new(limit).expect(3).is_ok(), is_accepted);
            assert_eq!(BodyCollector::new(limit).push(b"abc").is_ok(), is_accepted);
            assert_eq!(BodyCollector::new(limit).read_to_end(&b"abc"[..], failed).is_ok(), is_accepted);
        }
        assert_eq!(BodyCollector::new(0).read_to_end(&b""[..], failed).unwrap(), "");
    }
}
