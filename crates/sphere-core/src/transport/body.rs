//! The body of a request: pieces of bytes that are never joined, and a length that is known.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf as _, Bytes};

/// The most that [`BodyReader`] gives at once, in bytes: a large body takes few writes.
const CHUNK_BYTES: usize = 256 * 1024;

/// The same while somebody looks at the progress.
const OBSERVED_CHUNK_BYTES: usize = 64 * 1024;

/// Called with the bytes handed over so far and the bytes in all.
type Observer = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// The body of a request: segments of bytes in order, such as a form's head, a file and the form's end, and
/// their total length. Cloning it for another attempt copies no bytes.
///
/// A transport reads it with [`RequestBody::reader`], in chunks or as [`std::io::Read`]. `Debug` shows the
/// length only: a body may hold personal data.
///
/// # Example
///
/// ```
/// use sphere_core::transport::RequestBody;
///
/// let body = RequestBody::from_segments(["head, ".into(), "file, ".into(), "tail".into()]);
/// assert_eq!(body.len(), 16);
/// let chunks: Vec<_> = body.reader().collect();
/// assert_eq!(chunks, ["head, ", "file, ", "tail"]);
/// ```
#[derive(Clone, Default)]
// One pointer: a request moves often on its way to the connection, and its body with it.
pub struct RequestBody(Option<Arc<Content>>);

#[derive(Clone)]
struct Content {
    /// None of them is empty.
    segments: Vec<Bytes>,
    length: u64,
    observer: Option<Observer>,
}

impl RequestBody {
    /// No body: zero bytes.
    pub fn empty() -> Self {
        Self::default()
    }

    /// A body of these segments, in this order.
    pub fn from_segments(segments: impl IntoIterator<Item = Bytes>) -> Self {
        let segments: Vec<_> = segments.into_iter().filter(|segment| !segment.is_empty()).collect();
        let length = segments.iter().map(|segment| segment.len() as u64).sum();
        Self(Some(Arc::new(Content { segments, length, observer: None })))
    }

    /// The length, in bytes.
    pub fn len(&self) -> u64 {
        self.0.as_ref().map_or(0, |content| content.length)
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The segments, for a transport that can send several buffers at once. Reading them here is not seen as
    /// progress.
    pub fn segments(&self) -> &[Bytes] {
        self.0.as_ref().map_or(&[], |content| &content.segments)
    }

    /// Reads the body from its beginning. Each chunk that is taken counts as handed to the connection, so a
    /// transport takes the next one only when the connection has room for it.
    pub fn reader(&self) -> BodyReader {
        BodyReader { body: self.clone(), segment: 0, offset: 0, handed_over: 0 }
    }

    /// Calls `observer` with the bytes handed over so far and the bytes in all, each time a chunk is taken.
    pub(crate) fn observed_by(mut self, observer: Observer) -> Self {
        if let Some(content) = &mut self.0 {
            Arc::make_mut(content).observer = Some(observer);
        }
        self
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self::from_segments([bytes])
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestBody({} bytes)", self.len())
    }
}

/// Reads a [`RequestBody`] from beginning to end: as an iterator of chunks of at most 256 KiB (64 KiB if
/// its progress is observed), or as [`std::io::Read`]. No byte is copied by the iterator.
///
/// # Example
///
/// ```
/// use std::io::Read;
/// use sphere_core::transport::RequestBody;
///
/// let mut text = String::new();
/// RequestBody::from_segments(["a".into(), "b".into()]).reader().read_to_string(&mut text)?;
/// assert_eq!(text, "ab");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct BodyReader {
    body: RequestBody,
    /// The index of the segment that is being read.
    segment: usize,
    /// How many bytes of that segment have been taken.
    offset: usize,
    handed_over: u64,
}

impl BodyReader {
    /// How many bytes have not been taken yet.
    pub fn remaining(&self) -> u64 {
        self.body.len() - self.handed_over
    }

    fn take(&mut self, at_most: usize) -> Option<Bytes> {
        if at_most == 0 {
            return None;
        }
        let content = self.body.0.as_ref()?;
        let segment = content.segments.get(self.segment)?;
        let end = segment.len().min(self.offset.saturating_add(at_most));
        let chunk = segment.slice(self.offset..end);
        (self.segment, self.offset) =
            if end < segment.len() { (self.segment, end) } else { (self.segment + 1, 0) };
        self.handed_over += chunk.len() as u64;
        if let Some(observer) = &content.observer {
            observer(self.handed_over, content.length);
        }
        Some(chunk)
    }
}

impl Iterator for BodyReader {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let is_observed = self.body.0.as_ref().is_some_and(|content| content.observer.is_some());
        self.take(if is_observed { OBSERVED_CHUNK_BYTES } else { CHUNK_BYTES })
    }
}

impl Read for BodyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(mut chunk) = self.take(buffer.len()) else { return Ok(0) };
        let length = chunk.len();
        chunk.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

impl fmt::Debug for BodyReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyReader({} of {} bytes)", self.handed_over, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn segments_are_read_in_order_and_never_copied() {
        let file = Bytes::from(vec![7; 3 * CHUNK_BYTES + 1]);
        let body = RequestBody::from_segments([Bytes::from("head"), Bytes::new(), file.clone()]);
        assert_eq!(body.len(), 4 + file.len() as u64);
        let chunks: Vec<_> = body.reader().collect();
        assert_eq!(chunks.iter().map(Bytes::len).collect::<Vec<_>>(), [4, 262_144, 262_144, 262_144, 1]);
        assert_eq!(chunks[1].as_ptr(), file.as_ptr());
    }

    #[test]
    fn reading_gives_the_same_bytes_for_any_buffer() {
        let body = RequestBody::from_segments(["abc".into(), "de".into(), "f".into()]);
        for size in 1..8 {
            let (mut reader, mut all, mut buffer) = (body.reader(), Vec::new(), vec![0; size]);
            loop {
                let read = reader.read(&mut buffer).unwrap();
                if read == 0 {
                    break;
                }
                all.extend_from_slice(&buffer[..read]);
            }
            assert_eq!((all.as_slice(), reader.remaining()), (&b"abcdef"[..], 0));
        }
    }

    #[test]
    fn progress_counts_what_was_taken() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let body = RequestBody::from_segments(["abc".into(), "de".into()])
            .observed_by(Arc::new(move |sent, total| log.lock().unwrap().push((sent, total))));
        assert_eq!(body.clone().reader().count(), 2);
        assert_eq!(body.reader().next().unwrap(), "abc");
        assert_eq!(*seen.lock().unwrap(), [(3, 5), (5, 5), (3, 5)]);
    }

    #[test]
    fn an_empty_body_has_no_chunks() {
        assert!(RequestBody::empty().is_empty());
        assert_eq!(RequestBody::from(Bytes::new()).reader().next(), None);
        assert_eq!(RequestBody::from(Bytes::from("a")).reader().read(&mut []).unwrap(), 0);
    }
}
