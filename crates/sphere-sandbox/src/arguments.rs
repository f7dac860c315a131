//! The program's command line.

use std::{path::PathBuf, time::Duration};

use lexopt::{Arg, Parser, ValueExt as _};
use sphere_sandbox::{Sandbox, SandboxBuilder};

pub(crate) const USAGE: &str = "\
SpherePay on your own machine.

Usage: sphere-sandbox [OPTIONS]

Options:
  --port N                 Listen on this port of 127.0.0.1 (default: any free one)
  --link-lifetime SECONDS  How long a link is good for (default: 900)
  --tls                    Serve https, with a certificate made on the spot
  --authority-file PATH    With --tls: write the authority to trust to this file, as PEM
  --help                   Print this
";

#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) help: bool,
    pub(crate) tls: bool,
    pub(crate) authority_file: Option<PathBuf>,
    port: Option<u16>,
    link_lifetime: Option<Duration>,
}

impl Arguments {
    pub(crate) fn from_env() -> Result<Self, lexopt::Error> {
        let mut arguments = Self::default();
        let mut parser = Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Short('h') | Arg::Long("help") => arguments.help = true,
                Arg::Long("tls") => arguments.tls = true,
                Arg::Long("authority-file") => {
                    arguments.authority_file = Some(parser.value()?.into());
                }
                Arg::Long("port") => arguments.port = Some(parser.value()?.parse()?),
                Arg::Long("link-lifetime") => {
                    arguments.link_lifetime = Some(parser.value()?.parse().map(Duration::from_secs)?);
                }
                _ => return Err(argument.unexpected()),
            }
        }
        if arguments.authority_file.is_some() && !arguments.tls {
            return Err("--authority-file needs --tls".into());
        }
        Ok(arguments)
    }

    pub(crate) fn builder(&self) -> SandboxBuilder {
        let mut builder = Sandbox::builder();
        if let Some(port) = self.port {
            builder = builder.port(port);
        }
        if let Some(lifetime) = self.link_lifetime {
            builder = builder.link_lifetime(lifetime);
        }
        if self.tls {
            builder = builder.tls();
        }
        builder
    }
}
