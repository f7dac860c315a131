//! File descriptors: a transport gives back what it needs no more. Each contract runs in a process of its own that may
//! open 40 of them (Unix only). A program that is out of descriptors can open no file, log or connection of any kind.

use std::fs::File;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use sphere_core::transport::TransportErrorKind as Kind;

use super::calls::{AMPLE, plain, post, send};
use super::expect::{Outcome, expect_kind, expect_not_sent, expect_response};
use crate::own_process::{DESCRIPTORS, release, servers};
use crate::server::MAX_WAIT;
use crate::subject::Candidate;
use crate::subject::Subject;

/// A client lives longer than a runtime: it is made once, and a program may have a runtime for each of its jobs. After
/// 300 runtimes, one after the other, no more is open than after two. (If the transport is blocking, it is 300
/// threads.)
pub(crate) fn ended_runtimes_leave_no_descriptor(candidate: &Candidate) {
    /// What a connection that is just being closed may have.
    const SLACK: usize = 4;
    let [one, other] = servers();
    let subject = plain(candidate);
    // Another server, which is not called again.
    expect_response(subject.send_and_end(post(other, "")));
    let mut most = DESCRIPTORS;
    for number in 2..=300 {
        expect_response(subject.send_and_end(post(&one, "")));
        let open = std::fs::read_dir("/dev/fd").map_or(0, Iterator::count);
        if number == 2 {
            most = open + SLACK;
        }
        assert!(open <= most, "after {number} runtimes at most {most} descriptors must be open, not {open}");
    }
}

/// Opens files until none can be opened, or this many are.
fn files(most: usize) -> Vec<File> {
    std::iter::from_fn(|| File::open("/dev/null").ok()).take(most).collect()
}

/// If there is no descriptor for a new connection, an idle one is closed and the call succeeds.
pub(crate) fn idle_connections_make_room_for_new_ones(candidate: &Candidate) {
    let [one, other] = servers();
    let subject = plain(candidate);
    expect_response(send(&subject, one));
    let taken = files(usize::MAX);
    let outcome = send(&subject, other);
    drop(taken);
    expect_response(outcome);
}

/// The outcomes of a burst of more calls than there are descriptors: those that connect are held by the server until
/// another has failed.
fn burst(subject: &Arc<dyn Subject>) -> Vec<Outcome> {
    const CALLS: usize = 100;
    let url = format!("{}held", servers()[0]);
    let (done, outcomes) = mpsc::channel();
    for _ in 0..CALLS {
        let request = post(&url, "").with_time_left(MAX_WAIT);
        let (subject, done) = (Arc::clone(subject), done.clone());
        std::thread::spawn(move || drop(done.send(subject.send(request))));
    }
    let next = |number| {
        let outcome = outcomes.recv_timeout(MAX_WAIT);
        outcome.unwrap_or_else(|_| panic!("all {CALLS} calls must return, but only {number} did"))
    };
    let first = next(0);
    release();
    std::iter::once(first).chain((1..CALLS).map(next)).collect()
}

/// After a burst that took all descriptors, the program can open files, although the client lives.
pub(crate) fn burst_leaves_descriptors_to_the_program(candidate: &Candidate) {
    const FILES: usize = DESCRIPTORS / 3;
    let subject = plain(candidate);
    burst(&subject);
    // A connection that is not kept is closed a moment after its call.
    let since = Instant::now();
    let mut opened = files(FILES).len();
    while opened < FILES && since.elapsed() < AMPLE {
        std::thread::sleep(Duration::from_millis(10));
        opened = files(FILES).len();
    }
    assert!(opened == FILES, "the program must be able to open {FILES} files, but can open {opened}");
    // It lives until here.
    drop(subject);
}

/// A call for which there is no descriptor was not sent, and sending it again at once would not help.
pub(crate) fn missing_descriptor_is_a_setup_error(candidate: &Candidate) {
    let failed: Vec<_> = burst(&plain(candidate)).into_iter().filter_map(Result::err).collect();
    assert!(!failed.is_empty(), "more calls than descriptors were in flight at once");
    for error in failed {
        expect_not_sent(Err(expect_kind(Err(error), Kind::Setup)));
    }
}
