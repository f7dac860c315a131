//! File descriptors: a client leaves none behind for a runtime that has ended, and gives its idle connections back if none
//! is left. Descriptors belong to the process, so each case runs in its own: this program again, with a single test to run.

use std::fs::File;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use sphere_conformance::server::{Gate, Reply, Server};
use sphere_core::transport::{Delivery, Transport as _, TransportErrorKind as Kind, TransportRequest};
use sphere_hyper::HyperTransport;
use sphere_tests::transports::{AnyTransport, Options, post};
use tokio::runtime::{Builder, Runtime};

/// The addresses of the servers, for the child.
const SERVERS: &str = "SERVERS_OF_THE_PARENT";

/// Runs a test of this file in a process that may open 40 descriptors, with two servers in this one.
fn in_a_child(test: &str) {
    let servers = [(); 2].map(|()| serve());
    let urls = servers.each_ref().map(|server| server.url("/")).join(" ");
    let mut child = Command::new("sh");
    child.args(["-c", "ulimit -n 40 && exec \"$@\"", "sh"]).arg(std::env::current_exe().unwrap());
    child.args(["--exact", &format!("descriptors::{test}"), "--ignored"]).env(SERVERS, urls);
    let output = child.output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}");
}

/// How many calls of a burst are in flight at once, at least.
const AT_ONCE: usize = 15;

/// The first calls to `/burst` get their responses when so many of them are there.
fn serve() -> Server {
    let gate = Gate::new();
    let arrived = AtomicUsize::new(0);
    Server::serve(move |request| {
        let reply = Reply::new("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        if request.target() != "/burst" {
            return reply;
        }
        if arrived.fetch_add(1, Ordering::SeqCst) + 1 == AT_ONCE {
            gate.open();
        }
        reply.after(&gate)
    })
}

fn requests() -> [TransportRequest; 2] {
    let urls = std::env::var(SERVERS).unwrap();
    let mut urls = urls.split(' ').map(|url| post(url, "k"));
    [(); 2].map(|()| urls.next().unwrap())
}

fn open_descriptors() -> usize {
    std::fs::read_dir("/dev/fd").unwrap().count()
}

#[test]
fn ended_runtimes_leave_no_descriptor() {
    in_a_child("one_client_many_runtimes");
}

#[test]
#[ignore = "run by the test above, in its own process"]
fn one_client_many_runtimes() {
    let transport = HyperTransport::new().unwrap();
    // The second route has a connection of a runtime that ended first, and is used no more.
    let [request, other] = requests();
    let runtime = |number: usize| -> Runtime {
        let mut builder =
            if number % 2 == 0 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
        builder.worker_threads(1).enable_all().build().unwrap()
    };
    runtime(0).block_on(transport.send(other)).unwrap();
    let mut after_the_second = 0;
    for number in 0..300 {
        runtime(number).block_on(transport.send(request.clone())).unwrap();
        match number {
            0 => {}
            1 => after_the_second = open_descriptors(),
            _ => assert!(open_descriptors() <= after_the_second + 4, "after {number} runtimes"),
        }
    }
    let idle = format!("{transport:?}");
    assert!(idle.contains("idle: 1"), "{idle}");
}

#[test]
fn idle_connections_make_room_for_files() {
    in_a_child("all_descriptors_are_taken");
}

#[test]
#[ignore = "run by the test above, in its own process"]
fn all_descriptors_are_taken() {
    let take_all = || std::iter::from_fn(|| File::open("/dev/null").ok());
    for transport in AnyTransport::both(&Options::default()) {
        let [one, two] = requests();
        transport.send(one.clone()).unwrap();
        let mut taken: Vec<_> = take_all().collect();
        assert!(taken.len() > AT_ONCE, "{} descriptors were left", taken.len());
        // The connection to the first server makes room for one to the second.
        assert_eq!(transport.send(two).unwrap().status(), 200);
        // A connection that is not kept is closed a moment after its call.
        let error = (0..1000).find_map(|_| {
            taken.extend(take_all());
            transport.send(one.clone()).err()
        });
        // A kind that is not retried, so that it costs nothing of the budget.
        let error = error.unwrap();
        assert_eq!((error.kind(), error.delivery()), (Kind::Setup, Delivery::NotSent));
    }
}

#[test]
fn burst_without_descriptors_leaves_some() {
    in_a_child("more_calls_than_descriptors");
}

#[test]
#[ignore = "run by the test above, in its own process"]
fn more_calls_than_descriptors() {
    const CALLS: usize = 100;
    for (transport, request) in AnyTransport::both(&Options::default()).into_iter().zip(requests()) {
        let url = format!("{}burst", request.http().uri());
        let (transport, start) = (Arc::new(transport), Arc::new(Barrier::new(CALLS)));
        let calls: Vec<_> = (0..CALLS)
            .map(|_| {
                let (transport, start, request) =
                    (Arc::clone(&transport), Arc::clone(&start), post(&url, "k"));
                thread::spawn(move || {
                    start.wait();
                    transport.send(request)
                })
            })
            .collect();
        let mut was_short = false;
        for call in calls {
            if let Err(error) = call.join().unwrap() {
                assert_eq!((error.kind(), error.delivery()), (Kind::Setup, Delivery::NotSent), "{error:?}");
                was_short = true;
            }
        }
        // The client lives, and the program can open files.
        let files: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).take(AT_ONCE).collect();
        assert!(files.len() == AT_ONCE || !was_short, "{} files; {transport:?}", files.len());
    }
}
