//! Where the programs are, and how they are built and started.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sphere_benches::work::Failure;

/// The clients, by the names of their programs.
pub(crate) const OURS_ASYNC: &str = "ours_async";
pub(crate) const OURS_BLOCKING: &str = "ours_blocking";
pub(crate) const BY_HAND_ASYNC: &str = "by_hand_async";
pub(crate) const BY_HAND_BLOCKING: &str = "by_hand_blocking";
/// By hand with the promises of the SDK.
pub(crate) const CAREFUL_BY_HAND: &str = "careful_by_hand";
pub(crate) const RAW_SOCKET: &str = "raw_socket";

/// The programs, built as a user would build what must be fast.
#[derive(Clone)]
pub(crate) struct Programs {
    folder: PathBuf,
    /// For what the programs and tools leave behind.
    pub(crate) scratch: PathBuf,
    on_one_core: bool,
    proxy: Option<String>,
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
        Ok(Self { folder: target.join("benches/release"), scratch, on_one_core: false, proxy: None })
    }

    /// The same programs, each of which runs on the first core. A core that has nothing to do sleeps, and on a virtual
    /// machine it takes several times as long to wake it as a whole call takes.
    pub(crate) fn on_one_core(&self) -> Self {
        Self { on_one_core: true, ..self.clone() }
    }

    /// The same programs, which find this proxy in their environment.
    pub(crate) fn through(&self, proxy: &str) -> Self {
        Self { proxy: Some(proxy.to_owned()), ..self.clone() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// To start the program with.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(if self.on_one_core { "taskset".into() } else { self.path(name) });
        if self.on_one_core {
            command.args(["--cpu-list", "0"]).arg(self.path(name));
        }
        command.envs(self.environment());
        command
    }

    /// What a program finds in its environment.
    pub(crate) fn environment(&self) -> Option<(&str, &str)> {
        self.proxy.as_deref().map(|proxy| ("HTTPS_PROXY", proxy))
    }

    /// What the program prints.
    pub(crate) fn output(&self, name: &str, arguments: &[&str]) -> Result<String, Failure> {
        output(self.command(name).args(arguments))
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
