//! Both transports trust the platform's certificates on request and only then, or say that it has none. Where they are
//! is said by the environment, which belongs to the process: this program runs again, as a child.

use std::error::Error as _;
use std::{env, fs, process};

use sphere_bounded::program;
use sphere_conformance::server::{Authority, Script, Server};
use sphere_core::transport::{Delivery, TransportError, TransportErrorKind as Kind};
use sphere_tests::secret::{KEY, assert_every_part_hidden, told};
use sphere_tests::transports::{AnyTransport, Options, post};

const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[test]
fn platform_roots_replace_the_bundled_ones() {
    let file = env::temp_dir().join(format!("sphere-platform-roots-{}.pem", process::id()));
    let mut child = program::command(env::current_exe().unwrap());
    child.env("SSL_CERT_FILE", &file).env_remove("SSL_CERT_DIR");
    let output = program::run(child.args(["--exact", "platform_roots::inside_the_child", "--ignored"]));
    fs::remove_file(file).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

/// Makes this the platform's certificate store.
fn install(certificates: &str) {
    fs::write(env::var("SSL_CERT_FILE").unwrap(), certificates).unwrap();
}

/// Both transports, with the platform's roots or the bundled ones, and this authority beside them.
fn transports(platform_roots: bool, pem: Option<String>) -> [Result<AnyTransport, TransportError>; 2] {
    let options = Options { platform_roots, pem, ..Options::default() };
    AnyTransport::try_both(&options).map(|(_, transport)| transport)
}

#[test]
#[ignore = "run by the test above, in its own process"]
fn inside_the_child() {
    let (platforms, own) = (Authority::new(), Authority::new());
    install(&platforms.pem());
    for transport in transports(true, Some(own.pem())) {
        for authority in [&platforms, &own] {
            let server = Server::start([Script::respond(EMPTY).tls(&authority.good()).drain()]);
            let sent = transport.as_ref().unwrap().send(post(&server.https_url("/"), "k"));
            assert_eq!(sent.unwrap().status(), 200);
            server.finish();
        }
    }
    for transport in transports(false, None) {
        let server = Server::start([Script::new().tls(&platforms.good()).handshake_refused()]);
        let error = transport.unwrap().send(post(&server.https_url("/"), "k")).unwrap_err();
        server.finish();
        assert_eq!((error.kind(), error.delivery()), (Kind::Tls, Delivery::NotSent), "{error:?}");
    }
    let key = format!("-----BEGIN PRIVATE KEY-----{KEY}-----END PRIVATE KEY-----");
    for unusable in [key, format!("-----BEGIN CERTIFICATE-----\n{KEY}"), String::new()] {
        install(&unusable);
        for transport in transports(true, None) {
            let error = transport.unwrap_err();
            assert_eq!((error.kind(), error.delivery()), (Kind::Setup, Delivery::NotSent), "{error:?}");
            assert!(error.source().unwrap().to_string().starts_with("platform_roots: "), "{error:?}");
            assert_every_part_hidden(KEY, &told(&error));
        }
    }
}
