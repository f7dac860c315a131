//! The headers of a response, as an error keeps them: in one piece of memory of just their size. A [`HeaderMap`] takes
//! several times as much, and its values may be slices of a connection's whole read buffer, which they keep alive.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

/// Each header as `name:value` and a line feed. No name has a colon in it, and no value a line feed.
#[derive(Clone)]
pub(crate) struct KeptHeaders(Box<[u8]>);

impl KeptHeaders {
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        let size = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2).sum();
        let mut kept = Vec::with_capacity(size);
        for (name, value) in headers {
            for part in [name.as_str().as_bytes(), b":", value.as_bytes(), b"\n"] {
                kept.extend_from_slice(part);
            }
        }
        Self(kept.into())
    }

    /// The first value of this header.
    pub(crate) fn get(&self, name: &HeaderName) -> Option<&[u8]> {
        self.iter().find(|(found, _)| *found == name.as_str().as_bytes()).map(|(_, value)| value)
    }

    pub(crate) fn to_map(&self) -> HeaderMap {
        let parse =
            |(name, value)| Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?));
        // As many as came out of a map fit into one.
        let mut map = HeaderMap::new();
        for (name, value) in self.iter().filter_map(parse) {
            map.append(name, value);
        }
        map
    }

    fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let lines = self.0.split(|byte| *byte == b'\n');
        lines.filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            Some((&line[..colon], &line[colon + 1..]))
        })
    }
}

/// Shows the names without their values.
impl fmt::Debug for KeptHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| String::from_utf8_lossy(name))).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_header_is_kept(
            headers in prop::collection::vec(("[a-z0-9!#$%&'*+.^_`|~-]{1,20}", "[\t -~\u{80}-\u{ff}]{0,20}"), 0..20),
        ) {
            let mut map = HeaderMap::new();
            for (name, value) in &headers {
                let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
                map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            let kept = KeptHeaders::new(&map);
            prop_assert_eq!(&kept.to_map(), &map);
            for (name, value) in &map {
                let first = map.get(name).map(HeaderValue::as_bytes);
                prop_assert_eq!(kept.get(name), first, "{:?}", value);
            }
        }
    }

    #[test]
    fn debug_shows_names_only() {
        let mut map = HeaderMap::new();
        map.insert("set-cookie", HeaderValue::from_static("secret"));
        assert_eq!(format!("{:?}", KeptHeaders::new(&map)), r#"["set-cookie"]"#);
    }
}
