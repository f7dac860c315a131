//! The program's command line.

use std::time::Duration;

use lexopt::{Arg, Parser, ValueExt as _};
use sphere_sandbox::program::Options;

pub(crate) const USAGE: &str = "\
SpherePay on your own machine.

Usage: sphere-sandbox [OPTIONS]

Options:
  --port N                 Listen on this port of 127.0.0.1 (default: any free one)
  --link-lifetime SECONDS  How long a link is good for (default: 900)
  --platform-managed       Take liveness reports instead of face checks
  --tls                    Serve https, with a certificate generated at start
  --authority-file PATH    With --tls: write the authority to trust to this file, as PEM
  --help                   Print this
";

#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) help: bool,
    pub(crate) options: Options,
}

impl Arguments {
    pub(crate) fn from_env() -> Result<Self, lexopt::Error> {
        let mut help = false;
        let mut options = Options::default();
        let mut parser = Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Short('h') | Arg::Long("help") => help = true,
                Arg::Long("platform-managed") => options.platform_managed = true,
                Arg::Long("tls") => options.tls = true,
                Arg::Long("authority-file") => options.authority_file = Some(parser.value()?.into()),
                Arg::Long("port") => options.port = Some(parser.value()?.parse()?),
                Arg::Long("link-lifetime") => {
                    options.link_lifetime = Some(parser.value()?.parse().map(Duration::from_secs)?);
                }
                _ => return Err(argument.unexpected()),
            }
        }
        if options.authority_file.is_some() && !options.tls {
            return Err("--authority-file needs --tls".into());
        }
        Ok(Self { help, options })
    }
}
