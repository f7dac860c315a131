//! The part of Redis' protocol that a store needs: RESP, version 2. A command is an array of strings; a reply is a
//! string, a number, or an error.

use std::fmt;

use zeroize::Zeroizing;

use crate::failure::Failure;

/// The largest string that is read. A link is far smaller.
pub(crate) const MAX_STRING_BYTES: usize = 1024 * 1024;
/// The longest line that is read.
const MAX_LINE_BYTES: usize = 4096;

/// A command, as it is sent.
pub(crate) struct Command(Zeroizing<Vec<u8>>);

impl Command {
    pub(crate) fn new<'p>(parts: impl IntoIterator<Item = &'p [u8], IntoIter: ExactSizeIterator>) -> Self {
        let parts = parts.into_iter();
        let mut bytes = format!("*{}\r\n", parts.len()).into_bytes();
        for part in parts {
            bytes.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
            bytes.extend_from_slice(part);
            bytes.extend_from_slice(b"\r\n");
        }
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Shows nothing: it may hold a password.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Command(..)")
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Nothing,
    Number(i64),
    Text(Vec<u8>),
}

impl Reply {
    /// The reply so far: `None` while it is incomplete. Nothing may follow it, since one command is in flight.
    pub(crate) fn parse(received: &[u8]) -> Result<Option<Self>, Failure> {
        let Some((&kind, rest)) = received.split_first() else { return Ok(None) };
        let Some(end) = rest.iter().take(MAX_LINE_BYTES).position(|byte| *byte == b'\n') else {
            return if rest.len() < MAX_LINE_BYTES { Ok(None) } else { Err(Failure::Malformed) };
        };
        let line = rest[..end].strip_suffix(b"\r").ok_or(Failure::Malformed)?;
        let rest = &rest[end + 1..];
        let reply = match kind {
            b'+' => Self::Text(line.to_vec()),
            b'-' => return Err(Failure::refused(line)),
            b':' => Self::Number(number(line)?),
            b'$' => return string(number(line)?, rest),
            _ => return Err(Failure::Malformed),
        };
        if rest.is_empty() { Ok(Some(reply)) } else { Err(Failure::Malformed) }
    }

    pub(crate) fn into_text(self) -> Result<Option<Vec<u8>>, Failure> {
        match self {
            Self::Nothing => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            Self::Number(_) => Err(Failure::Malformed),
        }
    }

    /// Whether a script did what it was asked for.
    pub(crate) fn into_flag(self) -> Result<bool, Failure> {
        match self {
            Self::Number(0) => Ok(false),
            Self::Number(1) => Ok(true),
            _ => Err(Failure::Malformed),
        }
    }
}

fn string(length: i64, rest: &[u8]) -> Result<Option<Reply>, Failure> {
    if length == -1 && rest.is_empty() {
        return Ok(Some(Reply::Nothing));
    }
    let length = usize::try_from(length).map_err(|_| Failure::Malformed)?;
    // Before any of it is read.
    if length > MAX_STRING_BYTES {
        return Err(Failure::TooLarge);
    }
    match rest.split_at_checked(length) {
        Some((text, b"\r\n")) => Ok(Some(Reply::Text(text.to_vec()))),
        None | Some((_, b"" | b"\r")) => Ok(None),
        Some(_) => Err(Failure::Malformed),
    }
}

fn number(line: &[u8]) -> Result<i64, Failure> {
    std::str::from_utf8(line).ok().and_then(|line| line.parse().ok()).ok_or(Failure::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reply_is_complete_at_its_last_byte() {
        for (bytes, reply) in [
            ("+OK\r\n", Reply::Text(b"OK".to_vec())),
            (":-7\r\n", Reply::Number(-7)),
            ("$-1\r\n", Reply::Nothing),
            ("$0\r\n\r\n", Reply::Text(Vec::new())),
            ("$4\r\na\r\nb\r\n", Reply::Text(b"a\r\nb".to_vec())),
        ] {
            for end in 0..bytes.len() {
                assert!(matches!(Reply::parse(&bytes.as_bytes()[..end]), Ok(None)), "{bytes:?} {end}");
            }
            assert_eq!(Reply::parse(bytes.as_bytes()).unwrap(), Some(reply));
            assert!(Reply::parse(format!("{bytes}+").as_bytes()).is_err(), "{bytes:?}, and more");
        }
    }

    #[test]
    fn other_bytes_are_refused_at_once() {
        for bytes in
            ["HTTP/1.1 400\r\n", "+OK\n", ":\r\n", ":x\r\n", "$-2\r\n", "$2\r\nabc", "*1\r\n", "$1\r\nab"]
        {
            assert!(matches!(Reply::parse(bytes.as_bytes()), Err(Failure::Malformed)), "{bytes:?}");
        }
        let line = vec![b'+'; MAX_LINE_BYTES + 1];
        assert!(matches!(Reply::parse(&line), Err(Failure::Malformed)));
        assert!(matches!(Reply::parse(&line[1..]), Ok(None)));
    }

    #[test]
    fn too_large_a_string_is_refused_when_announced() {
        assert!(matches!(Reply::parse(b"$536870912\r\n"), Err(Failure::TooLarge)));
        assert!(matches!(Reply::parse(b"$1048577\r\n"), Err(Failure::TooLarge)));
        assert!(matches!(Reply::parse(b"$1048576\r\n"), Ok(None)));
    }
}
