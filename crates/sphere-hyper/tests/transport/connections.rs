//! Connections and the runtime that drives them. Time is tokio's: it is paused and moved.

use sphere_conformance::server::{Gate, Script, Server};

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

/// Moves tokio's clock.
async fn pass(duration: Duration) {
    tokio::time::pause();
    tokio::time::advance(duration).await;
    tokio::time::resume();
}

#[test]
fn idle_connection_is_kept_for_four_seconds() {
    bounded(|| {
        let server = Server::start([Script::respond_each([EMPTY, EMPTY]), Script::respond(EMPTY)]);
        let transport = transport();
        runtime().block_on(async {
            for idle in [3, 5, 0] {
                send(&transport, &server.url("/")).await.unwrap();
                pass(Duration::from_secs(idle)).await;
            }
        });
        server.finish();
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

/// A response before the whole request was sent is returned. The next call gets a new connection.
#[test]
fn early_response_is_returned() {
    bounded(|| {
        let (early, done) = ("HTTP/1.1 413 X\r\ncontent-length: 0\r\n\r\n", Gate::new());
        let first = Script::new().read(64).write(early).pause(&done).drain();
        let server = Server::start([first, Script::respond(EMPTY)]);
        let transport = transport();
        let body = RequestBody::from(bytes::Bytes::from(vec![b'x'; 16 << 20]));
        let request =
            http::Request::post(server.url("/")).header("content-length", body.len()).body(body).unwrap();
        runtime().block_on(async {
            let response = transport.send(TransportRequest::new(request)).await.unwrap();
            assert_eq!(response.status(), 413);
            send(&transport, &server.url("/")).await.unwrap();
        });
        done.open();
        server.finish();
    });
}
