//! Both transports use every TLS session that a server gave them.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use sphere_conformance::server::{Authority, Event, Gate, Reply, Server};
use sphere_tests::transports::{AnyTransport, Options, post};

const CALLS: usize = 64;
const LIMIT: Duration = Duration::from_secs(20);
const LAST: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// As many calls at once, each on a connection of its own: the server responds when it has all of them.
fn burst(transport: &AnyTransport, server: &Server) {
    let (done, outcomes) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..CALLS {
            let (done, request) = (done.clone(), post(&server.https_url("/"), "k"));
            let request = request.with_time_left(LIMIT).with_connect_timeout(LIMIT);
            scope.spawn(move || drop(done.send(transport.send(request))));
        }
        for _ in 0..CALLS {
            assert_eq!(outcomes.recv_timeout(LIMIT * 2).unwrap().unwrap().status(), 200);
        }
    });
}

#[test]
fn second_burst_resumes_every_session() {
    let authority = Authority::new();
    for index in 0..2 {
        let gates = [Gate::new(), Gate::new()];
        let server = Server::serve_tls(&authority.good(), move |request| {
            let gate = &gates[request.number() / CALLS];
            if request.number() % CALLS == CALLS - 1 {
                gate.open();
            }
            Reply::new(LAST).after(gate)
        });
        let options = Options { pem: Some(authority.pem()), ..Options::default() };
        let transport = &AnyTransport::both(&options)[index];
        burst(transport, &server);
        burst(transport, &server);
        let handshakes: Vec<_> = server
            .events()
            .iter()
            .filter_map(|event| match event {
                Event::Handshake { resumed, .. } => Some(*resumed),
                _ => None,
            })
            .collect();
        server.finish();
        assert_eq!(handshakes.len(), 2 * CALLS);
        let full = handshakes[CALLS..].iter().filter(|resumed| !**resumed).count();
        assert_eq!(full, 0, "full handshakes in the second burst of {CALLS}");
    }
}
