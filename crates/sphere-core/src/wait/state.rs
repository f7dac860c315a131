//! What a wait must know of the one before: the errors that it has seen, and whether it read anything.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::verification::{CriterionError, ProfileName};

/// What a wait must know of the one before it: which entries of `errors` the last record had, and whether there was
/// one. It can be stored with serde, and holds no personal data: each entry is a number made of profile, criterion and
/// detail.
///
/// Two entries of the same words are the same entry. So an error that stays while the customer tries again does not end
/// a wait, and neither does the same error once more, unless it was gone in between.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitState {
    seen: BTreeSet<u64>,
    has_read: bool,
}

impl WaitState {
    /// After a record with these entries.
    pub(super) fn of(entries: impl IntoIterator<Item = u64>) -> Self {
        Self { seen: entries.into_iter().collect(), has_read: true }
    }

    /// Whether a read has succeeded.
    pub(super) fn has_read(&self) -> bool {
        self.has_read
    }

    pub(super) fn has_seen(&self, entry: u64) -> bool {
        self.seen.contains(&entry)
    }
}

/// A number for an entry, the same in every process and version: FNV-1a, 64 bits.
pub(super) fn fingerprint(profile: &ProfileName, error: &CriterionError) -> u64 {
    let parts = [profile.as_str(), error.name().as_str(), error.detail().unwrap_or_default()];
    // 0xff does not occur in UTF-8, so it ends a part.
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_moved_between_parts_are_another_entry() {
        let of = |profile: &str, name: &str, detail: &str| {
            fingerprint(&profile.into(), &CriterionError::new(name, Some(detail.to_owned())))
        };
        let all: BTreeSet<_> = [of("ab", "c", "d"), of("a", "bc", "d"), of("a", "b", "cd")].into();
        assert_eq!(all.len(), 3);
    }
}
