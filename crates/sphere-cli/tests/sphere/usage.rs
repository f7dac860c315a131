//! Command lines that are not understood, and help.

use crate::run::{ended, sphere};

fn fault(arguments: &[&str]) -> String {
    ended(sphere().args(arguments)).failure(2)
}

#[test]
fn each_fault_of_a_command_line_is_named_in_one_line_with_what_to_do() {
    let more = "  --help tells what it takes.\n";
    for (arguments, told) in [
        (
            &["lnk", "c"][..],
            "there is no such command\n  Is it link? --help tells more.\n".to_owned(),
        ),
        (&["link"], format!("<CUSTOMER_ID> is missing\n{more}")),
        (
            &["link", "c", "--watc"],
            "there is no option --watc here\n  Is it --watch? --help tells more.\n".to_owned(),
        ),
        (&["link", "c", "d"], format!("there is an argument too many\n{more}")),
        (&["link", "c", "--qr", "--json"], format!("--qr and --json do not go together\n{more}")),
        (&["link", "c", "--open", "--watch"], format!("--open and --watch do not go together\n{more}")),
        (&["link", "c", "--qr", "--qr"], format!("--qr is given twice\n{more}")),
        (&["link", "c", "--timeout"], format!("--timeout <SECONDS> lacks its value\n{more}")),
        (
            &["link", "c", "--timeout", "soon"],
            format!("--timeout <SECONDS>: is not a number of seconds\n{more}"),
        ),
        (&["sandbox", "--port", "70000"], format!("--port <PORT>: 70000 is not in 0..=65535\n{more}")),
        (&["sandbox", "--authority-file", "x"], format!("--tls is missing\n{more}")),
        (&["completions", "csh"], "<SHELL> cannot have this value\n  It can be bash, elvish, fish, powershell, zsh. --help tells more.\n".to_owned()),
        (&["man", "lnk"], "there is no such command\n  `sphere help` lists them.\n".to_owned()),
    ] {
        let said = fault(arguments);
        assert!(said.starts_with(&format!("sphere: {told}")), "{arguments:?}: {said}");
    }
}

#[test]
fn without_a_command_the_help_is_shown() {
    let told = fault(&[]);
    assert!(told.contains("Usage: sphere <COMMAND>") && told.contains("Exit status:"), "{told}");
}

#[test]
fn every_command_has_help_with_examples_that_fits_a_terminal() {
    for command in ["link", "check", "sandbox", "completions", "man"] {
        let help = ended(sphere().args([command, "--help"])).success();
        assert!(help.contains(&format!("Usage: sphere {command}")), "{help}");
        assert!(help.contains("\nExamples:\n") || command == "check", "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
    let help = ended(sphere().arg("--help")).success();
    for part in ["Examples:", "Environment:", "Exit status:", "SPHEREPAY_API_KEY", "7  server:"] {
        assert!(help.contains(part), "{help}");
    }
}

#[test]
fn help_tells_what_open_gives_away() {
    let help = ended(sphere().args(["link", "--help"])).success();
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("which other users of the machine can see"), "{help}");
}

#[test]
fn the_version_is_one_line() {
    let version = ended(sphere().arg("--version")).success();
    assert_eq!(version, concat!("sphere ", env!("CARGO_PKG_VERSION"), "\n"));
}
