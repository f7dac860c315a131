//! Both transports look names up and try addresses in the same way: on few threads, shared, remembered, forgotten on
//! failure; several addresses are raced.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};
use sphere_conformance::server::{RefusingPort, Server};
use sphere_core::transport::{Delivery, TransportErrorKind as Kind};
use sphere_net::lookups::{Lookups, MAX_THREADS};
use sphere_net::race::Next;
use sphere_tests::transports::{AnyTransport, Options, post};

const CALLS: usize = 1000;
const PATIENCE: Duration = Duration::from_secs(20);
const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A resolver that hangs for hosts that begin with `slow` until it is opened, and then knows none of them.
#[derive(Default)]
struct Resolver {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_open: bool,
    started: usize,
    running: usize,
    most_running: usize,
}

impl Resolver {
    fn lookups(self: &Arc<Self>) -> Lookups {
        let this = Arc::clone(self);
        Lookups::with(move |host| {
            let mut state = this.state.lock().unwrap();
            state.started += 1;
            state.running += 1;
            state.most_running = state.most_running.max(state.running);
            this.changed.notify_all();
            let hangs = host.starts_with("slow");
            if hangs {
                state = this.changed.wait_timeout_while(state, PATIENCE, |state| !state.is_open).unwrap().0;
            }
            state.running -= 1;
            let unknown = || std::io::Error::other("no such host");
            if hangs { Err(unknown()) } else { Ok(vec![IpAddr::from(Ipv4Addr::LOCALHOST)]) }
        })
    }

    fn open(&self) {
        self.state.lock().unwrap().is_open = true;
        self.changed.notify_all();
    }

    fn started(&self) -> usize {
        self.state.lock().unwrap().started
    }

    fn wait_for(&self, started: usize) {
        let state = self.state.lock().unwrap();
        let waited = self.changed.wait_timeout_while(state, PATIENCE, |state| state.started < started);
        assert!(!waited.unwrap().1.timed_out(), "{started} lookups did not start");
    }

    fn most_running(&self) -> usize {
        self.state.lock().unwrap().most_running
    }
}

fn both(lookups: &Lookups) -> [AnyTransport; 2] {
    AnyTransport::both(&Options { lookups: Some(lookups.clone()), ..Options::default() })
}

/// A thread that is looking something up ends soon after its lookup.
fn wait_until_no_thread_is_left(lookups: &Lookups) {
    let since = Instant::now();
    while lookups.threads() > 0 {
        assert!(since.elapsed() < PATIENCE, "{} threads are left", lookups.threads());
        thread::yield_now();
    }
}

/// Each of so many calls, on a thread of its own, to a host by its number, and what it ended with.
fn call_all<'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    transport: &'scope AnyTransport,
    limit: Duration,
    host: impl Fn(usize) -> String,
) -> Vec<thread::ScopedJoinHandle<'scope, (Kind, Delivery)>> {
    let calls = (0..CALLS).map(|number| {
        let request = post(&format!("https://{}/", host(number)), "k");
        let request = request.with_time_left(PATIENCE * 2).with_connect_timeout(limit);
        let call = move || {
            let error = transport.send(request).unwrap_err();
            (error.kind(), error.delivery())
        };
        thread::Builder::new().stack_size(256 << 10).spawn_scoped(scope, call).unwrap()
    });
    calls.collect()
}

#[test]
fn hanging_names_share_threads_and_delay_no_other() {
    let server = Server::serve(|_| EMPTY);
    for index in 0..2 {
        let resolver = Arc::new(Resolver::default());
        let lookups = resolver.lookups();
        let [hyper, ureq] = both(&lookups);
        let transport = if index == 0 { hyper } else { ureq };
        thread::scope(|scope| {
            let hanging = MAX_THREADS - 1;
            let calls =
                call_all(scope, &transport, PATIENCE, |number| format!("slow{}.test", number % hanging));
            resolver.wait_for(hanging);
            assert_eq!(lookups.threads(), hanging);
            let url = format!("http://other.test:{}/", server.address().port());
            assert_eq!(transport.send(post(&url, "k")).unwrap().status(), 200);
            resolver.open();
            for call in calls {
                assert_eq!(call.join().unwrap(), (Kind::Connect, Delivery::NotSent));
            }
        });
        assert!(resolver.most_running() <= MAX_THREADS, "{} ran at once", resolver.most_running());
        wait_until_no_thread_is_left(&lookups);
    }
}

#[test]
fn a_host_that_cannot_be_reached_is_forgotten() {
    let refusing = RefusingPort::new();
    let url = format!("http://api.test:{}/", refusing.address().port());
    for index in 0..2 {
        // Each has a memory of its own, or one would forget for both.
        let resolver = Arc::new(Resolver::default());
        let transport = &both(&resolver.lookups())[index];
        for times in 1..=2 {
            let error = transport.send(post(&url, "k")).unwrap_err();
            assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent), "{error:?}");
            assert_eq!(resolver.started(), times);
        }
    }
}

#[test]
fn only_the_proxy_is_looked_up() {
    let hosts = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&hosts);
    let lookups = Lookups::with(move |host| {
        seen.lock().unwrap().push(host.to_owned());
        Err(std::io::Error::other("no such host"))
    });
    let proxy = Some("http://proxy.test:3128".to_owned());
    for transport in AnyTransport::both(&Options { proxy, lookups: Some(lookups), ..Options::default() }) {
        let error = transport.send(post("https://api.test/", "k")).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent), "{error:?}");
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.starts_with("connecting to the proxy: "), "{cause}");
        assert!(cause.ends_with("no such host"), "{cause}");
    }
    assert_eq!(*hosts.lock().unwrap(), ["proxy.test", "proxy.test"]);
}

/// A listener at this address whose queue is full, so that the system ignores further connections, as a firewall does.
fn silent(address: (Ipv4Addr, u16)) -> (TcpListener, Vec<TcpStream>) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(address).into()).unwrap();
    socket.listen(0).unwrap();
    let fill = |_| TcpStream::connect_timeout(&address.into(), Duration::from_millis(100)).ok();
    (TcpListener::from(socket), (0..10_000).map_while(fill).collect())
}

#[test]
fn a_silent_address_is_raced_and_then_avoided() {
    let server = Server::serve(|_| EMPTY);
    let port = server.address().port();
    let _silent = silent((Ipv4Addr::new(127, 0, 0, 2), port));
    let addresses = [Ipv4Addr::new(127, 0, 0, 2), Ipv4Addr::LOCALHOST].map(IpAddr::from).to_vec();
    for index in 0..2 {
        let found = addresses.clone();
        let lookups = Lookups::with(move |_| Ok(found.clone()));
        let first = || lookups.race("api.test", addresses.clone(), Instant::now()).next(Instant::now());
        assert_eq!(first(), Next::Try(addresses[0]));
        let request = post(&format!("http://api.test:{port}/"), "k");
        // One address after the other would take half of that.
        let request = request.with_time_left(PATIENCE).with_connect_timeout(PATIENCE);
        let since = Instant::now();
        assert_eq!(both(&lookups)[index].send(request).unwrap().status(), 200);
        assert!(since.elapsed() < PATIENCE / 2, "{:?}", since.elapsed());
        assert_eq!(first(), Next::Try(addresses[1]));
    }
}

#[test]
fn lookup_and_handshake_share_one_connect_timeout() {
    // The system completes TCP handshakes for it; nobody speaks TLS.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://api.test:{}/", silent.local_addr().unwrap().port());
    for index in 0..2 {
        // A lookup that takes two thirds of the limit.
        let lookups = Lookups::with(|_| {
            let (_open, never) = std::sync::mpsc::channel::<()>();
            let _ = never.recv_timeout(Duration::from_millis(600));
            Ok(vec![IpAddr::from(Ipv4Addr::LOCALHOST)])
        });
        let transport = &both(&lookups)[index];
        let request = post(&url, "k").with_connect_timeout(Duration::from_millis(900));
        // With the whole limit for each it would take 1.5 seconds, longer than a thread that sleeps beside it.
        let sleeper = thread::spawn(|| thread::sleep(Duration::from_millis(1400)));
        let error = transport.send(request).unwrap_err();
        assert!(!sleeper.is_finished(), "each phase has a limit of its own");
        assert_eq!((error.kind(), error.delivery()), (Kind::Timeout, Delivery::NotSent), "{error:?}");
    }
}
