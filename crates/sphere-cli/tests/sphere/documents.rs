//! Completions and manual pages.

use crate::run::{ended, sphere};

#[test]
fn each_shell_gets_a_script_that_knows_the_options() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = ended(sphere().args(["completions", shell])).success();
        for word in ["link", "api-key-stdin", "sandbox"] {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
}

#[test]
fn the_manual_page_has_examples_environment_and_exit_status() {
    let page = ended(sphere().arg("man")).success();
    assert!(page.contains(".TH sphere 1"), "{page}");
    for heading in ["NAME", "SYNOPSIS", "EXAMPLES", "ENVIRONMENT", "EXIT STATUS"] {
        assert!(
            page.contains(&format!(".SH {heading}\n")) || page.contains(&format!(".SH \"{heading}\"\n")),
            "{heading}"
        );
    }
    for subcommand in ["link", "check", "sandbox", "completions", "man"] {
        assert!(page.contains(&format!("sphere\\-{subcommand}(1)")), "{page}");
        let page = ended(sphere().args(["man", subcommand])).success();
        assert!(page.contains(&format!("sphere\\-{subcommand} \\-")), "{page}");
    }
}
