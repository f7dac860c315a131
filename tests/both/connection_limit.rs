//! `max_connections_per_host`: calls that come when all connections are in use wait for the first that becomes free.

use std::thread;
use std::time::Duration;

use sphere_bounded::LIMIT;
use sphere_conformance::server::{Event, Gate, Received, Reply, Script, Server};
use sphere_core::transport::{Delivery, Transport as _, TransportErrorKind, TransportRequest};
use sphere_tests::transports::{AnyTransport, Options, post};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// Both transports, with a limit.
fn both(connections: usize) -> [AnyTransport; 2] {
    AnyTransport::both(&Options { max_connections_per_host: Some(connections), ..Options::default() })
}

fn request(server: &Server) -> TransportRequest {
    post(&server.url("/"), "k").with_time_left(LIMIT).with_connect_timeout(LIMIT)
}

#[test]
fn many_calls_share_a_few_connections() {
    const CONNECTIONS: usize = 3;
    for transport in both(CONNECTIONS) {
        let server = Server::serve(|_| OK);
        thread::scope(|scope| {
            for _ in 0..24 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        assert_eq!(transport.send(request(&server)).unwrap().status(), 200);
                    }
                });
            }
        });
        let accepted = server.events().iter().filter(|event| matches!(event, Event::Accepted { .. })).count();
        assert!(accepted <= CONNECTIONS, "{accepted} connections");
        assert_eq!(server.finish().len(), 240);
    }
}

#[test]
fn call_that_waited_in_vain_is_not_sent() {
    for transport in both(1) {
        let gate = Gate::new();
        let server = Server::serve({
            let gate = gate.clone();
            move |_| Reply::new(OK).after(&gate)
        });
        thread::scope(|scope| {
            let first = scope.spawn(|| transport.send(request(&server)));
            server.wait_for(|event| matches!(event, Event::Request(_)));
            let error =
                transport.send(request(&server).with_time_left(Duration::from_millis(20))).unwrap_err();
            assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Timeout, Delivery::NotSent));
            let source = std::error::Error::source(&error).map(ToString::to_string);
            assert_eq!(
                source.unwrap(),
                "waiting for a connection: the limit is 1, and none became free in time"
            );
            let error = transport.warm_up(request(&server).with_connect_timeout(Duration::from_millis(20)));
            assert_eq!(error.unwrap_err().kind(), TransportErrorKind::Timeout);
            gate.open();
            assert_eq!(first.join().unwrap().unwrap().status(), 200);
        });
        assert_eq!(server.finish().len(), 1);
    }
}

#[test]
fn unusable_idle_connection_makes_room() {
    for transport in both(1) {
        let server = Server::serve(|_| OK);
        transport.send(request(&server)).unwrap();
        transport.send(request(&server).with_max_idle_time(Duration::ZERO)).unwrap();
        server.wait_until_closed(0);
        let connections: Vec<_> = server.finish().iter().map(Received::connection).collect();
        assert_eq!(connections, [0, 1]);
    }
}

#[test]
fn a_dropped_call_leaves_its_place_to_others() {
    let [AnyTransport::Hyper(transport, runtime), _] = both(1) else { unreachable!("the first is async") };
    let server = Server::start([Script::silence(), Script::respond(OK)]);
    runtime.block_on(async {
        let silent = tokio::spawn({
            let (transport, request) = (transport.clone(), request(&server));
            async move { transport.send(request).await }
        });
        tokio::task::block_in_place(|| server.wait_for(|event| matches!(event, Event::Request(_))));
        let waiting = tokio::spawn({
            let (transport, request) = (transport.clone(), request(&server));
            async move { transport.send(request).await }
        });
        silent.abort();
        assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
    });
}
