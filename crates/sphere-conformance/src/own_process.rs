//! Contracts about file descriptors. Their number is limited for a whole process, so each contract runs in a process of
//! its own: the program of the tests once more, with the contract's test alone to run. The servers stay in the first
//! one.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::names::groups;
use crate::server::{Gate, Reply, Server};

/// How many descriptors the process may open. It needs about ten itself.
pub(crate) const DESCRIPTORS: usize = 40;

/// The addresses of the servers, for the second process.
const SERVERS: &str = "SPHERE_CONFORMANCE_SERVERS";

/// What the second process writes to its standard output: that the servers may reply, and why its contract failed.
const RELEASE: &str = "conformance: release the held requests";
const FAILED: &str = "conformance: the contract failed: ";

/// Why contracts of this group are not run, if they are not, for a candidate with these tests.
pub(crate) fn not_run(group: &str, tests: Option<&str>) -> Option<&'static str> {
    match tests {
        _ if group != groups::descriptors => None,
        _ if cfg!(not(unix)) => Some("descriptors are limited by `ulimit`, which is a command of Unix"),
        None => Some("it needs a process with few descriptors, which only the tests of `suite!` start"),
        Some(_) => None,
    }
}

/// Whether this is the second process.
pub(crate) fn is_this() -> bool {
    std::env::var_os(SERVERS).is_some()
}

/// The URLs of two servers. They reply at once, but to `/held` only after [`release`].
pub(crate) fn servers() -> [String; 2] {
    let urls = std::env::var(SERVERS).unwrap_or_default();
    let (one, two) = urls.split_once(' ').unwrap_or_else(|| panic!("this is not the contract's own process"));
    [one.to_owned(), two.to_owned()]
}

/// Lets the servers reply to all requests.
pub(crate) fn release() {
    println!("{RELEASE}");
}

/// Tells the first process why the contract failed.
pub(crate) fn tell(failure: &Failure) {
    println!("{FAILED}{}", failure.sentence.replace('\n', " "));
}

/// Runs the contract's test, which is in this module, in a process of its own. Panics with what it tells.
pub(crate) fn run(module_path: &str, contract: &str) {
    let gate = Gate::new();
    let servers = [(); 2].map(|()| serve(gate.clone()));
    let urls = servers.each_ref().map(|server| server.url("/")).join(" ");
    // The test harness names a test by its path without the crate.
    let path = module_path.split_once("::").map(|(_, path)| format!("{path}::")).unwrap_or_default();
    let test = format!("{path}{contract}");
    let program = std::env::current_exe().unwrap_or_else(|error| panic!("this program has no path: {error}"));
    let mut child = Command::new("sh")
        .args(["-c", &format!("ulimit -n {DESCRIPTORS} && exec \"$@\""), "sh"])
        .arg(program)
        .args(["--exact", &test, "--include-ignored", "--nocapture"])
        .env(SERVERS, urls)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("the contract's own process cannot be started: {error}"));
    let mut shown = String::new();
    for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()).flatten() {
        if line.contains(RELEASE) {
            gate.open();
        }
        shown += &line;
        shown.push('\n');
    }
    let has_passed = child.wait().is_ok_and(|status| status.success()) && shown.contains(" 1 passed");
    if let Some((_, told)) = shown.split_once(FAILED) {
        panic!("{}", told.lines().next().unwrap_or_default());
    }
    assert!(has_passed, "`{test}` did not run in a process of its own: {shown}");
}

fn serve(gate: Gate) -> Server {
    Server::serve(move |request| {
        let reply = Reply::new("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        if request.target() == "/held" { reply.after(&gate) } else { reply }
    })
}
