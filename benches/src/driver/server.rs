//! The server's process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use sphere_benches::work::Failure;

use super::programs::Programs;

pub(crate) struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub(crate) http: String,
    pub(crate) https: String,
    /// https behind a slow network.
    pub(crate) far: String,
    /// An HTTP proxy in front of all of them.
    pub(crate) proxy: String,
    /// https on 127.0.0.1, with nobody responding at the same port of `::1`. `None` if there is no IPv6.
    pub(crate) beside_silence: Option<String>,
    pub(crate) root: String,
}

/// What the server has seen so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    pub(crate) full_handshakes: usize,
}

impl Server {
    pub(crate) fn start(programs: &Programs) -> Result<Self, Failure> {
        let root =
            programs.scratch.join("root.pem").to_str().ok_or("the target folder is not UTF-8")?.to_owned();
        let mut process =
            programs.command("server").arg(&root).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = process.stdin.take().ok_or("the server has no input")?;
        let mut output = BufReader::new(process.stdout.take().ok_or("the server has no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        // A host by name, as the real one.
        let url = |scheme: &str, port: &str| format!("{scheme}://localhost:{port}");
        let [http, https, far, proxy, silent] = *line.split_whitespace().collect::<Vec<_>>() else {
            return Err("the server did not start".into());
        };
        let beside_silence = (silent != "0").then(|| url("https", silent));
        let (http, https) = (url("http", http), url("https", https));
        let (far, proxy) = (url("https", far), url("http", proxy));
        Ok(Self { process, input, output, http, https, far, proxy, beside_silence, root })
    }

    /// http, and the certificate, which it does not need.
    pub(crate) fn plain(&self) -> (&str, &str) {
        (&self.http, &self.root)
    }

    pub(crate) fn seen(&mut self) -> Result<Seen, Failure> {
        writeln!(self.input)?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let (connections, full_handshakes) =
            line.trim().split_once(' ').ok_or("the server did not say what it saw")?;
        Ok(Seen { connections: connections.parse()?, full_handshakes: full_handshakes.parse()? })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
