//! What was measured, without sentences, which have ports and times in them: results.json.

use std::collections::BTreeMap;
use std::io;

use serde_json::{Value, json};
use sphere_conformance::{Aspect, Contract, contracts};

use crate::measure::{Found, Measured};
use crate::rows::Row;

/// Of each row, what came of each contract.
#[derive(Default)]
pub struct Results(BTreeMap<String, BTreeMap<&'static str, Short>>);

/// What came of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    Kept,
    /// Its behaviour is wrong.
    Wire,
    /// Only an error's kind or delivery is wrong.
    Classification,
    NotApplicable,
}

impl Results {
    /// Adds a run, and returns whether it agrees with the one before.
    pub fn add(&mut self, row: &Row, measured: &Measured) -> bool {
        let short = |found: &Found| match found {
            Found::Kept => Short::Kept,
            Found::Broken { aspect: Aspect::Wire, .. } => Short::Wire,
            Found::Broken { .. } => Short::Classification,
            Found::NotApplicable { .. } => Short::NotApplicable,
        };
        let new: BTreeMap<_, _> =
            measured.0.iter().map(|(contract, found)| (contract.name(), short(found))).collect();
        let Some(old) = self.0.insert(row.name(), new.clone()) else { return true };
        for (name, short) in new.iter().filter(|(name, short)| old.get(*name) != Some(short)) {
            eprintln!("{}: {name}: now {short:?}, before {:?}", row.name(), old.get(name));
        }
        old == new
    }

    /// What came of a contract.
    pub fn of(&self, row: &Row, contract: &Contract) -> Short {
        let found = self.0.get(&row.name()).and_then(|found| found.get(contract.name()));
        found.copied().unwrap_or(Short::NotApplicable)
    }

    /// The file: row, group, contract.
    pub fn to_json(&self) -> io::Result<String> {
        let rows: serde_json::Map<String, Value> = self
            .0
            .iter()
            .map(|(row, found)| {
                let mut groups = serde_json::Map::new();
                for contract in contracts() {
                    let word = match found.get(contract.name()) {
                        Some(Short::Kept) => "kept",
                        Some(Short::Wire) => "broken on the wire",
                        Some(Short::Classification) => "broken in classification",
                        _ => "not applicable",
                    };
                    groups.entry(contract.group()).or_insert_with(|| json!({}))[contract.name()] =
                        json!(word);
                }
                (row.clone(), Value::Object(groups))
            })
            .collect();
        Ok(serde_json::to_string_pretty(&rows)? + "\n")
    }
}
