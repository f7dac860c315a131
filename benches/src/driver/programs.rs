//! Where the programs are, and how they are built and started.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sphere_benches::work::Failure;

/// The clients, by the names of their programs.
pub(crate) const OURS_ASYNC: &str = "ours_async";
pub(crate) const OURS_BLOCKING: &str = "ours_blocking";
pub(crate) const BY_HAND_ASYNC: &str = "by_hand_async";
pub(crate) const BY_HAND_BLOCKING: &str = "by_hand_blocking";

/// The programs, built as a user would build what must be fast.
pub(crate) struct Programs {
    folder: PathBuf,
    /// For what the programs and tools leave behind.
    pub(crate) scratch: PathBuf,
}

impl Programs {
    /// Builds them, the peers too if asked.
    pub(crate) fn build(with_peers: bool) -> Result<Self, Failure> {
        let target = target_folder()?;
        let mut manifests = vec![concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")];
        if with_peers {
            manifests.push(concat!(env!("CARGO_MANIFEST_DIR"), "/peers/Cargo.toml"));
        }
        for manifest in manifests {
            // Not `--bins`: this program runs, and must not be replaced under way.
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--locked", "--profile", "bench", "--manifest-path", manifest, "--bins"]);
            cargo.arg("--target-dir").arg(target.join("benches"));
            if !cargo.status()?.success() {
                return Err(format!("{manifest} does not build").into());
            }
        }
        let scratch = target.join("benches/scratch");
        std::fs::create_dir_all(&scratch)?;
        Ok(Self { folder: target.join("benches/release"), scratch })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What the program prints.
    pub(crate) fn output(&self, name: &str, arguments: &[&str]) -> Result<String, Failure> {
        output(Command::new(self.path(name)).args(arguments))
    }
}

/// Runs to the end and gives back what was printed.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// This program stands in `<target folder>/<profile>/`.
fn target_folder() -> Result<PathBuf, Failure> {
    let this = std::env::current_exe()?;
    let folder = this.parent().and_then(Path::parent).ok_or("this program has no folder")?;
    Ok(folder.to_owned())
}
