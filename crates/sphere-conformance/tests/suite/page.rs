//! `CONTRACTS.md` is made from the list of contracts and their documentation:
//! `UPDATE_CONTRACTS=1 cargo test -p sphere-conformance --test suite page` writes it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sphere_conformance::contracts;

/// The documentation of the function, or of the file if there is no name, on one line.
fn documentation(source: &str, function: Option<&str>) -> String {
    let (lines, mark): (Vec<_>, _) = match function {
        None => (source.lines().take_while(|line| line.starts_with("//!")).collect(), "//!"),
        Some(name) => {
            let start = format!("pub(crate) fn {name}(");
            let before = source.lines().take_while(|line| !line.starts_with(&start)).collect::<Vec<_>>();
            let docs = before.iter().rev().take_while(|line| line.starts_with("///")).count();
            (before[before.len() - docs..].to_vec(), "///")
        }
    };
    lines.iter().map(|line| line.trim_start_matches(mark).trim()).collect::<Vec<_>>().join(" ")
}

fn page(folder: &Path) -> String {
    let mut page = "# The contracts\n\n\
        What each demands, and why. The name says what a transport does; a test of this name is run for each \
        transport.\n\n\
        - **must**: a transport that breaks it can lose, repeat or mix up requests or responses, reveal a secret, \
        hang, or use unlimited memory. `Report::passed` is false.\n\
        - **should**: a transport that breaks it is slower or less exact. The report names it; `Report::passed` \
        does not depend on it.\n\n\
        A contract is about the *wire* (what the server sees, what comes back, and when) or about *classification* \
        (which kind and delivery an error has), so that a client is not blamed for its adapter. If only an error's \
        kind or delivery breaks a contract about the wire, the report counts that as classification.\n"
        .to_owned();
    let mut groups = Vec::new();
    for contract in contracts() {
        if !groups.contains(&contract.group()) {
            groups.push(contract.group());
        }
    }
    for group in groups {
        let source = fs::read_to_string(folder.join(format!("src/contracts/{group}.rs"))).unwrap();
        let _ = write!(page, "\n## {group}\n\n{}\n\n", documentation(&source, None));
        page.push_str("| contract | level | about | what it demands, and why |\n| --- | --- | --- | --- |\n");
        for contract in contracts().iter().filter(|contract| contract.group() == group) {
            let text = documentation(&source, Some(contract.name()));
            assert!(!text.is_empty(), "{contract:?} has no documentation");
            let (name, level, aspect) = (contract.name(), contract.level(), contract.aspect());
            let _ = writeln!(page, "| `{name}` | {level} | {aspect} | {text} |");
        }
    }
    page
}

#[test]
fn contracts_page_equals_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = page(folder);
    let path = folder.join("CONTRACTS.md");
    if std::env::var_os("UPDATE_CONTRACTS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(path).unwrap();
    assert!(written == page, "CONTRACTS.md is out of date; the first lines of this file say how to write it");
}

#[test]
fn contract_names_are_unique_and_short() {
    let names: Vec<_> = contracts().iter().map(sphere_conformance::Contract::name).collect();
    assert!(names.len() > 130, "only {} contracts are left", names.len());
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "a name is used twice");
    for name in names {
        assert!(name.split('_').count() <= 8, "{name} is too long");
    }
}
