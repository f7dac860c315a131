//! Child processes of a test: started with default signals, killed when they take too long or the test ends.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use crate::LIMIT;

/// A command without standard input, whose signals have their default effect.
///
/// A child inherits ignored signals. Shells ignore SIGINT and SIGQUIT in background jobs, and `nohup` ignores
/// SIGHUP: the tests of a program that Ctrl-C ends would wait forever there. Neither std nor `sh` can undo this
/// (POSIX lets no shell reset a signal that was ignored when it started); `env` of coreutils 8.31 or later can.
/// It replaces itself by the program, so that process id and pipes stay the same. Other systems than Linux may
/// not have this `env`; there the program is started as it is.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command;
    if cfg!(target_os = "linux") {
        command = Command::new("/usr/bin/env");
        command.args(["--default-signal", "--"]).arg(program);
    } else {
        command = Command::new(program);
    }
    command.stdin(Stdio::null());
    command
}

/// Runs a command to its end and returns what it printed.
///
/// # Panics
///
/// If it cannot be started, or runs for longer than [`LIMIT`]; then it is killed.
#[track_caller]
pub fn run(command: &mut Command) -> Output {
    Running::start(command).wait(LIMIT)
}

/// Like [`run`], with these bytes as standard input.
///
/// # Panics
///
/// As [`run`].
#[track_caller]
pub fn run_with_input(command: &mut Command, input: Vec<u8>) -> Output {
    let mut running = Running::start(command.stdin(Stdio::piped()));
    let mut stdin = running.take_stdin();
    // On a thread, since the program may not read. It may also have ended, which is its own choice.
    thread::spawn(move || stdin.write_all(&input));
    running.wait(LIMIT)
}

/// Like [`run`], with standard output going to `stdout`.
///
/// # Panics
///
/// As [`run`].
#[track_caller]
pub fn run_with_stdout(command: &mut Command, stdout: impl Into<Stdio>) -> Output {
    Running::start_with_stdout(command, stdout.into()).wait(LIMIT)
}

/// A running program. It is killed when this is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stderr: Receiver<Vec<u8>>,
}

impl Running {
    /// Starts a command, with standard output and standard error read by the test.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        Self::start_with_stdout(command, Stdio::piped())
    }

    #[track_caller]
    fn start_with_stdout(command: &mut Command, stdout: Stdio) -> Self {
        let started = command.stdout(stdout).stderr(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
        let stderr = read_to_end(child.stderr.take().expect("standard error is piped"));
        Self { child, stderr }
    }

    /// The writing end of the program's standard input.
    ///
    /// # Panics
    ///
    /// If the command was not given `stdin(Stdio::piped())`, or this is the second time.
    #[track_caller]
    pub fn take_stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("standard input is piped")
    }

    /// The first lines of standard output, up to one for which `is_last` is true, or all. Then nobody reads
    /// standard output any more.
    ///
    /// # Panics
    ///
    /// If they take longer than [`LIMIT`], or standard output was taken before.
    #[track_caller]
    pub fn first_lines(&mut self, is_last: impl Fn(usize, &str) -> bool + Send + 'static) -> Vec<String> {
        self.lines_up_to(is_last, drop)
    }

    /// Like [`Self::first_lines`], and what follows is read and dropped: for programs that end when nobody reads them.
    ///
    /// # Panics
    ///
    /// As [`Self::first_lines`].
    #[track_caller]
    pub fn first_lines_of_many(
        &mut self,
        is_last: impl Fn(usize, &str) -> bool + Send + 'static,
    ) -> Vec<String> {
        let drain = |mut stdout| drop(io::copy(&mut stdout, &mut io::sink()));
        self.lines_up_to(is_last, move |stdout| drop(thread::spawn(move || drain(stdout))))
    }

    #[track_caller]
    fn lines_up_to(
        &mut self,
        is_last: impl Fn(usize, &str) -> bool + Send + 'static,
        then: impl FnOnce(BufReader<ChildStdout>) + Send + 'static,
    ) -> Vec<String> {
        let stdout = self.child.stdout.take().expect("nobody else reads standard output");
        received(
            &on_a_thread(move || {
                let (mut stdout, mut lines) = (BufReader::new(stdout), Vec::new());
                for line in stdout.by_ref().lines().map_while(Result::ok) {
                    lines.push(line);
                    if is_last(lines.len(), &lines[lines.len() - 1]) {
                        break;
                    }
                }
                then(stdout);
                lines
            }),
            LIMIT,
        )
    }

    /// The lines of standard output, as they come. Whoever receives them sets the limit.
    ///
    /// # Panics
    ///
    /// If standard output was taken before.
    #[track_caller]
    pub fn lines(&mut self) -> Receiver<String> {
        let stdout = self.child.stdout.take().expect("nobody else reads standard output");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(stdout).lines().map_while(Result::ok);
            lines.map(|line| sender.send(line)).take_while(Result::is_ok).for_each(drop);
        });
        receiver
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end. The output has what was not read before.
    ///
    /// # Panics
    ///
    /// If the program runs for longer than `limit`; then it is killed.
    #[track_caller]
    pub fn wait(mut self, limit: Duration) -> Output {
        let stdout = self.child.stdout.take().map(read_to_end);
        let stdout = stdout.map(|stdout| received(&stdout, limit)).unwrap_or_default();
        let stderr = received(&self.stderr, limit);
        Output { status: self.status(limit), stdout, stderr }
    }

    /// Kills the program. The output has what was not read before.
    ///
    /// # Panics
    ///
    /// If another process holds its standard output or standard error.
    #[track_caller]
    pub fn kill(mut self) -> Output {
        // An error means that it has ended.
        let _ = self.child.kill();
        self.wait(LIMIT)
    }

    /// Whoever has closed all pipes ends in a moment: std has no `wait` with a limit.
    #[track_caller]
    fn status(&mut self, limit: Duration) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return status;
            }
            assert!(start.elapsed() < limit, "{}", too_long(limit));
            thread::yield_now();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_to_end(mut stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    on_a_thread(move || {
        let mut bytes = Vec::new();
        // What came before an error is kept.
        let _ = stream.read_to_end(&mut bytes);
        bytes
    })
}

fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver
}

#[track_caller]
fn received<T>(receiver: &Receiver<T>, limit: Duration) -> T {
    receiver.recv_timeout(limit).unwrap_or_else(|_| panic!("{}", too_long(limit)))
}

fn too_long(limit: Duration) -> String {
    format!("the program still runs after {} s and is killed", limit.as_secs())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = command("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_and_status_are_returned() {
        let output = run(&mut sh("echo out; echo err >&2; exit 3"));
        assert_eq!((&output.stdout[..], &output.stderr[..]), (&b"out\n"[..], &b"err\n"[..]));
        assert_eq!(output.status.code(), Some(3));
    }

    #[test]
    fn input_reaches_the_program() {
        assert_eq!(run_with_input(&mut command("cat"), b"in".to_vec()).stdout, b"in");
    }

    #[test]
    fn endless_program_fails_with_a_sentence() {
        let running = Running::start(&mut sh("kill -STOP $$"));
        let id = running.id();
        let panic = catch_unwind(AssertUnwindSafe(|| running.wait(Duration::ZERO))).unwrap_err();
        assert_eq!(panic.downcast_ref::<String>().unwrap(), "the program still runs after 0 s and is killed");
        assert!(!std::path::Path::new(&format!("/proc/{id}")).exists(), "it is still there");
    }

    #[test]
    fn ignored_signals_still_end_the_program() {
        for signal in ["INT", "QUIT", "HUP"] {
            // `env` ignores the signal as a shell does for a background job.
            let mut ignoring = Command::new("/usr/bin/env");
            ignoring.arg(format!("--ignore-signal={signal}"));
            let inner = sh(&format!("kill -s {signal} $$; echo survived"));
            let output = run(ignoring.arg(inner.get_program()).args(inner.get_args()));
            assert!(output.status.signal().is_some() && output.stdout.is_empty(), "{signal}: {output:?}");
        }
    }
}
