//! Running the command, and what came out. A command that does not end is killed, and the test fails.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use sphere_sandbox::Sandbox;

/// The command, with nothing in its environment that the machine or a person put there.
pub(crate) fn sphere() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sphere"));
    for variable in ["SPHEREPAY_API_KEY", "SPHEREPAY_BASE_URL", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(variable);
    }
    // Whatever could be logged would be.
    command.env("RUST_LOG", "trace").env("TERM", "xterm").stdin(Stdio::null());
    command
}

/// The command, to be used with this sandbox.
pub(crate) fn sphere_with(sandbox: &Sandbox) -> Command {
    let mut command = sphere();
    command.env("SPHEREPAY_API_KEY", sandbox.api_key()).env("SPHEREPAY_BASE_URL", sandbox.base_url());
    command
}

/// How the command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// What it printed, if it succeeded and said nothing else.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// What it said, if it failed in this way and printed nothing.
    #[track_caller]
    pub(crate) fn failure(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{}", self.err);
        self.err
    }
}

pub(crate) fn ended(command: &mut Command) -> Ended {
    ended_with_input(command, None)
}

pub(crate) fn ended_with_input(command: &mut Command, input: Option<&[u8]>) -> Ended {
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut running = Running::start(command.stderr(Stdio::piped()));
    if let (Some(input), Some(mut stdin)) = (input, running.child.stdin.take()) {
        // It may have ended without reading.
        let _ = stdin.write_all(input);
    }
    let (out, err) = (running.child.stdout.take().unwrap(), running.child.stderr.take().unwrap());
    let err = on_a_thread(move || all_of(err));
    let out = on_a_thread(move || all_of(out));
    let (out, err) = (in_time(&out), in_time(&err));
    Ended { code: running.child.wait().unwrap().code(), out, err }
}

fn all_of(mut stream: impl Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// A command that runs until it ends or the test is over.
pub(crate) struct Running {
    pub(crate) child: Child,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self { child: command.stdout(Stdio::piped()).spawn().unwrap() }
    }

    /// The first lines of standard output, up to one for which `last` is true, or all. Then the reader is gone.
    pub(crate) fn lines(&mut self, last: impl Fn(usize, &str) -> bool + Send + 'static) -> Vec<String> {
        let out: ChildStdout = self.child.stdout.take().unwrap();
        in_time(&on_a_thread(move || {
            let mut lines = Vec::new();
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                lines.push(line);
                if last(lines.len(), &lines[lines.len() - 1]) {
                    break;
                }
            }
            lines
        }))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> mpsc::Receiver<T> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver
}

/// Bounds what can only take so long if something is wrong.
#[track_caller]
pub(crate) fn in_time<T>(receiver: &mpsc::Receiver<T>) -> T {
    receiver
        .recv_timeout(Duration::from_secs(60))
        .expect("it takes too long, or the thread that waits failed")
}

/// `sphere ARGUMENTS` with this sandbox, to its end.
pub(crate) fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ended {
    ended(sphere_with(sandbox).args(arguments))
}
