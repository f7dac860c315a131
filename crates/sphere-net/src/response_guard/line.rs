//! The lines of a response: what each may look like, also before its end has come.

use memchr::memchr;

/// The shortest status line.
const STATUS_LINE: &[u8] = b"HTTP/1.1 100";

/// A line whose end has not come yet. It is checked piece by piece, since the rest of a malformed one may never come.
/// No byte is looked at twice, but for the first few.
#[derive(Debug, Default)]
pub(super) struct Partial {
    bytes: Vec<u8>,
    /// Whether the name of a field has ended.
    has_name: bool,
}

impl Partial {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn push(&mut self, piece: &[u8]) {
        self.has_name |= piece.contains(&b':');
        self.bytes.extend_from_slice(piece);
    }

    /// The whole line, of which this is the last piece.
    pub(super) fn end(&mut self, last: &[u8]) -> Vec<u8> {
        let mut line = std::mem::take(self).bytes;
        line.extend_from_slice(last);
        line
    }

    /// Whether a status line, or an empty line before it, can begin like this.
    pub(super) fn can_be_status_line(&self, piece: &[u8]) -> bool {
        match split_return(piece) {
            _ if self.bytes.ends_with(b"\r") => false,
            (bare, _) if self.bytes.len() > STATUS_LINE.len() => is_text(bare),
            ([], true) if self.is_empty() => true,
            (bare, is_return) => {
                let start = [&self.bytes, bare].concat();
                // The rest of a good one makes it good.
                let rest = if is_return { &[] } else { STATUS_LINE.get(start.len()..).unwrap_or_default() };
                status_line(&[&start, rest].concat()).is_some()
            }
        }
    }

    /// Whether a [`field`], or the empty line after the last one, can begin like this.
    pub(super) fn can_be_field(&self, piece: &[u8]) -> bool {
        let (bare, is_return) = split_return(piece);
        match memchr(b':', bare) {
            _ if self.bytes.ends_with(b"\r") => false,
            _ if self.has_name => is_text(bare),
            Some(0) if self.is_empty() => false,
            Some(colon) => is_name(&bare[..colon]) && is_text(&bare[colon + 1..]),
            None if is_return => self.is_empty() && bare.is_empty(),
            None => is_name(bare),
        }
    }

    /// Whether the line of a chunk's size can begin like this.
    pub(super) fn can_be_chunk_line(&self, piece: &[u8]) -> bool {
        let (bare, _) = split_return(piece);
        chunk_size(&[&self.bytes, bare].concat()).is_some()
    }
}

/// The piece without a `\r` at its end, and whether there was one.
fn split_return(piece: &[u8]) -> (&[u8], bool) {
    match piece {
        [bare @ .., b'\r'] => (bare, true),
        _ => (piece, false),
    }
}

/// The status, and whether the version is HTTP/1.0.
pub(super) fn status_line(line: &[u8]) -> Option<(u16, bool)> {
    let (&[minor @ (b'0' | b'1'), b' ', a, b, c], reason) =
        line.strip_prefix(b"HTTP/1.")?.split_first_chunk::<5>()?
    else {
        return None;
    };
    let is_good = matches!(reason, [] | [b' ', ..]) && is_text(reason);
    let status = number(&[a, b, c], 10, 999).filter(|&status| is_good && status >= 100)?;
    Some((u16::try_from(status).ok()?, minor == b'0'))
}

/// The name and the value of a header or trailer (RFC 9112, section 5).
pub(super) fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr(b':', line)?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    let is_good = !name.is_empty() && is_name(name) && is_text(value);
    is_good.then(|| (name, value.trim_ascii()))
}

/// The size in a chunk's line; extensions after it are ignored (RFC 9112, section 7.1.1).
pub(super) fn chunk_size(line: &[u8]) -> Option<u64> {
    let size = line.split(|&byte| byte == b';').next().unwrap_or_default();
    if line.contains(&b'\r') { None } else { number(size.trim_ascii_end(), 16, u64::MAX) }
}

/// A number written in digits and nothing else.
pub(super) fn number(digits: &[u8], radix: u32, most: u64) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    let number = digits.iter().try_fold(0_u64, |number, &byte| {
        let digit = char::from(byte).to_digit(radix)?;
        number.checked_mul(radix.into())?.checked_add(digit.into())
    });
    number.filter(|&number| number <= most)
}

/// Whether these bytes can be in a header's name: a token (RFC 9110, section 5.6.2).
fn is_name(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// Whether these bytes can be in a header's value or after a status (RFC 9110, section 5.5).
fn is_text(bytes: &[u8]) -> bool {
    // Without an early end, so that the compiler takes many bytes at once.
    bytes.iter().filter(|&&byte| (byte < b' ' && byte != b'\t') || byte == 0x7f).count() == 0
}
