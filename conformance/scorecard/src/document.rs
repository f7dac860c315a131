//! docs/http-clients.md: the table, and a section about each client. What people wrote is in `text/`: an introduction,
//! a file about each client, and what a broken contract means.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use sphere_conformance::{Aspect, Contract, Level, contracts};

use crate::folder;
use crate::results::{Results, Short};
use crate::rows::{Client, Language, Row};

/// Groups that only the SDK's own transports are asked about, or no subject in another process. The table leaves them
/// out.
const NOT_SHOWN: [&str; 4] = ["limits", "clock", "futures", "descriptors"];

/// The whole page.
pub fn page(rows: &[Row], results: &Results) -> io::Result<String> {
    let meanings = meanings(&read("text/meanings.md")?);
    let mut page = read("text/introduction.md")?.replace("{table}\n", &table(rows, results)?);
    for pair in rows.chunk_by(|one, other| one.client.name == other.client.name) {
        page += &section(pair[0].client, pair, results, &meanings)?;
    }
    Ok(page)
}

/// How many contracts have which result.
#[derive(Default)]
struct Tally {
    kept: usize,
    broken: usize,
    not_applicable: usize,
}

impl Tally {
    fn of(row: &Row, results: &Results, is_counted: impl Fn(&Contract, Aspect) -> bool) -> Self {
        let mut tally = Self::default();
        for contract in contracts().iter().filter(|contract| !NOT_SHOWN.contains(&contract.group())) {
            let short = results.of(row, contract);
            let aspect = match short {
                Short::Wire => Aspect::Wire,
                Short::Classification => Aspect::Classification,
                Short::Kept | Short::NotApplicable => contract.aspect(),
            };
            if is_counted(contract, aspect) {
                *match short {
                    Short::Kept => &mut tally.kept,
                    Short::Wire | Short::Classification => &mut tally.broken,
                    Short::NotApplicable => &mut tally.not_applicable,
                } += 1;
            }
        }
        tally
    }

    fn cell(&self) -> String {
        match (self.kept, self.broken, self.not_applicable) {
            (0, 0, _) => "–".to_owned(),
            (kept, 0, 0) => kept.to_string(),
            (kept, 0, not_applicable) => format!("{kept}&nbsp;/&nbsp;0&nbsp;/&nbsp;{not_applicable}"),
            (kept, broken, not_applicable) => {
                format!("{kept}&nbsp;/&nbsp;**{broken}**&nbsp;/&nbsp;{not_applicable}")
            }
        }
    }
}

/// The groups that have a contract about the wire, or one that somebody breaks there, in their order.
fn groups(rows: &[Row], results: &Results) -> Vec<&'static str> {
    let is_broken = |contract: &Contract| rows.iter().any(|row| results.of(row, contract) == Short::Wire);
    let is_wire = |contract: &Contract| contract.aspect() == Aspect::Wire || is_broken(contract);
    let mut groups: Vec<_> = contracts()
        .iter()
        .filter(|contract| is_wire(contract) && !NOT_SHOWN.contains(&contract.group()))
        .map(Contract::group)
        .collect();
    groups.dedup();
    groups
}

fn table(rows: &[Row], results: &Results) -> io::Result<String> {
    let groups = groups(rows, results);
    let mut table =
        format!("| client | settings | *must* broken | {} | *classification* |\n", groups.join(" | "));
    let _ = writeln!(table, "|{}", " --- |".repeat(groups.len() + 4));
    for row in rows {
        let (name, version) = (row.client.name, row.client.version()?);
        let must = Tally::of(row, results, |contract, aspect| {
            contract.level() == Level::Must && aspect == Aspect::Wire
        });
        let _ = write!(table, "| [{name}](#{name}) {version} | {} | {} |", row.settings(), must.broken);
        for group in &groups {
            let wire = Tally::of(row, results, |one, aspect| one.group() == *group && aspect == Aspect::Wire);
            let _ = write!(table, " {} |", wire.cell());
        }
        let classification = Tally::of(row, results, |_, aspect| aspect == Aspect::Classification);
        let _ = writeln!(table, " {} |", classification.cell());
    }
    Ok(table)
}

type Meanings = BTreeMap<String, String>;

/// The meanings: lines such as "- `contract`: what it means".
fn meanings(text: &str) -> Meanings {
    let lines = text.lines().filter_map(|line| line.strip_prefix("- `")?.split_once("`: "));
    lines.map(|(name, meaning)| (name.to_owned(), meaning.to_owned())).collect()
}

fn section(client: &Client, rows: &[Row], results: &Results, meanings: &Meanings) -> io::Result<String> {
    let mut text = format!("\n## {}\n\nVersion {}. ", client.name, client.version()?);
    text += &read(&format!("text/{}.md", client.name))?;
    for level in [Level::Must, Level::Should] {
        text += &broken(rows, results, meanings, level)?;
    }
    if client.language == Language::Sdk {
        return Ok(text);
    }
    text += &not_applicable(client);
    let language = match client.language {
        Language::Rust | Language::Sdk => "rust",
        Language::Python => "python",
        Language::JavaScript => "js",
    };
    let adapter = read(client.file)?;
    let file = client.file;
    let _ = write!(
        text,
        "\n<details><summary>The adapter: {file}</summary>\n\n```{language}\n{adapter}```\n\n</details>\n"
    );
    Ok(text)
}

/// What is broken on the wire, with the settings that break it, and what it means.
fn broken(rows: &[Row], results: &Results, meanings: &Meanings, level: Level) -> io::Result<String> {
    let mut lines = String::new();
    for contract in contracts().iter().filter(|contract| contract.level() == level) {
        let is_broken = |row: &&Row| results.of(row, contract) == Short::Wire;
        let settings: Vec<_> = rows.iter().filter(is_broken).map(Row::settings).collect();
        if settings.is_empty() {
            continue;
        }
        let name = contract.name();
        let missing = || io::Error::other(format!("text/meanings.md has no meaning of {name}"));
        let meaning = meanings.get(name).ok_or_else(missing)?;
        let settings =
            if settings.len() == rows.len() { String::new() } else { format!(", {}", settings.join(", ")) };
        let _ = writeln!(lines, "- `{name}` ({}{settings}): {meaning}", contract.group());
    }
    if lines.is_empty() {
        return Ok(lines);
    }
    Ok(format!("\n*{level}* contracts that are broken on the wire:\n\n{lines}"))
}

/// What this client cannot be asked, besides what no client can.
fn not_applicable(client: &Client) -> String {
    let reasons: Vec<_> =
        client.not_applicable.iter().map(|(name, reason)| format!("`{name}` ({reason})")).collect();
    if reasons.is_empty() { String::new() } else { format!("\nNot applicable: {}.\n", reasons.join(", ")) }
}

fn read(file: &str) -> io::Result<String> {
    let path = folder().join(file);
    std::fs::read_to_string(&path).map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meanings_are_of_contracts_that_exist() {
        let meanings = meanings(&read("text/meanings.md").unwrap());
        assert!(meanings.len() > 50);
        for name in meanings.keys() {
            assert!(contracts().iter().any(|contract| contract.name() == name), "{name}");
        }
    }

    #[test]
    fn cell_says_kept_broken_and_not_applicable() {
        let cell = |kept, broken, not_applicable| Tally { kept, broken, not_applicable }.cell();
        assert_eq!(cell(3, 0, 0), "3");
        assert_eq!(cell(0, 0, 2), "–");
        assert_eq!(cell(2, 0, 1), "2&nbsp;/&nbsp;0&nbsp;/&nbsp;1");
        assert_eq!(cell(1, 2, 3), "1&nbsp;/&nbsp;**2**&nbsp;/&nbsp;3");
    }
}
