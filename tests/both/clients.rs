//! The two complete clients against the scripted server: what the pipeline adds to a transport, seen on the
//! wire. Attempts are counted there, and waits measured by when they end, not by what the client says.

use std::time::{Duration, Instant};

use sphere_conformance::server::{Reply, Server};
use sphere_core::{ApiKey, Config, ConfigBuilder, CustomerId, Error, ErrorKind, RetryPolicy};
use sphere_tests::{Backend, without_waits};

/// Far more than any call here takes, far less than the default time limit.
const SOON: Duration = Duration::from_secs(10);

const LINK: &str = "HTTP/1.1 201 Created\r\ncontent-length: 68\r\n\r\n\
     {\"url\":\"https://check.example/t\",\"expiresAt\":\"2026-03-09T20:46:31Z\"}";

fn config(server: &Server) -> ConfigBuilder {
    Config::builder(ApiKey::new("sk_test_1").unwrap()).base_url(server.url("")).retry(without_waits())
}

fn customer() -> CustomerId {
    CustomerId::new("customer_ada").unwrap()
}

/// An empty answer with this status and these headers.
fn status(status: u16, headers: &str) -> Reply {
    Reply::new(format!("HTTP/1.1 {status} X\r\n{headers}content-length: 0\r\n\r\n"))
}

/// One failing call by each client to a server that always replies so; and the attempts that it saw of each.
fn failures(reply: &Reply, configure: impl Fn(ConfigBuilder) -> ConfigBuilder) -> [(Error, usize); 2] {
    [0, 1].map(|index| {
        let reply = reply.clone();
        let server = Server::serve(move |_| reply.clone());
        let config = configure(config(&server)).build().unwrap();
        let backends = Backend::both(&config, None);
        let error = backends[index].link(&customer()).unwrap_err();
        drop(backends);
        (error, server.finish().len())
    })
}

#[test]
fn the_link_of_this_server_is_a_good_one() {
    let server = Server::serve(|_| LINK);
    for backend in Backend::both(&config(&server).build().unwrap(), None) {
        assert_eq!(backend.link(&customer()).unwrap().url(), "https://check.example/t");
    }
}

#[test]
fn the_attempts_on_the_wire_are_those_that_the_error_tells() {
    let half = "HTTP/1.1 201 Created\r\ncontent-length: 68\r\n\r\n{\"url\"";
    for (reply, attempts) in [
        // The server asks for less, or says that the connection is at fault: three attempts.
        (status(429, ""), 3),
        (status(503, "retry-after: 0\r\n"), 3),
        (status(503, ""), 3),
        (status(408, ""), 3),
        (status(421, ""), 3),
        (status(425, ""), 3),
        // Nobody knows: one retry.
        (status(500, ""), 2),
        (status(502, ""), 2),
        (Reply::new("").close(), 2),
        (Reply::new("").reset(), 2),
        (Reply::new(half).close(), 2),
        (Reply::new("HTTP/1.1 500 X\r\ncontent-length: 9\r\n\r\nhalf").close(), 2),
        // It will be the same next time: none.
        (status(201, ""), 1),
        (status(302, "location: /\r\n"), 1),
        (status(400, ""), 1),
        (status(401, ""), 1),
        (status(404, ""), 1),
    ] {
        for (error, seen) in failures(&reply, |config| config) {
            assert_eq!((error.attempts() as usize, seen), (attempts, attempts), "{reply:?}: {error}");
        }
    }
}

#[test]
fn every_attempt_is_the_same_request() {
    for index in [0, 1] {
        let server = Server::serve(|request| match request.number() {
            0 | 1 => status(429, ""),
            _ => LINK.into(),
        });
        Backend::both(&config(&server).build().unwrap(), None)[index].link(&customer()).unwrap();
        let requests = server.finish();
        assert_eq!(requests.len(), 3);
        for request in &requests[1..] {
            assert_eq!((request.head(), request.body()), (requests[0].head(), requests[0].body()));
        }
    }
}

#[test]
fn the_time_limit_spans_all_attempts() {
    // Each attempt alone is quick. Without the limit, ten of them would be made.
    let limit = Duration::from_millis(700);
    let patient = RetryPolicy::default().max_attempts(10).backoff(Duration::ZERO);
    let since = Instant::now();
    for (error, seen) in failures(&status(429, "retry-after: 0\r\n"), |config| {
        config
            .retry(patient.clone().backoff(Duration::from_secs(2)).max_backoff(Duration::from_secs(2)))
            .timeout(limit)
    }) {
        assert_eq!(error.attempts() as usize, seen);
        assert!(seen < 10, "{seen} attempts in {limit:?}");
    }
    // A server that never responds is asked once more within it.
    for (error, seen) in
        failures(&Reply::new("").silence(), |config| config.retry(patient.clone()).timeout(limit))
    {
        assert!(error.is_timeout(), "{error}");
        assert_eq!((error.attempts(), seen), (2, 2));
    }
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
}

#[test]
fn retry_after_is_obeyed() {
    for index in [0, 1] {
        let server = Server::serve(|request| match request.number() {
            0 => status(429, "retry-after: 1\r\n"),
            _ => LINK.into(),
        });
        let policy = RetryPolicy::default().backoff(Duration::ZERO);
        let config = config(&server).retry(policy).build().unwrap();
        let since = Instant::now();
        Backend::both(&config, None)[index].link(&customer()).unwrap();
        assert!(since.elapsed() >= Duration::from_secs(1), "{:?}", since.elapsed());
        assert_eq!(server.finish().len(), 2);
    }
}

#[test]
fn retry_after_is_capped() {
    let policy = RetryPolicy::default().backoff(Duration::ZERO).max_retry_after(Duration::from_millis(100));
    let since = Instant::now();
    for asked in ["3600", "18446744073709551616"] {
        let reply = status(503, &format!("retry-after: {asked}\r\n"));
        for (error, seen) in failures(&reply, |config| config.retry(policy.clone())) {
            assert_eq!((error.attempts(), seen), (3, 3), "{error}");
        }
    }
    assert!(since.elapsed() >= Duration::from_millis(800), "{:?}", since.elapsed());
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
}

#[test]
fn a_wait_that_would_not_end_in_time_is_not_begun() {
    let since = Instant::now();
    for (error, seen) in failures(&status(429, "retry-after: 3600\r\n"), |config| {
        config.retry(RetryPolicy::default().max_retry_after(Duration::from_secs(3600)))
    }) {
        assert_eq!((error.attempts(), seen), (1, 1), "{error}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    }
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
}

/// What the budget allows: ten retries. From then on each call makes one attempt, until calls succeed again.
#[test]
fn an_outage_spends_the_budget_and_stops_there() {
    const CALLS: usize = 20;
    for index in [0, 1] {
        let server = Server::serve(|_| status(429, ""));
        let backends = Backend::both(&config(&server).build().unwrap(), None);
        let told: u32 = (0..CALLS).map(|_| backends[index].link(&customer()).unwrap_err().attempts()).sum();
        assert_eq!(told as usize, CALLS + 10);
        let last = backends[index].link(&customer()).unwrap_err();
        assert_eq!((last.kind(), last.attempts()), (ErrorKind::Api, 1));
        drop(backends);
        assert_eq!(server.finish().len(), CALLS + 10 + 1);
    }
}

/// A connection closed while nobody looked is not even an attempt that failed.
#[test]
fn a_server_that_closes_between_calls_costs_no_attempt() {
    for index in [0, 1] {
        let server = Server::serve(|_| Reply::new(LINK).close());
        let backends = Backend::both(&config(&server).retry(RetryPolicy::never()).build().unwrap(), None);
        for call in 0..3 {
            backends[index].link(&customer()).unwrap();
            server.wait_until_closed(call);
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(backends);
        assert_eq!(server.finish().len(), 3);
    }
}
