//! `sphere sandbox`: the sandbox, with the command's own lines to try.

use std::convert::Infallible;
use std::ffi::OsString;
use std::thread;

use sphere_sandbox::program::{Options, quoted};

use crate::arguments::SandboxArguments;
use crate::console::Console;
use crate::failure::Failure;

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
    vec![format!("{own_name} check{trust}"), format!("{own_name} link customer_1ab2c3d4 --qr{trust}")]
}

/// As it was called, so that the lines can be copied even where the command is not in the `PATH`.
fn own_name(called: Option<OsString>) -> String {
    let plain = |name: &String| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b))
    };
    called.and_then(|name| name.into_string().ok()).filter(plain).unwrap_or_else(|| "sphere".to_owned())
}
