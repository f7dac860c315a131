//! `sphere sandbox`: the sandbox, with the command's own lines to try.

use std::convert::Infallible;
use std::ffi::OsString;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use sphere_sandbox::program::{Options, quoted};

use crate::console::Console;
use crate::failure::Failure;

/// What `sphere sandbox` takes: the same as the program `sphere-sandbox`.
#[derive(clap::Args)]
pub(crate) struct SandboxArguments {
    /// Listen on this port of 127.0.0.1 [default: any free one]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// How long a link is good for [default: 900]
    #[arg(long, value_name = "SECONDS")]
    link_lifetime: Option<u64>,

    /// Take liveness reports instead of face checks, as for a Platform-Managed application
    #[arg(long)]
    platform_managed: bool,

    /// Serve https, with a certificate made on the spot
    #[arg(long)]
    tls: bool,

    /// With --tls: write the authority to trust to this file, as PEM
    #[arg(long, value_name = "PEM", requires = "tls")]
    authority_file: Option<PathBuf>,
}

impl From<SandboxArguments> for Options {
    fn from(arguments: SandboxArguments) -> Self {
        let mut options = Self::default();
        options.port = arguments.port;
        options.link_lifetime = arguments.link_lifetime.map(Duration::from_secs);
        options.platform_managed = arguments.platform_managed;
        options.tls = arguments.tls;
        options.authority_file = arguments.authority_file;
        options
    }
}

pub(crate) const HELP: &str = "\
Examples:
  sphere sandbox --port 8080
  sphere sandbox --link-lifetime 10
  sphere sandbox --tls --authority-file authority.pem

Output:
  What to copy into another terminal. It runs until Ctrl-C.";

/// Serves until it is interrupted: the default action ends the process, and nothing needs tidying up.
pub(crate) fn run(arguments: SandboxArguments, console: &mut Console) -> Result<Infallible, Failure> {
    let options = Options::from(arguments);
    let sandbox = options.start().map_err(|error| Failure::Other(error.to_string()))?;
    let own_name = own_name(std::env::args_os().next());
    console.print(&options.introduction(&sandbox, &commands(&options, &own_name)))?;
    loop {
        thread::park();
    }
}

fn commands(options: &Options, own_name: &str) -> Vec<String> {
    let trust = match &options.authority_file {
        Some(path) => format!(" --ca-file {}", quoted(path)),
        // Nothing that `sphere` could be told to trust.
        None if options.tls => return Vec::new(),
        None => String::new(),
    };
    let create =
        "--email jane@example.com --phone +14155550123 --line1 'Main Street 1' --city Chicago --country USA";
    vec![
        format!("{own_name} check{trust}"),
        format!("{own_name} link customer_1ab2c3d4 --qr{trust}"),
        format!("{own_name} customer create {create}{trust}"),
    ]
}

/// As it was called, so that the lines can be copied even where the command is not in the `PATH`.
fn own_name(called: Option<OsString>) -> String {
    let plain = |name: &String| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b))
    };
    called.and_then(|name| name.into_string().ok()).filter(plain).unwrap_or_else(|| "sphere".to_owned())
}
