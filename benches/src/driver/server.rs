//! The server's process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use sphere_benches::work::Failure;

use super::programs::Programs;

pub(crate) struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub(crate) http: String,
    pub(crate) https: String,
    pub(crate) root: String,
}

impl Server {
    pub(crate) fn start(programs: &Programs) -> Result<Self, Failure> {
        let root =
            programs.scratch.join("root.pem").to_str().ok_or("the target folder is not UTF-8")?.to_owned();
        let mut process = Command::new(programs.path("server"))
            .arg(&root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take().ok_or("the server has no input")?;
        let mut output = BufReader::new(process.stdout.take().ok_or("the server has no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let (http, https) = line.trim().split_once(' ').ok_or("the server did not start")?;
        // A host by name, as the real one.
        let (http, https) = (format!("http://localhost:{http}"), format!("https://localhost:{https}"));
        Ok(Self { process, input, output, http, https, root })
    }

    /// How many connections it has accepted so far.
    pub(crate) fn connections(&mut self) -> Result<usize, Failure> {
        writeln!(self.input)?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line.trim().parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
