//! Command lines that are not understood, and help.

use crate::run::{ended, sphere};

fn fault(arguments: &[&str]) -> String {
    ended(sphere().args(arguments)).failure(2)
}

#[test]
fn each_usage_fault_has_one_line_of_advice() {
    let more = "  --help says what it takes.\n";
    for (arguments, told) in [
        (
            &["lnk", "c"][..],
            "there is no command lnk here\n  Is it link? --help says more.\n".to_owned(),
        ),
        (&["link"], format!("<CUSTOMER_ID> is missing\n{more}")),
        (
            &["link", "c", "--watc"],
            "there is no option --watc here\n  Is it --watch? --help says more.\n".to_owned(),
        ),
        (&["link", "c", "d"], format!("there is one argument too many\n{more}")),
        (&["link", "c", "--qr", "--json"], format!("--qr and --json cannot be used together\n{more}")),
        (&["link", "c", "--open", "--watch"], format!("--open and --watch cannot be used together\n{more}")),
        (&["link", "c", "--qr", "--qr"], format!("--qr is given twice\n{more}")),
        (&["link", "c", "--timeout"], format!("--timeout <TIME> has no value\n{more}")),
        (&["link", "c", "--timeout", "--json"], format!("--timeout <TIME> has no value\n{more}")),
        (&["link", "c", "--timeout", "-1"], format!("--timeout <TIME>: is not a length of time\n{more}")),
        (&["customer", "update", "c", "--line1", "--city", "x"], format!("--line1 <TEXT> has no value\n{more}")),
        (
            &["link", "c", "--timeout", "soon"],
            format!("--timeout <TIME>: is not a time such as 30, 90s, 15m, 2h or 3d\n{more}"),
        ),
        (&["sandbox", "--port", "70000"], format!("--port <PORT> cannot have this value\n{more}")),
        (&["sandbox", "--authority-file", "x"], format!("--tls is missing\n{more}")),
        (&["completions", "csh"], "<SHELL> cannot have this value\n  It can be bash, elvish, fish, powershell, zsh. --help says more.\n".to_owned()),
        (&["man", "lnk"], "there is no command lnk here\n  Is it link? --help says more.\n".to_owned()),
        (&["customer", "creat"], "there is no command creat here\n  Is it create? --help says more.\n".to_owned()),
        (&["customer", "list", "--e-mail", "x"], "there is no option --e-mail here\n  Is it --email? --help says more.\n".to_owned()),
        (&["man", "customer", "creat"], "there is no command creat here\n  Is it create? --help says more.\n".to_owned()),
        (&["otp", "send", "c", "fax"], "<CHANNEL> cannot have this value\n  It can be email, phone. --help says more.\n".to_owned()),
        (&["customer", "create", "--meta", "a", "--email", "e", "--phone", "p"], format!("--meta <NAME=VALUE>: is not a name, = and a value\n{more}")),
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

/// All commands that do something.
pub(crate) const COMMANDS: [&str; 20] = [
    "customer create",
    "customer get",
    "customer list",
    "customer update",
    "terms",
    "one-time-password send",
    "one-time-password verify",
    "document upload",
    "link",
    "wait",
    "representative create",
    "representative get",
    "representative list",
    "representative update",
    "representative delete",
    "representative link",
    "check",
    "sandbox",
    "completions",
    "man",
];

#[test]
fn every_commands_help_has_examples_and_fits() {
    for command in COMMANDS {
        let help = ended(sphere().args(command.split(' ')).arg("--help")).success();
        assert!(help.contains(&format!("Usage: sphere {command}")), "{help}");
        assert!(help.contains("\nExamples:\n") || command == "check", "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
    let help = ended(sphere().arg("--help")).success();
    for part in ["The journey, in", "Environment:", "Exit status:", "SPHEREPAY_API_KEY", "7  server:"] {
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
