//! The sandbox as a program, for the command that runs it: its options, what it prints when it has started, and
//! a line for each request.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::error::StartError;
use crate::magic::MAGIC_CUSTOMERS;
use crate::sandbox::Sandbox;
use crate::world::{MAGIC_TAGS, Model};

/// What a person can choose when they start a sandbox as a program. The default: plain HTTP, any free port,
/// links of 15 minutes.
///
/// ```
/// use sphere_sandbox::program::Options;
///
/// let options = Options::default();
/// let sandbox = options.start()?;
/// println!("{}", options.introduction(&sandbox, &[]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The port of 127.0.0.1 to listen on; `None` takes any free one.
    pub port: Option<u16>,
    /// How long a link is good for.
    pub link_lifetime: Option<Duration>,
    /// Whether to serve https.
    pub tls: bool,
    /// Whether the application is Platform-Managed: see [`Model`].
    pub platform_managed: bool,
    /// With TLS: where to write the authority to trust, as PEM.
    pub authority_file: Option<PathBuf>,
}

impl Options {
    /// Starts the sandbox, and writes the authority to its file. From then on, standard output gets a line for
    /// each API request: status, method and path.
    ///
    /// # Errors
    ///
    /// [`ProgramError`] if it cannot start, or the file cannot be written.
    pub fn start(&self) -> Result<Sandbox, ProgramError> {
        let mut builder = Sandbox::builder().log(|line| {
            // A terminal that is gone must not end the sandbox.
            let _ = writeln!(io::stdout(), "{line}");
        });
        if self.platform_managed {
            builder = builder.model(Model::PlatformManaged);
        }
        if let Some(port) = self.port {
            builder = builder.port(port);
        }
        if let Some(lifetime) = self.link_lifetime {
            builder = builder.link_lifetime(lifetime);
        }
        if self.tls {
            builder = builder.tls();
        }
        let sandbox = builder.start()?;
        if let (Some(path), Some(pem)) = (&self.authority_file, sandbox.authority_pem()) {
            fs::write(path, pem)
                .map_err(|source| ProgramError::AuthorityFile { path: path.clone(), source })?;
        }
        Ok(sandbox)
    }

    /// How to use the sandbox: where it is, which key it takes, and what to copy into another terminal.
    /// `commands` are further lines to try, for a caller that brings a client.
    pub fn introduction(&self, sandbox: &Sandbox, commands: &[String]) -> String {
        let (url, key) = (sandbox.base_url(), sandbox.api_key());
        let trust = match &self.authority_file {
            Some(path) => format!(" --cacert {}", quoted(path)),
            None if self.tls => " --insecure".to_owned(),
            None => String::new(),
        };
        let mut text = format!(
            "SpherePay sandbox\n  base URL  {url}\n  API key   {key}\n\n\
             Open {url} in a browser to see customers and to move them.\n\n\
             Try it, in another terminal:\n  \
             export SPHEREPAY_BASE_URL={url} SPHEREPAY_API_KEY={key}\n"
        );
        for command in commands {
            // Writing to a `String` cannot fail, here and below.
            let _ = writeln!(text, "  {command}");
        }
        let _ = writeln!(
            text,
            "  curl{trust} -X POST -H 'Authorization: Bearer {key}' \
             {url}/v2/customer/customer_1ab2c3d4/face-verification-link"
        );
        text.push_str("\nCustomers with a fixed response:\n");
        for customer in MAGIC_CUSTOMERS {
            let _ = writeln!(text, "  {}  {}", customer.id, customer.reply);
        }
        text.push_str("  customer_unknown…     404, as any id without customer_\n");
        text.push_str("\nE-mail addresses that choose an outcome, for example jane+rejected@example.com:\n");
        for magic in MAGIC_TAGS {
            let _ = writeln!(text, "  {:<20}  {}", format!("+{}@", magic.tag), magic.effect);
        }
        text.push_str("\nPress Ctrl-C to stop. Each API request is one line:\n");
        text
    }
}

/// A path as one word of a shell's command line.
///
/// ```
/// # use std::path::Path;
/// assert_eq!(sphere_sandbox::program::quoted(Path::new("it's here")), r"'it'\''s here'");
/// ```
pub fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

/// Why the program could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramError {
    /// The sandbox itself could not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The authority could not be written.
    #[error("cannot write the authority's file: {source}")]
    AuthorityFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}
