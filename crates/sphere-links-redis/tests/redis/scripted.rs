//! A server that replies as a test says, over TCP with and without TLS: no Redis is needed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sphere_bounded::{LIMIT, within};
use sphere_links::store::{Holder, Key, Loaded, blocking::Store};
use sphere_links_redis::{EncryptionKey, RedisStore};
use tokio::runtime::Builder;

use crate::operations::Blocked;

const KEY: [u8; 32] = [1; 32];

/// Replies on one connection after the other, to one command after the other. Returns the port.
fn serve(tls: Option<Arc<ServerConfig>>, connections: &'static [&'static [&'static str]]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut open = Vec::new();
        for replies in connections {
            let (socket, _) = listener.accept().unwrap();
            open.push(socket.try_clone().unwrap());
            match &tls {
                None => reply(socket, replies),
                Some(config) => {
                    let tls = ServerConnection::new(Arc::clone(config)).unwrap();
                    reply(StreamOwned::new(tls, socket), replies);
                }
            }
        }
    });
    port
}

fn reply(stream: impl Read + Write, replies: &[&str]) {
    let mut stream = BufReader::new(stream);
    for reply in replies {
        if read_command(&mut stream).is_none() {
            return;
        }
        stream.get_mut().write_all(reply.as_bytes()).unwrap();
        stream.get_mut().flush().unwrap();
    }
}

fn read_command(from: &mut impl BufRead) -> Option<()> {
    for _ in 0..number(from, '*')? {
        let length = number(from, '$')?;
        from.read_exact(&mut vec![0; length + 2]).ok()?;
    }
    Some(())
}

fn number(from: &mut impl BufRead, kind: char) -> Option<usize> {
    let mut line = String::new();
    from.read_line(&mut line).ok()?;
    line.trim_end().strip_prefix(kind)?.parse().ok()
}

/// Runs a test with a blocking store and with an async one, each at a server of its own.
fn in_both(start: impl Fn() -> RedisStore, test: impl Fn(&dyn Store)) {
    test(&start());
    test(&Blocked(start(), Builder::new_current_thread().enable_all().build().unwrap()));
}

#[test]
fn demoted_server_is_left() {
    within(LIMIT, || {
        let start = || {
            let port = serve(None, &[&[":1\r\n", "-READONLY You can't write\r\n"], &[":1\r\n", "$-1\r\n"]]);
            RedisStore::new(&format!("redis://127.0.0.1:{port}"), EncryptionKey::new(KEY)).unwrap()
        };
        in_both(start, |store| {
            let (key, holder) = (Key::new("key"), Holder::new(1));
            for _ in 0..2 {
                assert!(store.lock(&key, &holder, LIMIT).unwrap());
            }
            assert_eq!(store.load(&key).unwrap(), Loaded::Nothing);
        });
    });
}

#[test]
fn tls_server_needs_a_trusted_certificate() {
    within(LIMIT, || {
        let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![own.cert.der().clone()],
                PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap(),
            )
            .unwrap();
        let config = Arc::new(config);
        let url =
            || format!("rediss://127.0.0.1:{}", serve(Some(Arc::clone(&config)), &[&["$-1\r\n", "$-1\r\n"]]));
        let trusting = || RedisStore::with_roots(&url(), EncryptionKey::new(KEY), own.cert.pem()).unwrap();
        in_both(trusting, |store| {
            for _ in 0..2 {
                assert_eq!(store.load(&Key::new("key")).unwrap(), Loaded::Nothing);
            }
        });
        in_both(
            || RedisStore::new(&url(), EncryptionKey::new(KEY)).unwrap(),
            |store| {
                let error = store.load(&Key::new("key")).unwrap_err().to_string();
                assert_eq!(error, "Redis: no connection: invalid peer certificate: UnknownIssuer");
            },
        );
    });
}
