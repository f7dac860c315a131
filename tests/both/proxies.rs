//! Both transports through an HTTP proxy: what it is told, which responses it may give, and what it never sees.

use std::error::Error as _;
use std::time::Duration;

use sphere_conformance::server::{Authority, Received, RefusingPort, Script, Server};
use sphere_core::transport::{Delivery, TransportError, TransportErrorKind as Kind};
use sphere_core::{ApiKey, Config, CustomerId, RetryPolicy};
use sphere_hyper::HyperTransport;
use sphere_tests::Backend;
use sphere_tests::relay::Relay;
use sphere_tests::transports::{AnyTransport, Options, post};
use sphere_ureq::UreqTransport;

const OPEN: &str = "HTTP/1.1 200 Connection established\r\nvia: 1.1 proxy\r\ncontent-length: 7\r\n\r\n";
const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const KEY: &str = "sk_live_canary_5a11";

fn through(url: impl Into<String>) -> [AnyTransport; 2] {
    AnyTransport::both(&Options { proxy: Some(url.into()), ..Options::default() })
}

#[track_caller]
fn assert_is(error: &TransportError, kind: Kind, cause: &str) {
    assert_eq!((error.kind(), error.delivery()), (kind, Delivery::NotSent), "{error:?}");
    assert_eq!(error.source().unwrap().to_string(), cause);
    assert!(!format!("{error:?}").to_ascii_lowercase().contains("canary"), "{error:?}");
}

fn head(request: &Received) -> &str {
    std::str::from_utf8(request.head()).unwrap()
}

/// Each transport's error for a call through a proxy that plays this script after it has read CONNECT.
fn errors(script: &Script, url: &str) -> Vec<TransportError> {
    let proxy = Server::start([script.clone(), script.clone()]);
    let request = || post(url, KEY).with_connect_timeout(Duration::from_secs(10));
    let errors = through(proxy.url("")).map(|transport| transport.send(request()).unwrap_err());
    // Fails if a byte of the request came.
    proxy.finish();
    errors.into()
}

#[test]
fn a_tunnel_serves_calls_one_after_the_other() {
    let script = Script::respond_each([OPEN, EMPTY, EMPTY]);
    let proxy = Server::start([script.clone(), script]);
    for transport in through(proxy.url("")) {
        for _ in 0..2 {
            // The name is not looked up here.
            transport.send(post("http://api.test/x", KEY)).unwrap();
        }
    }
    for requests in proxy.finish().chunks(3) {
        let [connect, first, second] = requests else { panic!("{requests:?}") };
        assert_eq!(head(connect), "CONNECT api.test:80 HTTP/1.1\r\nHost: api.test:80\r\n\r\n");
        assert!(head(first).starts_with("POST /x HTTP/1.1\r\n"), "{}", head(first));
        assert_eq!(first.header("host"), [b"api.test"]);
        assert_eq!(head(first), head(second));
    }
}

#[test]
fn each_server_has_its_own_tunnel() {
    for index in 0..2 {
        let proxy =
            Server::start([Script::respond_each([OPEN, EMPTY, EMPTY]), Script::respond_each([OPEN, EMPTY])]);
        let transport = &through(proxy.url(""))[index];
        for host in ["one.test", "two.test", "one.test"] {
            transport.send(post(&format!("http://{host}/"), KEY)).unwrap();
        }
        let hosts: Vec<_> = proxy
            .finish()
            .iter()
            .map(|request| (request.connection(), request.header("host").concat()))
            .map(|(connection, host)| (connection, String::from_utf8(host).unwrap()))
            .collect();
        let expected =
            [(0, "one.test:80"), (0, "one.test"), (1, "two.test:80"), (1, "two.test"), (0, "one.test")];
        assert_eq!(hosts, expected.map(|(connection, host)| (connection, host.to_owned())));
    }
}

#[test]
fn an_https_call_is_encrypted_inside_the_tunnel() {
    let authority = Authority::new();
    let good = Script::respond(EMPTY).tls(&authority.good()).drain();
    let server = Server::start([good.clone(), good]);
    let url = format!("https://localhost:{}/", server.address().port());
    let relay = Relay::start();
    let options = Options { proxy: Some(relay.url()), pem: Some(authority.pem()), ..Options::default() };
    for transport in AnyTransport::both(&options) {
        transport.send(post(&url, KEY)).unwrap();
    }
    assert_eq!(server.finish().len(), 2);

    let refused = Script::new().tls(&authority.good()).handshake_refused();
    let server = Server::start([refused.clone(), refused]);
    let url = format!("https://localhost:{}/", server.address().port());
    for transport in through(relay.url()) {
        // Inside the tunnel as outside: a server that is not trusted gets nothing.
        let error = transport.send(post(&url, KEY)).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::Tls, Delivery::NotSent), "{error:?}");
    }
    server.finish();

    let seen = relay.seen();
    assert!(seen.starts_with(b"CONNECT localhost:"));
    assert!(!seen.windows(KEY.len()).any(|window| window == KEY.as_bytes()));
    assert!(!seen.windows(4).any(|window| window == b"POST"));
}

#[test]
fn proxy_without_tunnel_is_an_error() {
    let refused = "HTTP/1.1 407 Canary\r\nproxy-authenticate: Basic\r\n\r\n";
    for (response, kind, cause) in [
        (refused, Kind::Setup, "the proxy responded with status 407"),
        (
            "HTTP/1.1 502 Canary\r\ncontent-length: 6\r\n\r\nCanary",
            Kind::Connect,
            "the proxy responded with status 502",
        ),
        (
            "HTTP/1.1 302 Canary\r\nlocation: http://canary/\r\n\r\n",
            Kind::Setup,
            "the proxy responded with status 302",
        ),
        ("HTTP/1.1 101 Canary\r\n\r\n", Kind::Setup, "the proxy responded with status 101"),
        ("Canary garbage", Kind::Connect, "the proxy's response is not HTTP/1"),
        ("\x15\x03\x01\x00\x02\x02\x28", Kind::Connect, "the proxy's response is not HTTP/1"),
        ("", Kind::Connect, "the proxy closed the connection before it had responded"),
        (
            "HTTP/1.1 200 Canary\r\nx: y\r\n",
            Kind::Connect,
            "the proxy closed the connection before it had responded",
        ),
    ] {
        for scheme in ["http", "https"] {
            let script = Script::new().read_request().try_write(response).half_close();
            for error in errors(&script, &format!("{scheme}://api.test/")) {
                assert_is(&error, kind, cause);
            }
        }
    }
}

#[test]
fn a_silent_proxy_ends_with_the_connect_timeout() {
    for beginning in ["", "HTTP/1.1 200 OK\r\nx: "] {
        let script = Script::new().read_request().try_write(beginning);
        let proxy = Server::start([script.clone(), script]);
        for transport in through(proxy.url("")) {
            let limit = Duration::from_millis(100);
            let error =
                transport.send(post("https://api.test/", KEY).with_connect_timeout(limit)).unwrap_err();
            assert_eq!((error.kind(), error.delivery()), (Kind::Timeout, Delivery::NotSent), "{error:?}");
            assert!(
                error.source().unwrap().to_string().contains("connecting: it took more than "),
                "{error:?}"
            );
        }
    }
}

#[test]
fn a_proxy_that_cannot_be_reached_is_named() {
    let refusing = RefusingPort::new();
    for transport in through(format!("http://{}", refusing.address())) {
        let error = transport.send(post("https://api.test/", KEY)).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent), "{error:?}");
        let cause = error.source().unwrap().to_string();
        assert!(cause.starts_with("connecting to the proxy: connecting: "), "{cause}");
    }
    for error in errors(&Script::new().read_request().reset(), "https://api.test/") {
        assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent), "{error:?}");
        let cause = error.source().unwrap().to_string();
        assert!(cause.starts_with("asking the proxy for a tunnel: "), "{cause}");
    }
}

/// Which URLs are good is tested in sphere-net.
#[test]
fn bad_proxy_url_is_named_without_quoting() {
    for (url, fault) in [
        ("https://u:canary@proxy.test:3128", "proxy: the URL does not begin with http://"),
        ("http://u:canary@proxy.test", "proxy: the URL has no port"),
        ("http://u:canary@proxy.test:1/x", "proxy: the URL has something after its port"),
    ] {
        let options = Options { proxy: Some(url.to_owned()), ..Options::default() };
        for (shown, transport) in AnyTransport::try_both(&options) {
            assert!(!shown.contains("canary"), "{shown}");
            assert_is(&transport.err().unwrap(), Kind::Setup, fault);
        }
    }
}

/// Each client's error line for a call through a proxy that plays this script after it has read CONNECT.
fn lines(script: &Script) -> Vec<String> {
    let proxy = Server::start([script.clone(), script.clone()]);
    let url = proxy.url("").replace("http://", "http://canary:canary@");
    let config = Config::builder(ApiKey::new(KEY).unwrap()).base_url("http://localhost:8080");
    let backends = Backend::over(
        &config.retry(RetryPolicy::never()).build().unwrap(),
        HyperTransport::builder().proxy(&url),
        UreqTransport::builder().proxy(&url),
    );
    let customer = CustomerId::new("customer_1").unwrap();
    let lines = backends.map(|backend| backend.link(&customer).unwrap_err().to_string());
    let address = proxy.address().to_string();
    proxy.finish();
    lines.map(|line| line.replace(&address, "proxy.test:3128")).into()
}

#[test]
fn the_line_of_an_error_names_the_proxy() {
    let refusal = Script::respond("HTTP/1.1 407 No\r\n\r\n");
    let cut = Script::new().read_request().write(OPEN).read_request().cut();
    let whole = Script::respond_each([OPEN, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"]);
    for (script, expected) in [
        (
            refusal,
            "generate_face_verification_link: the request cannot be sent: the proxy responded with status 407 \
             (1 attempt to localhost:8080 through the proxy proxy.test:3128, not sent)",
        ),
        (
            cut,
            "generate_face_verification_link: the connection ended early: reading the response: the connection ended before the response was complete \
             (1 attempt to localhost:8080 through the proxy proxy.test:3128, may have been processed, no further attempt is allowed)",
        ),
        // A whole response is the server's own.
        (
            whole,
            "generate_face_verification_link: 404 Not Found: the body is not an API error (0 bytes) \
             (1 attempt to localhost:8080, may have been processed)",
        ),
    ] {
        for line in lines(&script) {
            assert_eq!(line, expected);
        }
    }
}
