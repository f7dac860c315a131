//! Standard output that nobody reads.

use std::process::Stdio;

use sphere_bounded::LIMIT;
use sphere_bounded::program::{Running, run_with_stdout};
use sphere_sandbox::Sandbox;

use crate::customer::JANE;
use crate::run::{Ended, run, sphere, sphere_with};

const CUSTOMER: &str = "customer_1ab2c3d4";

/// A pipe whose reader has gone: the standard input of a process that has ended.
fn read_by_nobody() -> Stdio {
    let mut reader = Running::start(sphere().arg("--version").stdin(Stdio::piped()));
    let pipe = reader.take_stdin();
    reader.wait(LIMIT);
    pipe.into()
}

#[test]
fn pages_and_lists_may_lose_their_reader() {
    let sandbox = Sandbox::start().unwrap();
    run(&sandbox, &[&["customer", "create"][..], &JANE].concat()).success();
    for arguments in [&["--help"][..], &["man"], &["completions", "bash"], &["customer", "list"]] {
        Ended::from(run_with_stdout(sphere_with(&sandbox).args(arguments), read_by_nobody())).success();
    }
}

#[test]
fn response_that_nobody_reads_is_a_failure() {
    let sandbox = Sandbox::start().unwrap();
    let create = [&["customer", "create"][..], &JANE].concat();
    for arguments in [
        &["link", CUSTOMER][..],
        &["link", CUSTOMER, "--qr"],
        &["link", CUSTOMER, "--watch"],
        &["check"],
        &create,
    ] {
        let ended = Ended::from(run_with_stdout(sphere_with(&sandbox).args(arguments), read_by_nobody()));
        let told = ended.failure(1);
        assert!(told.starts_with("sphere: standard output cannot be written: "), "{told}");
        assert!(told.contains("response is lost"), "{told}");
    }
}

#[test]
#[cfg(unix)]
fn closed_output_asks_for_no_link() {
    let sandbox = Sandbox::start().unwrap();
    let closed = |line| crate::run::ended(crate::run::shell_with(&sandbox).args(["-c", line]));
    let told = closed("\"$SPHERE\" link customer_1 >&-").failure(1);
    assert!(told.starts_with("sphere: standard output is closed"), "{told}");
    assert!(sandbox.requests().is_empty());
    closed("\"$SPHERE\" link customer_1 >/dev/null").success();
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let sandbox = Sandbox::start().unwrap();
    for arguments in [&["link", CUSTOMER][..], &["--version"], &["completions", "bash"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let complaint = Ended::from(run_with_stdout(sphere_with(&sandbox).args(arguments), full)).failure(1);
        assert!(complaint.starts_with("sphere: standard output cannot be written: "), "{complaint}");
    }
}
