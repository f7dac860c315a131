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

/// What came of a contract, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Short {
    #[serde(rename = "not applicable")]
    NotApplicable,
    #[serde(rename = "kept")]
    Kept,
    /// Only an error's kind or delivery is wrong.
    #[serde(rename = "broken in classification")]
    Classification,
    /// Its behaviour is wrong.
    #[serde(rename = "broken on the wire")]
    Wire,
}

impl Results {
    /// Adds a run, and returns whether it agrees with those before. What is broken once is broken: a contract is kept
    /// if it is kept in each run.
    pub fn add(&mut self, row: &Row, measured: &Measured) -> bool {
        let short = |found: &Found| match found {
            Found::Kept => Short::Kept,
            Found::Broken { aspect: Aspect::Wire, .. } => Short::Wire,
            Found::Broken { .. } => Short::Classification,
            Found::NotApplicable { .. } => Short::NotApplicable,
        };
        let new: BTreeMap<_, _> =
            measured.0.iter().map(|(contract, found)| (contract.name().to_owned(), short(found))).collect();
        let Some(old) = self.0.get_mut(&row.name()) else {
            self.0.insert(row.name(), new);
            return true;
        };
        let agrees = *old == new;
        for (name, now) in new {
            let before = old.entry(name.clone()).or_insert(now);
            if *before != now {
                eprintln!("{}: {name}: now {now:?}, before {before:?}", row.name());
                *before = now.max(*before);
            }
        }
        agrees
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

#[cfg(test)]
mod tests {
    use sphere_conformance::contracts;

    use super::*;

    #[test]
    fn broken_once_is_broken() {
        let (row, contract) = (&crate::rows::all()[0], contracts()[0]);
        let broken = Found::Broken { aspect: Aspect::Wire, failure: String::new() };
        let run = |found: &Found| Measured(vec![(contract, found.clone())]);
        let mut results = Results::default();
        let agreed: Vec<_> =
            [&Found::Kept, &broken, &Found::Kept].map(|found| results.add(row, &run(found))).into();
        assert_eq!(agreed, [true, false, false]);
        assert_eq!(results.of(row, &contract), Short::Wire);
        let saved = Results::from_json(&results.to_json().unwrap()).unwrap();
        assert_eq!(saved.of(row, &contract), Short::Wire);
    }
}
