//! Uploads of documents over both backends, plain and inside TLS: a file that is too large opens no connection, and an
//! upload whose connection breaks is not sent again. How much memory they take: `memory.rs`.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;

use bytes::Bytes;
use sphere_bounded::{LIMIT, within};
use sphere_conformance::server::{Authority, Event, Gate, Script, Server};
use sphere_core::endpoints::{
    DocumentFile, DocumentFormat, IdentityDocumentType, MAX_DOCUMENT_BYTES, UploadDocument,
    UploadIdentityDocument,
};
use sphere_core::{ApiKey, Config, CustomerId, Error, ErrorKind as Kind};
use sphere_tests::{Backend, without_waits};

static CUSTOMER: LazyLock<CustomerId> = LazyLock::new(|| CustomerId::new("customer_1").unwrap());

fn file(bytes: u64) -> DocumentFile {
    let bytes = Bytes::from(vec![7; usize::try_from(bytes).unwrap()]);
    DocumentFile::new("scan.pdf", DocumentFormat::Pdf, bytes)
}

fn backends(base_url: &str, pem: Option<&str>) -> [Backend; 2] {
    let config = Config::builder(ApiKey::new("sk_test_1").unwrap());
    Backend::both(&config.base_url(base_url).retry(without_waits()).build().unwrap(), pem)
}

/// The errors of both uploads of this file.
fn errors(backend: &Backend, file: &DocumentFile) -> [Error; 2] {
    let passport =
        UploadIdentityDocument::new(&*CUSTOMER, IdentityDocumentType::Passport, "USA", file.clone());
    let report = UploadDocument::liveness_report(&*CUSTOMER, file.clone());
    [backend.call(passport, None).unwrap_err(), backend.call(report, None).unwrap_err()]
}

#[test]
fn a_file_over_15_mb_opens_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // A connection that was opened waits here until it is accepted.
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let too_large = file(MAX_DOCUMENT_BYTES + 1);
    assert_eq!(too_large.len(), 15 * (1 << 20) + 1);
    for backend in backends(&format!("http://{address}"), None) {
        for error in errors(&backend, &too_large) {
            assert_eq!((error.kind(), error.attempts()), (Kind::InvalidRequest, 0), "{error}");
            assert!(!error.may_have_been_processed(), "{error}");
            assert!(error.to_string().contains("file has 15728641 bytes; at most 15728640"), "{error}");
        }
    }
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

/// The server reads this many bytes of a connection and breaks it: after one byte, within the file, and at the last
/// bytes.
const BROKEN_AFTER: [usize; 3] = [1, 1 << 20, 2 << 20];

#[test]
fn a_broken_upload_is_not_sent_again() {
    let authority = Authority::new();
    let upload = file(2 << 20);
    for bytes in BROKEN_AFTER {
        let (plain, secure) = (Script::new().read(bytes), Script::new().tls(&authority.good()).read(bytes));
        for (scheme, script) in [
            ("http", plain.clone().close()),
            ("http", plain.reset()),
            ("https", secure.clone().cut()),
            ("https", secure.reset()),
        ] {
            // Each call is a connection of its own: two uploads over each of the two backends.
            let server = Server::start(vec![script.clone(); 4]);
            let (url, pem) = (format!("{scheme}://{}", server.address()), authority.pem());
            for backend in backends(&url, Some(&pem)) {
                for error in errors(&backend, &upload) {
                    assert_eq!((error.kind(), error.attempts()), (Kind::Transport, 1), "{script:?}: {error}");
                    assert!(error.may_have_been_processed(), "{script:?}: {error}");
                    assert!(error.to_string().contains("may have been processed"), "{script:?}: {error}");
                }
            }
            let accepted = |event: &&Event| matches!(event, Event::Accepted { .. });
            assert_eq!(server.events().iter().filter(accepted).count(), 4, "{script:?}");
            // Fails if a script was not played to its end, or if another connection came.
            server.finish();
        }
    }
}

/// Refuses an upload after its beginning, and reads the rest when the gate is open. Returns how many bytes came.
fn received_after_refusal(listener: &TcpListener, gate: &Gate) -> u64 {
    let (mut stream, _) = listener.accept().unwrap();
    stream.read_exact(&mut [0; 1000]).unwrap();
    stream.write_all(b"HTTP/1.1 413 X\r\ncontent-length: 0\r\n\r\n").unwrap();
    gate.wait();
    let mut buffer = [0; 4096];
    1000 + std::iter::from_fn(|| stream.read(&mut buffer).ok().filter(|count| *count > 0)).sum::<usize>()
        as u64
}

/// Progress counts what was handed to the connection. hyper and TLS hold a part of that.
#[test]
fn refused_upload_reports_no_further_progress() {
    const HELD_BYTES: u64 = 256 << 10;
    for index in 0..2 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let [hyper, ureq] = backends(&format!("http://{}", listener.local_addr().unwrap()), None);
        let gate = Gate::new();
        let gate_of_server = gate.clone();
        let server = thread::spawn(move || received_after_refusal(&listener, &gate_of_server));
        let backend = if index == 0 { hyper } else { ureq };
        let sent = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&sent);
        let upload = UploadDocument::liveness_report(&*CUSTOMER, file(MAX_DOCUMENT_BYTES));
        let progress = move |bytes, _| seen.store(bytes, Ordering::SeqCst);
        let error = within(LIMIT, move || match backend {
            Backend::Hyper(client, runtime) => {
                runtime.block_on(client.call(upload).on_upload_progress(progress).send()).unwrap_err()
            }
            Backend::Ureq(client) => client.call(upload).on_upload_progress(progress).send().unwrap_err(),
        });
        assert_eq!(error.status().unwrap(), 413);
        gate.open();
        let (sent, received) = (sent.load(Ordering::SeqCst), server.join().unwrap());
        assert!(sent > 0 && sent <= received + HELD_BYTES, "{sent} reported, {received} received");
    }
}
