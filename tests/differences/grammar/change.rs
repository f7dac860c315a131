//! Blind changes of what a server writes.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A change of a few bytes, without regard to what they mean.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Truncate(Index),
    Remove(Index),
    Repeat(Index, u8),
    Insert(Index, u8),
    Replace(Index, u8),
}

pub(super) fn change() -> impl Strategy<Value = Change> {
    let byte = prop_oneof![3 => select(b" \t\r\n:;,0129aAfF\0".to_vec()), 1 => any::<u8>()];
    let at = any::<Index>;
    prop_oneof![
        2 => at().prop_map(Change::Truncate),
        1 => at().prop_map(Change::Remove),
        1 => (at(), 2..200_u8).prop_map(|(at, length)| Change::Repeat(at, length)),
        2 => (at(), byte.clone()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        2 => (at(), byte).prop_map(|(at, byte)| Change::Replace(at, byte)),
    ]
}

impl Change {
    pub(super) fn apply(self, bytes: &mut Vec<u8>) {
        let (Self::Truncate(at)
        | Self::Remove(at)
        | Self::Repeat(at, _)
        | Self::Insert(at, _)
        | Self::Replace(at, _)) = self;
        if bytes.is_empty() {
            return;
        }
        // Mostly near the head, where there is more to break than in a long body.
        let at = at.index(bytes.len().min(400));
        match self {
            Self::Truncate(_) => bytes.truncate(at),
            Self::Remove(_) => drop(bytes.remove(at)),
            Self::Repeat(_, length) => {
                let end = bytes.len().min(at + usize::from(length));
                let part = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, part));
            }
            Self::Insert(_, byte) => bytes.insert(at, byte),
            Self::Replace(_, byte) => bytes[at] = byte,
        }
    }
}
