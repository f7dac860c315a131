//! The two complete clients against the scripted server: what only a socket can show of a call. How often and when a
//! call is sent again is in core's `retries`.

use std::time::{Duration, Instant};

use sphere_conformance::server::{Reply, Server};
use sphere_core::{ApiKey, Config, ConfigBuilder, CustomerId, RetryPolicy};
use sphere_tests::{Backend, without_waits};

const LINK: &str = "HTTP/1.1 201 Created\r\ncontent-length: 68\r\n\r\n\
     {\"url\":\"https://check.example/t\",\"expiresAt\":\"2026-03-09T20:46:31Z\"}";

fn config(server: &Server) -> ConfigBuilder {
    Config::builder(ApiKey::new("sk_test_1").unwrap()).base_url(server.url("")).retry(without_waits())
}

fn customer() -> CustomerId {
    CustomerId::new("customer_ada").unwrap()
}

#[test]
fn attempts_on_the_wire_match_the_error() {
    let half = "HTTP/1.1 201 Created\r\ncontent-length: 68\r\n\r\n{\"url\"";
    for (reply, attempts) in [
        (Reply::new("HTTP/1.1 503 X\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n"), 3),
        (Reply::new("").close(), 2),
        (Reply::new("").reset(), 2),
        (Reply::new(half).close(), 2),
        (Reply::new("HTTP/1.1 500 X\r\ncontent-length: 9\r\n\r\nhalf").close(), 2),
        (Reply::new("HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n"), 1),
    ] {
        for index in [0, 1] {
            let (server, reply) = (
                Server::serve({
                    let reply = reply.clone();
                    move |_| reply.clone()
                }),
                &reply,
            );
            let error =
                Backend::both(&config(&server).build().unwrap(), None)[index].link(&customer()).unwrap_err();
            let requests = server.finish();
            assert_eq!(
                (error.attempts(), requests.len()),
                (attempts, attempts as usize),
                "{reply:?}: {error}"
            );
            for request in &requests[1..] {
                assert_eq!((request.head(), request.body()), (requests[0].head(), requests[0].body()));
            }
        }
    }
}

#[test]
fn a_wait_takes_real_time() {
    for index in [0, 1] {
        let server = Server::serve(|request| match request.number() {
            0 => "HTTP/1.1 429 X\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n",
            _ => LINK,
        });
        let policy = RetryPolicy::default().backoff(Duration::ZERO);
        let config = config(&server).retry(policy).build().unwrap();
        let since = Instant::now();
        let link = Backend::both(&config, None)[index].link(&customer()).unwrap();
        assert!(since.elapsed() >= Duration::from_secs(1), "{:?}", since.elapsed());
        assert_eq!((link.url(), server.finish().len()), ("https://check.example/t", 2));
    }
}
