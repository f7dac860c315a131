//! The sandbox as a program, for whichever command runs it: what can be chosen, and what it says when it has
//! started.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{MAGIC_CUSTOMERS, Sandbox, StartError};

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
    /// With TLS: where to write the authority to trust, as PEM.
    pub authority_file: Option<PathBuf>,
}

impl Options {
    /// Starts the sandbox, and writes the authority to its file.
    ///
    /// # Errors
    ///
    /// [`ProgramError`] if it cannot start, or the file cannot be written.
    pub fn start(&self) -> Result<Sandbox, ProgramError> {
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
        text.push_str("  customer_unknown…     404, as any id without customer_\n\nPress Ctrl-C to stop.\n");
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
    #[error("cannot write {}: {source}", path.display())]
    AuthorityFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}
