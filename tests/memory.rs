//! Memory. However large a response is, a client uses little: less than 16 MiB more than before, in all contracts
//! of the group `size`. The largest upload is held once: neither the client nor its transport copies the file. The
//! scripted server's own memory is included. It is its own program because it replaces the allocator of the whole
//! process by one that counts.

use std::fs;
use std::sync::{LazyLock, Mutex, PoisonError};

use peak_alloc::PeakAlloc;
use sphere_conformance::server::{Authority, Script, Server};
use sphere_conformance::{BoxFuture, Candidate};
use sphere_core::endpoints::{
    DocumentFile, GenerateFaceVerificationLink, MAX_DOCUMENT_BYTES, UploadDocument,
};
use sphere_core::{ApiKey, Config, CustomerId};
use sphere_hyper::HyperTransport;
use sphere_tests::Backend;
use sphere_ureq::UreqTransport;
use tokio::runtime::Runtime;

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

static CUSTOMER: LazyLock<CustomerId> = LazyLock::new(|| CustomerId::new("customer_1").unwrap());

/// The tests share the counter, so they run one after the other.
static ALONE: Mutex<()> = Mutex::new(());

const LIMIT: usize = 16 << 20;

/// The peak of allocated bytes while this ran, above what was allocated before.
fn peak_of(work: impl FnOnce()) -> usize {
    let before = PEAK.current_usage();
    PEAK.reset_peak_usage();
    work();
    PEAK.peak_usage().saturating_sub(before)
}

fn run_size_contracts(candidate: &Candidate) {
    let contracts: Vec<_> =
        sphere_conformance::contracts().iter().filter(|contract| contract.group() == "size").collect();
    assert!(contracts.len() >= 8, "the group has a new name, or lost its contracts");
    for contract in contracts {
        let report = sphere_conformance::run(candidate, |one| one.name() == contract.name());
        assert!(report.broken().next().is_none(), "{report}");
    }
}

#[test]
fn size_contracts_use_little_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let hyper = Candidate::asynchronous(
        |_| HyperTransport::new().unwrap(),
        || {
            let runtime = Runtime::new().unwrap();
            move |future: BoxFuture<'_>| runtime.block_on(future)
        },
    );
    let ureq = Candidate::blocking(|_| UreqTransport::new().unwrap());
    for (name, candidate) in [("hyper", hyper), ("ureq", ureq)] {
        let peak = peak_of(|| run_size_contracts(&candidate));
        println!("{name}: {} KiB", peak >> 10);
        assert!(peak < LIMIT, "{name}: {peak} bytes");
    }
}

/// Of a file of 15 MB. The promise is 2.2 times the file. This is stricter, so that one copy of it fails.
const UPLOAD_LIMIT: usize = 15 * (1 << 20) * 3 / 2;

#[test]
fn upload_holds_the_file_once() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let path = std::env::temp_dir().join(format!("memory_{}.pdf", std::process::id()));
    fs::write(&path, vec![7; usize::try_from(MAX_DOCUMENT_BYTES).unwrap()]).unwrap();
    let authority = Authority::new();
    for scheme in ["http", "https"] {
        let script = if scheme == "http" { Script::new() } else { Script::new().tls(&authority.good()) };
        // Reads as much as the file has, and responds; the last bytes of the form come meanwhile.
        let script = (0..15 * 16).fold(script, |script, _| script.read(1 << 16));
        let script = script.write("HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}").drain();
        let server = Server::start(vec![script; 2]);
        let url = format!("{scheme}://{}", server.address());
        let config = Config::builder(ApiKey::new("sk_test_1").unwrap()).base_url(url).build().unwrap();
        for (name, backend) in ["hyper", "ureq"].iter().zip(Backend::both(&config, Some(&authority.pem()))) {
            let peak = peak_of(|| {
                let file = DocumentFile::read_blocking(&path).unwrap();
                assert_eq!(file.len(), MAX_DOCUMENT_BYTES);
                backend.call(UploadDocument::liveness_report(&*CUSTOMER, file), None).unwrap();
            });
            println!("{name}, {scheme}: {} KiB", peak >> 10);
            assert!(peak > 15 << 20, "{name}, {scheme}: {peak} bytes, fewer than the file has");
            assert!(peak < UPLOAD_LIMIT, "{name}, {scheme}: {peak} bytes");
        }
        server.finish();
    }
    fs::remove_file(&path).unwrap();
}

/// What a program that collects errors pays for each, beside the body that it may want to read.
const ERROR_LIMIT: usize = 1152;

#[test]
fn a_kept_error_takes_little_beside_its_body() {
    const ERRORS: usize = 50;
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let body = r#"{"type":"https://api.spherepay.co/problems/validation","title":"Validation failed","status":422,"detail":"The customer is not ready","code":"validation/failed","correlationId":"7b0e0c9a-90a4-4b8f-9f0e-0d9a4b8f9f0e"}"#;
    let head = "HTTP/1.1 422 Unprocessable Entity\r\ndate: Thu, 26 Nov 2026 10:00:00 GMT\r\n\
        content-type: application/problem+json; charset=utf-8\r\nconnection: keep-alive\r\n\
        x-request-id: 7b0e0c9a-90a4-4b8f-9f0e-0d9a4b8f9f0e\r\nx-ratelimit-limit: 100\r\nx-ratelimit-remaining: 99\r\n\
        strict-transport-security: max-age=63072000; includeSubDomains; preload\r\nvary: origin\r\n\
        cf-ray: 8e1b2c3d4e5f6a7b-FRA\r\nserver: cloudflare\r\n";
    // Spaces before the object: a body larger than what a client reads at once.
    let long = format!("{}{body}", " ".repeat(100_000));
    let chunks: Vec<_> = long.as_bytes().chunks(7000).collect();
    let chunks: Vec<_> = chunks
        .iter()
        .map(|chunk| format!("{:x}\r\n{}\r\n", chunk.len(), String::from_utf8_lossy(chunk)))
        .collect();
    let chunks = chunks.concat();
    for (framing, length, response) in [
        ("content-length", body.len(), format!("{head}content-length: {}\r\n\r\n{body}", body.len())),
        ("chunked", long.len(), format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}0\r\n\r\n")),
    ] {
        let server = Server::serve(move |_| response.clone());
        let url = format!("http://{}", server.address());
        let config = Config::builder(ApiKey::new("sk_test_1").unwrap()).base_url(url).build().unwrap();
        for (name, backend) in ["hyper", "ureq"].iter().zip(Backend::both(&config, None)) {
            let call = || backend.call(GenerateFaceVerificationLink::new(&CUSTOMER), None).unwrap_err();
            assert_eq!(call().detail(), Some("The customer is not ready"));
            // Threads of earlier tests may still end and free something, so the middle of some tries counts.
            let mut tries = [(); 5].map(|()| {
                let errors: Vec<_> = (0..ERRORS).map(|_| call()).collect();
                let with = PEAK.current_usage();
                drop(errors);
                with.saturating_sub(PEAK.current_usage()) / ERRORS
            });
            tries.sort_unstable();
            let each = tries[tries.len() / 2];
            println!("{name}, {framing}: {each} bytes, of which the body has {length}");
            assert!(each > length, "{name}, {framing}: {each} bytes, fewer than the body has");
            assert!(each - length < ERROR_LIMIT, "{name}, {framing}: {each} bytes");
        }
        server.finish();
    }
}
