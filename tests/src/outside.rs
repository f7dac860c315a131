//! Building what is outside the workspace.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sphere_bounded::program;

/// A build from scratch on a busy machine takes a few minutes.
const TIME_TO_BUILD: Duration = Duration::from_secs(20 * 60);

/// Runs cargo in this folder, offline and with the workspace's target folder, so that dependencies with the same
/// features serve as they are. Returns what it printed to standard output.
///
/// # Panics
///
/// If cargo fails.
pub fn cargo<'a>(folder: &Path, arguments: impl IntoIterator<Item = &'a str>) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in a folder");
    let mut cargo: Command = program::command(env!("CARGO"));
    cargo.args(arguments).arg("--offline").current_dir(folder);
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        cargo.env("CARGO_TARGET_DIR", root.join("target"));
    }
    // This test's own package. ring's build script looks at these too, and would be run again, before and after.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
            cargo.env_remove(name);
        }
    }
    let output = program::Running::start(&mut cargo).wait(TIME_TO_BUILD);
    let [said, errors] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{said}\n{errors}");
    said
}
