//! Completions and manual pages.

use crate::run::{ended, sphere};
use crate::usage::COMMANDS;

#[test]
fn each_shells_completion_knows_the_options() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = ended(sphere().args(["completions", shell])).success();
        for word in ["link", "api-key-stdin", "sandbox"] {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
}

#[test]
fn manual_has_examples_environment_and_exit_status() {
    let page = ended(sphere().arg("man")).success();
    assert!(page.contains(".TH sphere 1"), "{page}");
    for heading in ["NAME", "SYNOPSIS", "ENVIRONMENT", "EXIT STATUS"] {
        assert!(
            page.contains(&format!(".SH {heading}\n")) || page.contains(&format!(".SH \"{heading}\"\n")),
            "{heading}"
        );
    }
    for command in COMMANDS {
        let words: Vec<&str> = command.split(' ').collect();
        let name = words.join(" ").replace([' ', '-'], "\\-");
        if words.len() == 1 {
            assert!(page.contains(&format!("sphere\\-{name}(1)")), "{page}");
        }
        let page = ended(sphere().arg("man").args(words)).success();
        assert!(page.contains(&format!("sphere\\-{name} \\-")), "{page}");
    }
}
