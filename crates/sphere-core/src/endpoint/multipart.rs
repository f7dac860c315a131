//! `multipart/form-data` (RFC 7578): a form with texts and files, as segments that are never joined.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use bytes::Bytes;
use http::HeaderValue;
use memchr::memmem;

use super::{InvalidRequest, PrivateTexts};
use crate::transport::RequestBody;

/// A form with texts and files. Names and file names may be any text; contents may be any bytes, and are not
/// copied.
///
/// Names and file names are escaped as browsers do it (the WHATWG's HTML standard, "multipart form data":
/// `"`, CR and LF become `%22`, `%0D` and `%0A`). A backslash becomes `%5C`, unlike in browsers: some parsers take it
/// for an escape, and lose a part whose file name ends in one. The boundary occurs nowhere in the form, and is the same
/// each time the same form is encoded.
///
/// `Debug` shows the number of parts only: a form may hold personal data.
///
/// # Example
///
/// ```
/// use sphere_core::endpoint::{ApiRequest, Multipart};
///
/// let form = Multipart::new().text("type", "passport").file("file", "passport.png", "image/png", "…");
/// let request = ApiRequest::to(["v2", "document"])?.multipart(form)?;
/// # Ok::<(), sphere_core::endpoint::InvalidRequest>(())
/// ```
#[derive(Clone, Default)]
pub struct Multipart {
    parts: Vec<Part>,
    private: PrivateTexts,
}

#[derive(Clone)]
struct Part {
    /// What stands between `form-data` and the end of the part's head, without the boundary.
    head: String,
    content: Bytes,
    /// Whether the content type is one that HTTP allows.
    is_valid: bool,
}

impl Multipart {
    /// A form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    pub fn text(mut self, name: &str, text: impl Into<String>) -> Self {
        let head = format!("; name=\"{}\"", Escaped(name));
        let text = text.into();
        self.private.add_member(name, &text);
        self.parts.push(Part { head, content: text.into(), is_valid: true });
        self
    }

    /// Adds a file, with its content type, such as `image/png`.
    pub fn file(
        mut self,
        name: &str,
        file_name: &str,
        content_type: &str,
        content: impl Into<Bytes>,
    ) -> Self {
        let head = format!(
            "; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {content_type}",
            Escaped(name),
            Escaped(file_name)
        );
        let is_valid =
            content_type.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !content_type.is_empty();
        self.private.add(file_name);
        self.parts.push(Part { head, content: content.into(), is_valid });
        self
    }

    /// The value of `Content-Type`, the body, and the texts that an error line must not show.
    pub(super) fn encode(self) -> Result<(HeaderValue, RequestBody, PrivateTexts), InvalidRequest> {
        if let Some(index) = self.parts.iter().position(|part| !part.is_valid) {
            let field = format!("part {} of the form", index + 1);
            return Err(InvalidRequest::new(field, "has a content type that is not visible ASCII"));
        }
        let boundary = self.boundary();
        let content_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
            .map_err(|_| InvalidRequest::new("boundary", "cannot be a header value"))?;
        let mut segments = Vec::with_capacity(2 * self.parts.len() + 1);
        let mut line_end = "";
        for part in self.parts {
            let head = part.head;
            segments.push(
                format!("{line_end}--{boundary}\r\nContent-Disposition: form-data{head}\r\n\r\n").into(),
            );
            segments.push(part.content);
            line_end = "\r\n";
        }
        segments.push(format!("{line_end}--{boundary}--\r\n").into());
        Ok((content_type, RequestBody::from_segments(segments), self.private))
    }

    /// The first of a series of boundaries that occurs in no part: found in one pass, whatever the parts hold.
    fn boundary(&self) -> String {
        let mut taken = BTreeSet::new();
        for part in &self.parts {
            collect_numbers(part.head.as_bytes(), &mut taken);
            collect_numbers(&part.content, &mut taken);
        }
        // One of the first `len + 1` numbers is not among `len` others.
        let free = (0..=taken.len() as u64).find(|number| !taken.contains(number)).unwrap_or_default();
        format!("{PREFIX}{free:0DIGITS$}")
    }
}

/// Boundaries are this and a number of [`DIGITS`] digits (RFC 2046, section 5.1.1: at most 70 characters).
const PREFIX: &str = "SphereFormBoundary";
const DIGITS: usize = 20;

/// Every number that follows the prefix in `bytes`.
fn collect_numbers(bytes: &[u8], numbers: &mut BTreeSet<u64>) {
    for found in memmem::find_iter(bytes, PREFIX) {
        let digits = bytes.get(found + PREFIX.len()..).and_then(|rest| rest.get(..DIGITS));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        numbers.extend(digits.and_then(|digits| digits.parse::<u64>().ok()));
    }
}

/// A name between quotes, as browsers write it.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("%22")?,
                '\r' => f.write_str("%0D")?,
                '\n' => f.write_str("%0A")?,
                '\\' => f.write_str("%5C")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Multipart").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(form: Multipart) -> (String, Vec<u8>) {
        let (content_type, body, _) = form.encode().unwrap();
        let all = body.reader().fold(Vec::new(), |mut all, chunk| {
            all.extend_from_slice(&chunk);
            all
        });
        assert_eq!(all.len() as u64, body.len());
        (content_type.to_str().unwrap().to_owned(), all)
    }

    #[test]
    fn a_form_is_written_as_rfc_7578_says() {
        let form = Multipart::new().text("type", "passport").file("file", "a\"b\r\n.png\\", "image/png", "…");
        let (content_type, body) = encoded(form);
        let boundary = "SphereFormBoundary00000000000000000000";
        assert_eq!(content_type, format!("multipart/form-data; boundary={boundary}"));
        let expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\npassport\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b%0D%0A.png%5C\"\r\n\
             Content-Type: image/png\r\n\r\n…\r\n--{boundary}--\r\n"
        );
        assert_eq!(String::from_utf8(body).unwrap(), expected);
    }

    #[test]
    fn files_are_not_copied() {
        let file = Bytes::from(vec![1; 1000]);
        let (_, body, _) = Multipart::new().file("f", "f", "a/b", file.clone()).encode().unwrap();
        assert_eq!(body.segments()[1].as_ptr(), file.as_ptr());
    }

    #[test]
    fn content_types_that_break_lines_are_refused() {
        for bad in ["", "a/b\r\nx: y", "é"] {
            let error = Multipart::new().text("a", "b").file("f", "f", bad, "").encode().unwrap_err();
            assert_eq!(error.field(), "part 2 of the form", "{bad:?}");
        }
    }

    #[test]
    fn a_form_without_parts_is_only_its_end() {
        assert_eq!(encoded(Multipart::new()).1, b"--SphereFormBoundary00000000000000000000--\r\n");
    }

    #[test]
    fn boundary_occurs_nowhere_in_the_form() {
        let boundary = |number: u64| format!("{PREFIX}{number:0DIGITS$}");
        let content = [boundary(4), PREFIX.to_owned(), boundary(3), "\u{0}".to_owned()].concat();
        let form =
            Multipart::new().text(&boundary(0), boundary(1)).file("f", &boundary(2), &boundary(6), content);
        assert_eq!(form.boundary(), boundary(5));
        let body = String::from_utf8(encoded(form).1).unwrap();
        assert_eq!(body.matches(&boundary(5)).count(), 3);
    }
}
