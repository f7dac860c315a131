//! What a caller sees of an upload that the server refuses, over both backends. How much memory uploads take: `memory.rs`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;

use bytes::Bytes;
use sphere_bounded::{LIMIT, within};
use sphere_conformance::server::Gate;
use sphere_core::endpoints::{DocumentFile, DocumentFormat, MAX_DOCUMENT_BYTES, UploadDocument};
use sphere_core::{ApiKey, Config, CustomerId};
use sphere_tests::{Backend, without_waits};

static CUSTOMER: LazyLock<CustomerId> = LazyLock::new(|| CustomerId::new("customer_1").unwrap());

fn file(bytes: u64) -> DocumentFile {
    let bytes = Bytes::from(vec![7; usize::try_from(bytes).unwrap()]);
    DocumentFile::new("scan.pdf", DocumentFormat::Pdf, bytes)
}

fn backends(base_url: &str) -> [Backend; 2] {
    let config = Config::builder(ApiKey::new("sk_test_1").unwrap());
    Backend::both(&config.base_url(base_url).retry(without_waits()).build().unwrap(), None)
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
        let [hyper, ureq] = backends(&format!("http://{}", listener.local_addr().unwrap()));
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
