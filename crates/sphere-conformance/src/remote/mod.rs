//! A subject that is another process, in any language: `PROTOCOL.md` in this crate is what the two say to each
//! other.

mod link;
mod message;
mod serve;
mod subject;

use std::fmt;
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use self::link::{Link, OUTPUT_ENDED};
use self::message::{Reply, Request, VERSION};
use self::subject::{RemoteClock, RemoteTransport};
use crate::failure::unusable;
use crate::subject::Candidate;

pub use self::serve::{serve, serve_stdio};

/// How long a subject may take to start, or to do what needs no network.
const PATIENCE: Duration = Duration::from_secs(10);

/// A subject that is another process, or at the other end of any stream of bytes.
///
/// It runs as long as this value lives. If it hangs, ends, or writes something that is no message of the protocol,
/// contracts fail with a sentence that says so.
///
/// ```no_run
/// use std::process::Command;
///
/// use sphere_conformance::{Remote, run_all};
///
/// # fn main() -> std::io::Result<()> {
/// let subject = Remote::start(Command::new("./subject"))?;
/// let report = run_all(&subject.candidate());
/// println!("{report}");
/// # Ok(())
/// # }
/// ```
#[must_use = "the subject is ended when this is dropped"]
pub struct Remote {
    link: Arc<Link>,
    /// What it said to `hello`; if nothing, the line has ended with the reason.
    name: Option<String>,
    has_clock: bool,
    child: Option<Arc<Mutex<Child>>>,
}

impl Remote {
    /// Starts a program that speaks the protocol on its standard input and output. Its standard error is that of
    /// this process, if the command does not say otherwise.
    ///
    /// # Errors
    ///
    /// If the program cannot be started. What it does wrong later is in the report.
    pub fn start(mut command: Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let missing = || io::Error::other("the program has no standard input or output");
        let (output, input) = child.stdout.take().zip(child.stdin.take()).ok_or_else(missing)?;
        let child = Arc::new(Mutex::new(child));
        let ending = Arc::clone(&child);
        let link = Link::new(output, input, move |sentence| {
            let is_closed = sentence == OUTPUT_ENDED;
            ended_child(&ending, is_closed).unwrap_or(sentence)
        });
        Ok(Self::greeted(link, Some(child)))
    }

    /// A subject at the other end of a stream that exists already, such as a socket.
    pub fn connect(reader: impl Read + Send + 'static, writer: impl Write + Send + 'static) -> Self {
        Self::greeted(Link::new(reader, writer, |sentence| sentence), None)
    }

    fn greeted(link: Arc<Link>, child: Option<Arc<Mutex<Child>>>) -> Self {
        let hello = link.ask(PATIENCE, |id| Request::Hello { id, version: VERSION });
        let problem = match hello {
            Ok(Reply::Hello { version: VERSION, name, clock, .. }) => {
                return Self { link, name: Some(name), has_clock: clock, child };
            }
            Ok(Reply::Hello { version, .. }) => {
                format!("the subject speaks version {version} of the protocol, but this is version {VERSION}")
            }
            Ok(_) => "the subject's reply to `hello` is not a `hello`".to_owned(),
            Err(sentence) => sentence,
        };
        link.end(problem);
        Self { link, name: None, has_clock: true, child }
    }

    /// The subject's name for itself; `None` if it did not say.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The subject for [`run`](crate::run), [`run_all`](crate::run_all), and for what can be declared. Contracts
    /// about futures are not run.
    pub fn candidate(&self) -> Candidate {
        let (link, next) = (Arc::clone(&self.link), Arc::new(AtomicU64::new(1)));
        let candidate = Candidate::remote(move |setup| {
            let transport = next.fetch_add(1, Ordering::Relaxed);
            match RemoteTransport::set_up(&link, transport, setup) {
                Ok(transport) => Arc::new(transport),
                Err(sentence) => unusable(sentence),
            }
        });
        if self.has_clock { candidate.with(Arc::new(RemoteClock(Arc::clone(&self.link)))) } else { candidate }
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        self.link.end("the subject was ended".to_owned());
        if let Some(child) = &self.child {
            ended_child(child, false);
        }
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Ends the child. One that closed its output is given a moment to end by itself, and its status is returned as a
/// sentence.
fn ended_child(child: &Mutex<Child>, may_end_by_itself: bool) -> Option<String> {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    let since = Instant::now();
    while may_end_by_itself && since.elapsed() < Duration::from_secs(1) {
        match child.try_wait() {
            Ok(Some(status)) => return Some(format!("the subject ended ({status})")),
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(_) => break,
        }
    }
    // An error means that it has ended.
    let _ = child.kill();
    let _ = child.wait();
    None
}
