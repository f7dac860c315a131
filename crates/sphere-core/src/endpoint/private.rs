//! The texts of a request that a server may quote in its error and that an error line must not show.

use std::fmt;

use bytes::Bytes;

/// Shorter texts are not hidden: they occur in any sentence.
const FEWEST_CHARACTERS: usize = 4;

/// Longer texts are hidden piece by piece, so that comparing one with a text costs no more than this.
const LONGEST_PIECE: usize = 64;

/// Members and parameters whose values are words of the contract, ids or amounts, which an error line should show.
const NOT_PRIVATE: [&str; 17] = [
    "type",
    "status",
    "target",
    "documentType",
    "side",
    "customerId",
    "targetId",
    "customer",
    "quoteId",
    "externalId",
    "amount",
    "currency",
    "sourceCurrency",
    "destinationCurrency",
    "network",
    "bankAccountId",
    "sort",
];

/// Members of the outermost object whose own members have names of the contract: the sides of a quote or transfer.
const SIDES: [&str; 2] = ["source", "destination"];

/// Texts to hide, whatever their case, each of at least four characters.
#[derive(Clone, Default)]
pub(crate) struct PrivateTexts {
    texts: Vec<String>,
    /// A JSON body, whose texts are looked for only when an error is made.
    json: Option<Bytes>,
}

impl PrivateTexts {
    /// Adds the value of a member or parameter of this name.
    pub(super) fn add_member(&mut self, name: &str, value: &str) {
        if !NOT_PRIVATE.contains(&name) {
            self.add(value);
        }
    }

    /// Adds a text.
    pub(super) fn add(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.char_indices().map(|(at, c)| at + c.len_utf8());
            let end = end.take_while(|end| *end <= LONGEST_PIECE).last().unwrap_or(rest.len());
            let (piece, after) = rest.split_at(end);
            if piece.chars().nth(FEWEST_CHARACTERS - 1).is_some() {
                self.texts.push(piece.to_owned());
            }
            rest = after;
        }
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.texts.append(&mut other.texts);
    }

    /// Sets the JSON body whose strings and numbers are private.
    pub(super) fn set_json(&mut self, json: Bytes) {
        self.json = Some(json);
    }

    /// Adds the strings and numbers of a JSON text. Its tokens are enough, so depth does no harm.
    ///
    /// Only the members of the outermost object and of its [`SIDES`] have names of the contract: `meta` has names of
    /// the caller's.
    fn add_json(&mut self, json: &str) {
        let (mut rest, mut name, mut depth, mut is_in_side) = (json, String::new(), 0_usize, false);
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '"' => string_length(rest),
                '-' | '0'..='9' => rest.find([',', '}', ']', ' ', '\n']).unwrap_or(rest.len()),
                other => other.len_utf8(),
            };
            let (token, after) = rest.split_at(length);
            rest = after;
            let text = match first {
                '{' | '[' => {
                    depth += 1;
                    is_in_side = if depth == 2 { SIDES.contains(&&*name) } else { is_in_side };
                    continue;
                }
                '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    continue;
                }
                '"' => serde_json::from_str(token).unwrap_or_default(),
                '-' | '0'..='9' => token.to_owned(),
                _ => continue,
            };
            if first == '"' && rest.trim_start().starts_with(':') {
                name = text;
            } else {
                let in_side = if name == "id" { "type" } else { &*name };
                let known = match depth {
                    1 => &*name,
                    2 if is_in_side => in_side,
                    _ => "",
                };
                self.add_member(known, &text);
            }
        }
    }

    /// The texts, longer ones first, so that a text is hidden whole even if it begins with another one.
    pub(crate) fn longest_first(&self) -> Vec<String> {
        let mut all = Self { texts: self.texts.clone(), json: None };
        // What serde_json wrote is UTF-8.
        all.add_json(
            self.json.as_deref().and_then(|json| std::str::from_utf8(json).ok()).unwrap_or_default(),
        );
        all.texts.sort_unstable_by_key(|text| std::cmp::Reverse(text.len()));
        all.texts.dedup();
        all.texts
    }
}

/// Shows how many were given one by one.
impl fmt::Debug for PrivateTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateTexts({})", self.texts.len())
    }
}

/// The length of the string at the beginning of a JSON text, its quotes included.
fn string_length(json: &str) -> usize {
    let mut is_escaped = false;
    let end = json.bytes().skip(1).position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(json.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_json(json: &str) -> Vec<String> {
        let mut texts = PrivateTexts::default();
        texts.add_json(json);
        texts.texts
    }

    #[test]
    fn strings_and_numbers_of_json_are_found() {
        let json = r#"{"type":"individual","email":"a\"b@\u0041","n":[12345,-1.25,7,true,{"x":"long"}],"short":"abc"}"#;
        assert_eq!(of_json(json), ["a\"b@A", "12345", "-1.25", "long"]);
        // Names below the outermost object are the caller's own.
        let json = r#"{"type":"shown","meta":{"type":"Jane Smith"},"status":"shown"}"#;
        assert_eq!(of_json(json), ["Jane Smith"]);
        // The sides of a transfer have names of the contract too.
        let json = r#"{"source":{"type":"wallet","id":"wallet_1"},"destination":{"achReference":"INV-1","currency":"usdc"},"externalId":"shown"}"#;
        assert_eq!(of_json(json), ["INV-1"]);
        for odd in ["", "\"", "\"abcd", "\"abcd\\", "{", "12345"] {
            assert!(of_json(odd).len() <= 1, "{odd}");
        }
    }

    #[test]
    fn depth_does_no_harm() {
        let deep = format!("{}\"canary\"{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(of_json(&deep), ["canary"]);
    }

    #[test]
    fn long_texts_are_cut_into_pieces() {
        let mut texts = PrivateTexts::default();
        let long = "é".repeat(100);
        texts.add(&long);
        assert_eq!(texts.texts.concat(), long);
        assert!(texts.texts.iter().all(|piece| piece.len() <= LONGEST_PIECE));
    }

    #[test]
    fn longer_texts_come_first() {
        let mut texts = PrivateTexts::default();
        for text in ["Jane", "Jane Smith", "Jane"] {
            texts.add(text);
        }
        assert_eq!(texts.longest_first(), ["Jane Smith", "Jane"]);
    }
}
