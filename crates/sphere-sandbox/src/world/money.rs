//! Bank accounts, wallets, quotes, transfers, virtual accounts and offloader wallets, in the order in which they were created.

use std::collections::{HashSet, VecDeque};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::quirk::Quirk;

/// A program that is left running must not fill the memory; the oldest go first.
const MOST_ITEMS: usize = 10_000;

/// What an id is of: its first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    BankAccount,
    Wallet,
    Quote,
    Transfer,
    VirtualAccount,
    OffloaderWallet,
}

impl ItemKind {
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::BankAccount => "bankAccount_",
            Self::Wallet | Self::OffloaderWallet => "wallet_",
            Self::Quote => "quote_",
            Self::Transfer => "payout_",
            Self::VirtualAccount => "virtualAccount_",
        }
    }
}

/// One of them, as the API shows it.
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    pub(crate) customer: String,
    pub(crate) view: Map<String, Value>,
    /// As it was before its last change.
    pub(crate) before: Map<String, Value>,
    /// Of a quote: when it expires, and whether a transfer has used it. Of a transfer: the amount that it sends, in cents.
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) is_used: bool,
    pub(crate) cents: u64,
}

impl Item {
    pub(crate) fn new(kind: ItemKind, customer: &str, view: Map<String, Value>) -> Self {
        let before = view.clone();
        Self { kind, customer: customer.to_owned(), view, before, expires_at: None, is_used: false, cents: 0 }
    }

    /// The text of a member, or nothing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.view.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Gives a transfer another status.
    pub(crate) fn set_status(&mut self, status: &str, now: Timestamp) {
        self.change("status", json!(status), now);
    }

    /// Gives a member another value.
    pub(crate) fn change(&mut self, name: &str, value: Value, now: Timestamp) {
        self.before = self.view.clone();
        self.view.insert(name.to_owned(), value);
        self.view.insert("updated".to_owned(), json!(written(now)));
    }
}

/// A time as the API writes it.
pub(crate) fn written(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[derive(Default)]
pub(crate) struct Money {
    items: VecDeque<Item>,
    pub(crate) quirks: HashSet<Quirk>,
}

impl Money {
    pub(crate) fn insert(&mut self, item: Item) {
        if self.items.len() >= MOST_ITEMS {
            self.items.pop_front();
        }
        self.items.push_back(item);
    }

    pub(crate) fn get_mut(&mut self, kind: ItemKind, id: &str) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.kind == kind && item.text("id") == id)
    }

    pub(crate) fn remove(&mut self, kind: ItemKind, id: &str) {
        self.items.retain(|item| item.kind != kind || item.text("id") != id);
    }

    /// Those of a kind, the newest first.
    pub(crate) fn newest_first(&self, kind: ItemKind) -> impl Iterator<Item = &Item> {
        self.items.iter().rev().filter(move |item| item.kind == kind)
    }

    pub(crate) fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }
}
