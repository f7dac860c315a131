//! The head of a response: parsed whole or not at all.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use sphere_core::transport::{TransportError, TransportErrorKind as Kind};

/// Where a response's body ends.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Framing {
    Length(u64),
    Chunked,
    ToEnd,
}

pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) is_kept_open: bool,
}

impl Head {
    /// Parses all or nothing.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut lines = bytes.strip_suffix(b"\r\n\r\n")?.split(|&byte| byte == b'\n');
        let line = lines.next()?;
        let (version, rest) = line.strip_suffix(b"\r").unwrap_or(line).split_at_checked(9)?;
        let is_1_1 = version == b"HTTP/1.1 ";
        let (digits, reason) = rest.split_at_checked(3)?;
        if !(is_1_1 || version == b"HTTP/1.0 ") || !matches!(reason.first(), None | Some(b' ')) {
            return None;
        }
        let status = StatusCode::from_bytes(digits).ok()?;
        let mut headers = HeaderMap::new();
        for line in lines {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let colon = line.iter().position(|&byte| byte == b':')?;
            let name = HeaderName::from_bytes(&line[..colon]).ok()?;
            headers.append(name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?);
        }
        let closes = headers.get_all(header::CONNECTION).iter().any(|value| value == "close");
        Some(Self { status, headers, is_kept_open: is_1_1 && !closes })
    }

    pub(crate) fn framing(&self, method: &Method) -> Result<Framing, TransportError> {
        let bad = |what: &'static str| {
            TransportError::new(Kind::Protocol, what).with_head(self.status, &self.headers)
        };
        if method == Method::HEAD || [204, 304].contains(&self.status.as_u16()) {
            return Ok(Framing::Length(0));
        }
        if let Some(coding) = self.headers.get(header::TRANSFER_ENCODING) {
            return if coding == "chunked" {
                Ok(Framing::Chunked)
            } else {
                Err(bad("an unknown transfer coding"))
            };
        }
        let mut lengths = self.headers.get_all(header::CONTENT_LENGTH).iter();
        let Some(length) = lengths.next() else { return Ok(Framing::ToEnd) };
        let digits = length.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let parsed =
            digits.and_then(|text| text.parse().ok()).filter(|_| lengths.all(|other| other == length));
        parsed.map(Framing::Length).ok_or_else(|| bad("a bad content-length"))
    }
}
