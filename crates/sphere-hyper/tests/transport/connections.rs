//! Connections and the runtime that drives them. Time is tokio's: it is paused and moved.

use std::future::poll_fn;
use std::sync::Arc;

use sphere_conformance::server::{Event, Gate, Script, Server};
use sphere_core::transport::DEFAULT_IDLE_TIMEOUT;

use super::*;

/// The runtime does not run between two calls, and meanwhile the server closes.
#[test]
fn connection_closed_between_runs_fails_no_call() {
    bounded(|| {
        let close = Gate::new();
        let server = Server::start([Script::respond(EMPTY).pause(&close).close(), Script::respond(EMPTY)]);
        let (runtime, transport) = (runtime(), transport());
        runtime.block_on(async {
            send(&transport, &server.url("/")).await.unwrap();
            pass(Duration::from_secs(1)).await;
        });
        close.open();
        server.wait_until_closed(0);
        runtime.block_on(send(&transport, &server.url("/"))).unwrap();
        server.finish();
    });
}

/// The runtime is busy with something else while the server closes, or writes what nobody asked for: tokio does not
/// know of it when the next call begins.
#[test]
fn events_during_a_busy_runtime_are_noticed() {
    let stray = "HTTP/1.1 408 Timeout\r\ncontent-length: 0\r\n\r\n";
    bounded(move || {
        for closes in [false, true] {
            let (idle, done) = (Gate::new(), Gate::new());
            let first = Script::respond(EMPTY).pause(&idle);
            let first = if closes { first.half_close() } else { first.write(stray) };
            let first = first.open(&done).drain();
            let server = Server::start([first, Script::respond(EMPTY)]);
            let transport = transport();
            runtime().block_on(async {
                send(&transport, &server.url("/")).await.unwrap();
                pass(Duration::from_secs(1)).await;
                // No `await` from here to the next call.
                idle.open();
                done.wait();
                let response = send(&transport, &server.url("/")).await.unwrap();
                assert_eq!(response.status(), 200);
            });
            server.finish();
        }
    });
}

/// Moves tokio's clock.
async fn pass(duration: Duration) {
    tokio::time::pause();
    tokio::time::advance(duration).await;
    tokio::time::resume();
}

/// How long a connection may be idle is the request's business. The third call may use what the second may not.
#[test]
fn idle_time_is_limited_by_the_request() {
    bounded(|| {
        let last = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let server = Server::start([Script::respond_each([EMPTY, EMPTY]), Script::respond(last).close()]);
        let transport = transport();
        runtime().block_on(async {
            send(&transport, &server.url("/")).await.unwrap();
            pass(Duration::from_secs(5)).await;
            send(&transport, &server.url("/")).await.unwrap();
            pass(Duration::from_secs(40)).await;
            let patient = post(&server.url("/")).with_max_idle_time(DEFAULT_IDLE_TIMEOUT);
            transport.send(patient).await.unwrap();
        });
        server.finish();
    });
}

/// Waits until this connection has ended, while the runtime runs.
async fn closed(server: &Arc<Server>, connection: usize) {
    let server = Arc::clone(server);
    tokio::task::spawn_blocking(move || server.wait_until_closed(connection)).await.unwrap();
}

fn count_closed(server: &Server) -> usize {
    server.events().iter().filter(|event| matches!(event, Event::Closed { .. })).count()
}

#[test]
fn expired_idle_connections_are_closed() {
    bounded(|| {
        let short = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nkeep-alive: timeout=9\r\n\r\n";
        let (arrived, waits) = (Gate::new(), Gate::new());
        let slow = Script::new().read_request().open(&arrived).pause(&waits).write(short);
        let server = Arc::new(Server::start([slow, Script::respond(EMPTY)]));
        let transport = transport();
        runtime().block_on(async {
            let (sender, url) = (transport.clone(), server.url("/"));
            let first = tokio::spawn(async move { send(&sender, &url).await });
            poll_fn(|context| arrived.poll_wait(context)).await;
            send(&transport, &server.url("/")).await.unwrap();
            waits.open();
            first.await.unwrap().unwrap();
            pass(Duration::from_secs(7)).await;
            assert_eq!(count_closed(&server), 0);
            // Its server keeps the first for nine seconds, of which one is a margin.
            pass(Duration::from_secs(1)).await;
            closed(&server, 0).await;
            pass(Duration::from_secs(41)).await;
            assert_eq!(count_closed(&server), 1);
            pass(Duration::from_secs(1)).await;
            closed(&server, 1).await;
        });
        Arc::into_inner(server).unwrap().finish();
    });
}

#[test]
fn idle_connections_end_with_the_transport() {
    bounded(|| {
        let server = Arc::new(Server::start([Script::respond(EMPTY)]));
        let transport = transport();
        runtime().block_on(async {
            send(&transport, &server.url("/")).await.unwrap();
            drop(transport);
            closed(&server, 0).await;
        });
    });
}

#[test]
fn connection_is_reused_only_on_its_runtime() {
    bounded(|| {
        let server = Server::start([Script::respond(EMPTY), Script::respond(EMPTY)]);
        let (runtimes, transport) = ([(); 2].map(|()| runtime()), transport());
        for runtime in &runtimes {
            // The other runtime exists and does not run.
            runtime.block_on(send(&transport, &server.url("/"))).unwrap();
        }
        server.finish();
    });
}

#[test]
fn connection_limit_holds_over_all_runtimes() {
    bounded(|| {
        let server = Server::serve(|_| EMPTY);
        let transport = HyperTransport::builder().max_connections_per_host(2).build().unwrap();
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtimes = [(); 3].map(|()| builder.worker_threads(1).enable_all().build().unwrap());
        for runtime in &runtimes {
            runtime.block_on(send(&transport, &server.url("/"))).unwrap();
        }
        server.wait_until_closed(0);
        assert_eq!(count_closed(&server), 1);
    });
}
