//! What was measured, without sentences, which have ports and times in them: results.json.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use sphere_conformance::{Aspect, Contract};

use crate::measure::{Found, Measured};
use crate::rows::Row;

/// Of each row, what came of each contract.
#[derive(Default)]
pub struct Results(BTreeMap<String, BTreeMap<String, Short>>);

/// What came of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Short {
    #[serde(rename = "kept")]
    Kept,
    /// Its behaviour is wrong.
    #[serde(rename = "broken on the wire")]
    Wire,
    /// Only an error's kind or delivery is wrong.
    #[serde(rename = "broken in classification")]
    Classification,
    #[serde(rename = "not applicable")]
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
            measured.0.iter().map(|(contract, found)| (contract.name().to_owned(), short(found))).collect();
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

    /// The file.
    pub fn to_json(&self) -> io::Result<String> {
        Ok(serde_json::to_string_pretty(&self.0)? + "\n")
    }

    /// What [`to_json`](Self::to_json) made.
    pub fn from_json(json: &str) -> io::Result<Self> {
        Ok(Self(serde_json::from_str(json)?))
    }
}
