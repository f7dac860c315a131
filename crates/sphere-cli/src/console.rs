//! Standard output and standard error, and what each of them can show.

use std::io::{self, IsTerminal, Write};

/// Error for standard output that cannot be written.
#[derive(Debug)]
pub(crate) struct OutputError(pub(crate) io::Error);

/// Where the command writes; buffers in tests.
pub(crate) struct Console {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    pub(crate) out_is: Surface,
    pub(crate) err_is: Surface,
    /// Standard output was closed before the command began.
    pub(crate) is_closed: bool,
    remembered: String,
}

/// What a stream can show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Surface {
    /// A person is looking, and the cursor can be moved.
    pub(crate) terminal: bool,
    /// Colours are welcome.
    pub(crate) colour: bool,
    /// How wide the terminal is, if that is known.
    pub(crate) columns: Option<usize>,
}

impl Surface {
    /// A stream that is a terminal or not, where `TERM` and `NO_COLOR` have these values.
    fn new(terminal: bool, term_is_dumb: bool, no_color: bool) -> Self {
        let terminal = terminal && !term_is_dumb;
        Self { terminal, colour: terminal && !no_color, columns: None }
    }

    fn of(stream: &impl IsTerminal) -> Self {
        let term_is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        // https://no-color.org: "when present and not an empty string".
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let surface = Self::new(stream.is_terminal(), term_is_dumb, no_color);
        let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self { columns: columns.filter(|_| surface.terminal), ..surface }
    }
}

impl Console {
    pub(crate) fn of_the_process() -> Self {
        Self {
            out_is: Surface::of(&io::stdout()),
            err_is: Surface::of(&io::stderr()),
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            is_closed: is_closed(),
            remembered: String::new(),
        }
    }

    #[cfg(test)]
    pub(crate) fn new(
        out: impl Write + 'static,
        out_is: Surface,
        err: impl Write + 'static,
        err_is: Surface,
    ) -> Self {
        let (is_closed, remembered) = (false, String::new());
        Self { out: Box::new(out), err: Box::new(err), out_is, err_is, is_closed, remembered }
    }

    /// Writes to standard output and flushes it.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), OutputError> {
        self.out.write_all(text.as_bytes()).map_err(OutputError)?;
        self.flush()
    }

    /// Writes to standard error. Failures are ignored: there is nowhere left to report them.
    pub(crate) fn note(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
    }

    /// Keeps a line for standard error until the outcome is known: a failure as JSON stands there alone.
    pub(crate) fn remember(&mut self, line: &str) {
        self.remembered += line;
    }

    pub(crate) fn note_remembered(&mut self) {
        let lines = std::mem::take(&mut self.remembered);
        self.note(&lines);
    }

    pub(crate) fn flush(&mut self) -> Result<(), OutputError> {
        self.out.flush().map_err(OutputError)
    }
}

/// Rust puts `/dev/null` in the place of a closed stream, open for reading as well: after `> /dev/null` it is not.
#[cfg(unix)]
fn is_closed() -> bool {
    use std::io::Read as _;
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::MetadataExt as _;

    let device = |metadata: io::Result<std::fs::Metadata>| metadata.ok().map(|metadata| metadata.rdev());
    io::stdout().as_fd().try_clone_to_owned().is_ok_and(|stdout| {
        let mut stdout = std::fs::File::from(stdout);
        device(stdout.metadata()) == device(std::fs::metadata("/dev/null")) && stdout.read(&mut [0]).is_ok()
    })
}

#[cfg(not(unix))]
fn is_closed() -> bool {
    false
}

/// A buffer that a test can read.
#[cfg(test)]
#[derive(Clone, Default)]
pub(crate) struct Written(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

#[cfg(test)]
impl Written {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.borrow()).into_owned()
    }
}

#[cfg(test)]
impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_for_terminals_that_want_it() {
        let colour = |terminal, dumb, no_color| Surface::new(terminal, dumb, no_color).colour;
        assert!(colour(true, false, false));
        assert!(!colour(true, false, true));
        assert!(!colour(true, true, false));
        assert!(!colour(false, false, false));
    }

    #[test]
    fn no_color_is_still_a_terminal() {
        assert!(Surface::new(true, false, true).terminal);
        assert!(!Surface::new(true, true, false).terminal);
    }
}
