//! The sandbox as a program: starts it, says how to use it, and serves until it is interrupted.

mod arguments;

use std::{
    fs,
    io::{self, Write as _},
    process::ExitCode,
    thread,
};

use sphere_sandbox::{MAGIC_CUSTOMERS, Sandbox};

use crate::arguments::{Arguments, USAGE};

fn main() -> ExitCode {
    let arguments = match Arguments::from_env() {
        Ok(arguments) => arguments,
        Err(error) => {
            complain(&error);
            return ExitCode::from(2);
        }
    };
    if arguments.help {
        // Whoever asked has gone away if this fails.
        let _ = io::stdout().write_all(USAGE.as_bytes());
        return ExitCode::SUCCESS;
    }
    match serve(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn complain(error: &dyn std::fmt::Display) {
    let _ = writeln!(io::stderr(), "sphere-sandbox: {error}");
}

fn serve(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = arguments.builder().start()?;
    if let (Some(path), Some(pem)) = (&arguments.authority_file, sandbox.authority_pem()) {
        fs::write(path, pem).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    introduce(&sandbox, arguments)?;
    // The default action of an interrupt ends the process, and nothing needs tidying up.
    loop {
        thread::park();
    }
}

fn introduce(sandbox: &Sandbox, arguments: &Arguments) -> io::Result<()> {
    let (url, key) = (sandbox.base_url(), sandbox.api_key());
    let trust = match &arguments.authority_file {
        Some(path) => format!(" --cacert '{}'", path.display()),
        None if arguments.tls => " --insecure".to_owned(),
        None => String::new(),
    };
    let mut out = io::stdout().lock();
    writeln!(out, "SpherePay sandbox")?;
    writeln!(out, "  base URL  {url}")?;
    writeln!(out, "  API key   {key}")?;
    writeln!(out)?;
    writeln!(out, "Try it:")?;
    writeln!(
        out,
        "  curl{trust} -X POST -H 'Authorization: Bearer {key}' \
         {url}/v2/customer/customer_1ab2c3d4/face-verification-link"
    )?;
    writeln!(out)?;
    writeln!(out, "Customers with a fixed answer:")?;
    for customer in MAGIC_CUSTOMERS {
        writeln!(out, "  {}  {}", customer.id, customer.answer)?;
    }
    writeln!(out, "  customer_unknown…     404, as any id without customer_")?;
    writeln!(out)?;
    writeln!(out, "Press Ctrl-C to stop.")?;
    out.flush()
}
