//! Which look-ups happen, and when: with a look-up that the test controls, over a real socket.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{DEFAULT_IDLE_TIMEOUT, Delivery, TransportErrorKind as Kind, TransportRequest};

use crate::names::{LookUp, Names};
use crate::{UreqTransport, UreqTransportBuilder};

/// Answers every request on every connection; closes each connection after one answer if told so.
fn server(keep_alive: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            serve(&stream.unwrap(), keep_alive);
        }
    });
    address
}

fn serve(stream: &TcpStream, keep_alive: bool) {
    let mut lines = BufReader::new(stream).lines();
    while lines.by_ref().map_while(Result::ok).any(|line| line.is_empty()) {
        let close = if keep_alive { "" } else { "connection: close\r\n" };
        let answer = format!("HTTP/1.1 200 OK\r\n{close}content-length: 2\r\n\r\nok");
        if { stream }.write_all(answer.as_bytes()).is_err() || !keep_alive {
            return;
        }
    }
}

/// A transport that asks `look_up`, and how often it asked.
fn transport(
    look_up: impl Fn(&str) -> std::io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
) -> (UreqTransport, Arc<AtomicUsize>) {
    build(UreqTransport::builder(), look_up)
}

fn build(
    builder: UreqTransportBuilder,
    look_up: impl Fn(&str) -> std::io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
) -> (UreqTransport, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let look_up: Arc<LookUp> = Arc::new(move |name: &str| {
        count.fetch_add(1, Ordering::SeqCst);
        look_up(name)
    });
    (builder.build_with(Names::looked_up_by(look_up)).unwrap(), asked)
}

fn get(url: &str) -> TransportRequest {
    TransportRequest::new(Request::get(url).body(Bytes::new()).unwrap())
}

/// An address that refuses connections while the returned parts live.
fn refused() -> (SocketAddr, (TcpStream, TcpListener)) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (stream.local_addr().unwrap(), (stream, listener))
}

#[test]
fn a_known_host_is_not_looked_up_again() {
    for keep_alive in [true, false] {
        let address = server(keep_alive);
        let (transport, asked) = transport(move |name| {
            assert_eq!(name, "api.test:80");
            Ok(vec![address])
        });
        for _ in 0..5 {
            transport.send(get("http://api.test/x")).unwrap();
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn an_address_is_not_looked_up_at_all() {
    let address = server(false);
    let (transport, asked) = transport(|_| unreachable!());
    transport.send(get(&format!("http://{address}/"))).unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn a_call_on_a_pooled_connection_looks_nothing_up() {
    let address = server(true);
    let names = Arc::new(Mutex::new(vec![address]));
    let answers = Arc::clone(&names);
    let (transport, asked) = transport(move |_| Ok(answers.lock().unwrap().clone()));
    transport.send(get("http://api.test/")).unwrap();
    // Ports are part of the name: this fails, is forgotten, and leaves the first connection alone.
    names.lock().unwrap().clear();
    transport.send(get("http://api.test:81/")).unwrap_err();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    transport.send(get("http://api.test/")).unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_host_is_forgotten_when_connecting_to_it_fails() {
    let (dead, _parts) = refused();
    let alive = server(false);
    let answers = Mutex::new(vec![alive, dead]);
    let (transport, asked) = transport(move |_| Ok(answers.lock().unwrap().pop().into_iter().collect()));
    let error = transport.send(get("http://api.test/")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
    transport.send(get("http://api.test/")).unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn the_second_address_is_tried_when_the_first_refuses() {
    let (dead, _parts) = refused();
    let alive = server(false);
    let (transport, _) = transport(move |_| Ok(vec![dead, alive]));
    transport.send(get("http://api.test/")).unwrap();
}

#[test]
fn a_host_without_an_address_is_an_error_and_one_with_too_many_is_none() {
    let (none, _) = transport(|_| Ok(Vec::new()));
    let error = none.send(get("http://api.test/")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
    // Not "connection refused", which nobody said.
    assert!(format!("{error:?}").contains("it has no address"), "{error:?}");

    let address = server(false);
    let (many, _) = transport(move |_| Ok(vec![address; 100]));
    many.send(get("http://api.test/")).unwrap();
}

#[test]
fn a_look_up_that_hangs_is_bounded_by_the_connect_timeout() {
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let (transport, _) = transport(move |_| {
        let _ = released.lock().unwrap().recv();
        Ok(Vec::new())
    });
    let start = Instant::now();
    let request = get("https://api.test/").with_connect_timeout(Duration::from_millis(100));
    let error = transport.send(request).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Timeout, Delivery::NotSent), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(5));
    drop(release);
}

#[test]
fn look_up_tcp_and_tls_share_one_connect_timeout() {
    // The system completes TCP handshakes for this one; nobody speaks TLS.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    // The queue of this one is full, so the system answers nobody who comes next.
    let full = TcpListener::bind("127.0.0.1:0").unwrap();
    let full_address = full.local_addr().unwrap();
    let queue: Vec<_> = (0..10_000)
        .map_while(|_| TcpStream::connect_timeout(&full_address, Duration::from_millis(150)).ok())
        .collect();

    for (url, address) in
        [("https://api.test/", silent.local_addr().unwrap()), ("http://api.test/", full_address)]
    {
        let (transport, _) = transport(move |_| {
            let (_never, slow) = mpsc::channel::<()>();
            // A look-up that takes two thirds of the limit.
            let _ = slow.recv_timeout(Duration::from_millis(600));
            Ok(vec![address])
        });
        let start = Instant::now();
        let request = get(url).with_connect_timeout(Duration::from_millis(900));
        let error = transport.send(request).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::Timeout, Delivery::NotSent), "{error:?}");
        // Each with the whole limit for itself would take 1.5 seconds.
        assert!(start.elapsed() < Duration::from_millis(1400), "{:?}", start.elapsed());
    }
    drop(queue);
}

#[test]
fn an_unknown_host_is_unsent_and_asked_for_again() {
    let (transport, asked) = transport(|_| Err(std::io::Error::other("no such host")));
    for times in 1..=2 {
        let error = transport.send(get("https://api.test/")).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, "looking up the host: no such host");
        assert_eq!(asked.load(Ordering::SeqCst), times);
    }
}

#[test]
fn with_a_proxy_it_is_the_proxy_that_is_looked_up_and_forgotten() {
    let (dead, _parts) = refused();
    let answers = Mutex::new(vec![Ok(vec![dead]), Err(std::io::Error::other("no such host"))]);
    let builder = UreqTransport::builder().proxy("http://proxy.test:3128");
    let (transport, asked) = build(builder, move |name| {
        assert_eq!(name, "proxy.test:3128");
        answers.lock().unwrap().pop().unwrap()
    });
    let cause = |error| std::error::Error::source(&error).map(ToString::to_string).unwrap();
    let error = transport.send(get("https://api.test/")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
    assert_eq!(cause(error), "connecting to the proxy: looking up the host: no such host");
    let error = transport.send(get("https://api.test/")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
    assert!(cause(error).starts_with("connecting to the proxy: "));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_look_up_that_panics_is_an_error() {
    let (transport, _) = transport(|_| panic!("as a test"));
    let error = transport.send(get("http://api.test/")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Other, Delivery::NotSent));
}

#[test]
fn the_defaults_are_those_of_an_sdk() {
    let transport = UreqTransport::new().unwrap();
    let config = transport.agent.config();
    assert_eq!(config.max_idle_age(), DEFAULT_IDLE_TIMEOUT);
    assert_eq!((config.max_idle_connections(), config.max_idle_connections_per_host()), (32, 32));
    assert!(config.proxy().is_none());
    // What holds for every request and is said by the agent alone.
    assert!(!config.http_status_as_error());
    assert_eq!((config.max_redirects(), config.max_response_header_size()), (0, crate::exchange::MAX_HEAD));
    // ureq's own check of the head must not come before the witness's.
    assert!(crate::exchange::MAX_HEAD >= config.input_buffer_size());
}
