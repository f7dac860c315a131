//! An operation is one short file, at most 150 lines without documentation, comments and tests, has one name, and is
//! one row of the table of operations.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const MOST: usize = 150;

/// All files of operations, which are in `src/endpoints` and its folders.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(files(&path));
        } else if name.ends_with("rs") && !["mod.rs", "tests.rs"].contains(&&*name) {
            found.push(path);
        }
    }
    found
}

/// Lines of code: neither empty nor comments, up to the tests at a file's end.
fn code_lines(text: &str) -> usize {
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

#[test]
fn an_operation_takes_at_most_150_lines() {
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/endpoints"));
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let lines = code_lines(&text);
        println!("{lines:4} {}", file.display());
        assert!(lines <= MOST, "{}: {lines} lines", file.display());
    }
}

#[test]
fn every_operation_is_in_the_table() {
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/endpoints"));
    let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let is_name = |c: char| c.is_alphanumeric();
    let names = text.split("impl Endpoint for ").skip(1);
    let names: BTreeSet<_> = names.map(|rest| rest.split(|c| !is_name(c)).next().unwrap()).collect();
    let in_table: BTreeSet<_> = sphere_operations::operations().iter().map(|row| row.endpoint).collect();
    assert_eq!(in_table, names);
    assert!(names.len() >= 18);
}

/// `GetCustomer` as `get_customer`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

#[test]
fn a_method_has_the_name_of_its_operation() {
    let texts: Vec<_> = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/endpoints"))
        .into_iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let is_method = |name: &str| {
        texts.iter().any(|text| {
            text.contains(&format!("pub fn {name}(")) || text.contains(&format!("pub fn {name}<"))
        })
    };
    for text in &texts {
        for (_, rest) in
            text.match_indices("Endpoint for ").map(|(at, found)| text.split_at(at + found.len()))
        {
            let name = snake_case(rest.split(|c: char| !c.is_alphanumeric()).next().unwrap());
            assert!(is_method(&name), "no method is called {name}");
        }
        if let Some((_, rest)) = text.split_once("Operation::new(\"") {
            let name = rest.split('"').next().unwrap();
            assert!(is_method(name), "no method is called {name}, as the operation is in traces");
        }
    }
}

#[test]
fn comments_empty_lines_and_tests_are_not_counted() {
    assert_eq!(
        code_lines("//! a\n\n/// b\nfn c() {\n    // d\n    e(); // f\n}\n#[cfg(test)]\nmod tests {\n"),
        3
    );
}
