//! Through an HTTP proxy that was asked for: what it is told, what it may answer, and what it never sees.

use std::error::Error as _;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;

use super::server::{Connection, Script, Server, script};
use super::tls::{authority, secure};
use super::*;

const OPEN: &str = "HTTP/1.1 200 Connection established\r\nvia: 1.1 proxy\r\ncontent-length: 7\r\n\r\n";
const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const KEY: &str = "sk_live_canary_5a11";

fn through(proxy: &Server) -> HyperTransport {
    HyperTransport::builder().proxy(proxy.url()).build().unwrap()
}

/// As `post`, with the key.
fn with_key(url: &str) -> TransportRequest {
    let request = http::Request::post(url)
        .header("authorization", format!("Bearer {KEY}"))
        .header("content-length", "0")
        .body(Bytes::new());
    TransportRequest::new(request.unwrap()).with_time_left(LONG)
}

/// A proxy that opens a tunnel and is the server at its other end as well.
fn open_and_answer(times: usize) -> Script {
    script(move |mut connection| {
        connection.read_request();
        connection.write(OPEN.as_bytes());
        for _ in 0..times {
            connection.read_request();
            connection.write(EMPTY.as_bytes());
        }
        connection.wait_for_close();
    })
}

/// Carries bytes between the client and a server, and returns those that the client sent.
fn relay(connection: &Connection, server: SocketAddr) -> Vec<u8> {
    let client = &connection.0;
    let server = TcpStream::connect(server).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ = std::io::copy(&mut &server, &mut &*client);
            let _ = client.shutdown(Shutdown::Write);
        });
        let mut seen = Vec::new();
        let mut some = [0; 4096];
        while let Ok(read @ 1..) = (&mut &*client).read(&mut some) {
            seen.extend_from_slice(&some[..read]);
            (&mut &server).write_all(&some[..read]).unwrap();
        }
        let _ = server.shutdown(Shutdown::Write);
        seen
    })
}

#[tokio::test]
async fn a_proxy_is_told_host_and_port_and_the_tunnel_serves_two_calls() {
    let proxy = Server::start(vec![script(|mut connection| {
        // The name is not looked up here.
        let expected = "CONNECT api.test:80 HTTP/1.1\r\nHost: api.test:80\r\n\r\n";
        assert_eq!(connection.read_request(), expected);
        connection.write(OPEN.as_bytes());
        for _ in 0..2 {
            assert_eq!(
                connection.read_request(),
                "POST /x HTTP/1.1\r\ncontent-length: 0\r\nhost: api.test\r\n\r\n"
            );
            connection.write(EMPTY.as_bytes());
        }
        connection.wait_for_close();
    })]);
    let transport = through(&proxy);
    for _ in 0..2 {
        send(&transport, "http://api.test/x").await.unwrap();
    }
    drop(transport);
    proxy.finish().await;
}

#[tokio::test]
async fn each_party_gets_its_own_credentials_only() {
    let proxy = Server::start(vec![script(|mut connection| {
        assert_eq!(
            connection.read_request(),
            "CONNECT 127.0.0.1:8080 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\
             Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"
        );
        connection.write(OPEN.as_bytes());
        let request = connection.read_request();
        assert!(request.contains(&format!("authorization: Bearer {KEY}\r\n")), "{request}");
        assert!(!request.to_ascii_lowercase().contains("proxy"), "{request}");
        connection.write(EMPTY.as_bytes());
        connection.wait_for_close();
    })]);
    let url = proxy.url().replace("http://", "http://Aladdin:open%20sesame@");
    let transport = HyperTransport::builder().proxy(url).build().unwrap();
    transport.send(with_key("http://127.0.0.1:8080/")).await.unwrap();
    drop(transport);
    proxy.finish().await;
}

#[tokio::test]
async fn of_an_https_call_the_proxy_sees_no_more_than_host_and_port() {
    let (config, pem) = authority();
    let server = Server::start(vec![secure(config.clone()), secure(config)]);
    let (url, port) = (server.https_url(), server.port());
    let (tell, told) = mpsc::channel();
    let proxying = move |tell: mpsc::Sender<Vec<u8>>| {
        script(move |mut connection: Connection| {
            let connect = connection.read_request();
            assert_eq!(
                connect,
                format!("CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")
            );
            connection.write(OPEN.as_bytes());
            tell.send(relay(&connection, SocketAddr::from(([127, 0, 0, 1], port)))).unwrap();
        })
    };
    let proxy = Server::start(vec![proxying(tell.clone()), proxying(tell)]);
    let trusting = HyperTransport::builder().extra_roots_pem(pem).proxy(proxy.url()).build().unwrap();
    assert_eq!(trusting.send(with_key(&url)).await.unwrap().body(), "safe");
    drop(trusting);
    // Inside the tunnel as outside: a server that is not trusted gets nothing.
    let error = through(&proxy).send(with_key(&url)).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Tls, Delivery::NotSent, None));
    proxy.finish().await;
    server.finish().await;
    for seen in told {
        // A TLS handshake, as it begins (RFC 8446, section 5.1), and nothing in plain.
        assert!(seen.starts_with(&[22, 3, 1]));
        assert!(!seen.windows(KEY.len()).any(|window| window == KEY.as_bytes()));
    }
}

#[tokio::test]
async fn a_proxy_that_opens_no_tunnel_is_no_connection() {
    for (answer, cause) in [
        ("HTTP/1.1 407 Secret\r\nproxy-authenticate: Basic\r\n\r\n", "the proxy answered 407"),
        ("HTTP/1.1 502 Secret\r\ncontent-length: 6\r\n\r\nSecret", "the proxy answered 502"),
        ("HTTP/1.1 302 Secret\r\nlocation: http://secret/\r\n\r\n", "the proxy answered 302"),
        ("HTTP/1.1 101 Secret\r\n\r\n", "the proxy answered 101"),
        ("Secret garbage", "the proxy's answer is not HTTP/1"),
        ("\x15\x03\x01\x00\x02\x02\x28", "the proxy's answer is not HTTP/1"),
        ("", "the proxy ended the connection before it had answered"),
        ("HTTP/1.1 200 Secret\r\nx: y\r\n", "the proxy ended the connection before it had answered"),
    ] {
        for scheme in ["http", "https"] {
            let proxy = Server::start(vec![script(|mut connection| {
                connection.read_request();
                connection.write(answer.as_bytes());
                // The client may have had enough before.
                let _ = connection.0.shutdown(Shutdown::Write);
                connection.wait_for_close();
            })]);
            let error = through(&proxy).send(with_key(&format!("{scheme}://api.test/"))).await.unwrap_err();
            assert_eq!(facts(&error), (TransportErrorKind::Connect, Delivery::NotSent, None), "{answer:?}");
            assert_eq!(error.source().unwrap().to_string(), cause);
            assert!(!format!("{error:?}").contains("ecret"), "{error:?}");
            proxy.finish().await;
        }
    }
}

#[tokio::test]
async fn what_stands_behind_the_proxys_answer_is_never_the_servers() {
    for (scheme, kind) in [("http", TransportErrorKind::Connect), ("https", TransportErrorKind::Tls)] {
        let proxy = Server::start(vec![script(|mut connection| {
            connection.read_request();
            connection.write(format!("{OPEN}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil").as_bytes());
            // Fails if the request comes.
            connection.wait_for_close();
        })]);
        let error = through(&proxy).send(with_key(&format!("{scheme}://api.test/"))).await.unwrap_err();
        assert_eq!(facts(&error), (kind, Delivery::NotSent, None));
        assert_eq!(error.source().unwrap().to_string(), "the proxy sent more than an answer to CONNECT");
        proxy.finish().await;
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    for piece in ["x: y\r\n", "x"] {
        let proxy = Server::start(vec![script(move |mut connection| {
            connection.read_request();
            connection.write(b"HTTP/1.1 200 OK\r\n");
            connection.write_endlessly(piece.as_bytes());
        })]);
        let error = send(&through(&proxy), "https://api.test/").await.unwrap_err();
        assert_eq!(facts(&error), (TransportErrorKind::Connect, Delivery::NotSent, None));
        let cause = error.source().unwrap().to_string();
        assert_eq!(cause, "the proxy's answer is over the limit of 16384 bytes");
        proxy.finish().await;
    }
}

#[tokio::test]
async fn a_silent_proxy_ends_with_the_time_to_connect() {
    for beginning in ["", "HTTP/1.1 200 OK\r\nx: "] {
        let proxy = Server::start(vec![script(|mut connection| {
            connection.read_request();
            connection.write(beginning.as_bytes());
            connection.wait_for_close();
        })]);
        let request = post("https://api.test/").with_connect_timeout(SHORT);
        let error = through(&proxy).send(request).await.unwrap_err();
        assert_eq!(facts(&error), (TransportErrorKind::Timeout, Delivery::NotSent, None));
        assert_eq!(error.source().unwrap().to_string(), "no connection within 100ms");
        proxy.finish().await;
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_connections_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let transport = HyperTransport::builder().proxy(url).build().unwrap();
    let error = send(&transport, "https://api.test/").await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Connect, Delivery::NotSent, None));
    let cause = error.source().unwrap().to_string();
    assert!(cause.starts_with("connecting to the proxy: "), "{cause}");
}

/// As a connection to the server itself: the request goes out on another.
#[test]
fn a_tunnel_closed_while_nobody_looked_costs_no_request() {
    let (close, may_close) = mpsc::channel();
    let (closed, proxy_has_closed) = mpsc::channel();
    let proxy = Server::start(vec![
        script(move |mut connection| {
            connection.read_request();
            connection.write(OPEN.as_bytes());
            connection.read_request();
            connection.write(EMPTY.as_bytes());
            may_close.recv().unwrap();
            connection.close();
            closed.send(()).unwrap();
        }),
        open_and_answer(1),
    ]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let transport = through(&proxy);
    runtime.block_on(async {
        send(&transport, "http://api.test/").await.unwrap();
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(1)).await;
        tokio::time::resume();
    });
    close.send(()).unwrap();
    proxy_has_closed.recv().unwrap();
    runtime.block_on(send(&transport, "http://api.test/")).unwrap();
    drop((transport, runtime));
    proxy.join();
}

#[tokio::test]
async fn each_server_has_a_tunnel_of_its_own() {
    let proxy = Server::start(vec![open_and_answer(2), open_and_answer(1)]);
    let transport = through(&proxy);
    for host in ["one", "two", "one"] {
        send(&transport, &format!("http://{host}.test/")).await.unwrap();
    }
    drop(transport);
    proxy.finish().await;
}

/// The table of what is good and bad is core's.
#[test]
fn a_bad_url_names_the_option_and_is_not_shown() {
    for (url, fault) in [
        ("https://u:canary@proxy.test:3128", "proxy: the URL does not begin with http://"),
        ("http://u:canary@proxy.test", "proxy: the URL has no port"),
        ("http://u:canary@proxy.test:1/x", "proxy: the URL has something after its port"),
    ] {
        let builder = HyperTransport::builder().proxy(url);
        assert!(!format!("{builder:?}").contains("canary"));
        let error = builder.build().unwrap_err();
        assert_eq!(facts(&error), (TransportErrorKind::Setup, Delivery::NotSent, None));
        assert_eq!(error.source().unwrap().to_string(), fault);
        assert!(!format!("{error:?}").contains("canary"));
    }
}

#[test]
fn debug_shows_no_credentials() {
    let builder = || HyperTransport::builder().proxy("http://canary1:canary2@proxy.test:3128");
    let text = format!("{:?} {:?}", builder(), builder().build().unwrap());
    assert!(text.contains("proxy.test:3128"), "{text}");
    assert!(!text.contains("canary") && !text.contains("Y2FuYXJ5"), "{text}");
}
