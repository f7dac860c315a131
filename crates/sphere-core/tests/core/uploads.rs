//! Bodies on their way out: forms that another parser can read, files that are never copied, and progress.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use crate::shared::{blocking_client, cases, config};
use bytes::Bytes;
use http::{HeaderValue, Method};
use proptest::prelude::*;
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Multipart, Operation, Safety,
};
use sphere_core::testing::{FakeTransport, Reply, block_on};
use sphere_core::transport::{
    TransportError, TransportErrorKind, TransportRequest, TransportResponse, blocking,
};
use sphere_core::{Error, blocking::Client};

/// An upload that may be repeated, of this form or these bytes.
#[derive(Clone)]
enum Upload {
    Form(Multipart),
    File(Bytes),
}

impl Endpoint for Upload {
    type Output = ();
    const OPERATION: Operation = Operation::new("upload", Method::POST, Safety::Repeatable);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        let request = ApiRequest::to(["v9", "document"])?;
        match self {
            Self::Form(form) => request.multipart(form.clone()),
            Self::File(bytes) => Ok(request.bytes(HeaderValue::from_static("image/png"), bytes.clone())),
        }
    }

    fn decode(&self, _: &ApiResponse<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

/// One part of a form: name, file name, content type and content.
type Part = (String, Option<String>, Option<String>, Bytes);

/// Reads a form with multer, which knows nothing of our code.
fn read_form(request: &TransportRequest) -> Vec<Part> {
    let content_type = request.http().headers()["content-type"].to_str().unwrap();
    let boundary = multer::parse_boundary(content_type).unwrap();
    let chunks = request.http().body().reader().map(Ok::<_, Infallible>);
    let mut form = multer::Multipart::new(futures_util::stream::iter(chunks), boundary);
    block_on(async {
        let mut parts = Vec::new();
        while let Some(field) = form.next_field().await.unwrap() {
            let text = |text: Option<&str>| text.map(str::to_owned);
            let (name, file_name) = (field.name().unwrap().to_owned(), text(field.file_name()));
            let content_type = text(field.content_type().map(AsRef::as_ref));
            parts.push((name, file_name, content_type, field.bytes().await.unwrap()));
        }
        parts
    })
}

/// A name as browsers write it, which is also how it is read: they have no way back.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A").replace('\\', "%5C")
}

/// Names without the letters of `name`, which multer searches for.
fn name() -> impl Strategy<Value = String> {
    r#"[b-dé日😀0-9 "\r\n;:=%'./\\]{1,20}"#
}

fn content() -> impl Strategy<Value = Bytes> {
    let piece = prop_oneof![
        8 => any::<Vec<u8>>(),
        4 => Just(b"--SphereFormBoundary00000000000000000000".to_vec()),
        4 => Just(b"\r\n--SphereFormBoundary00000000000000000001--\r\n".to_vec()),
        4 => Just(b"\r\n--\r\n".to_vec()),
        1 => Just(vec![b'-'; 70_000]),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat().into())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn another_parser_reads_what_was_written(
        parts in proptest::collection::vec((name(), proptest::option::of(name()), content(), any::<String>()), 0..4),
    ) {
        let (mut form, mut expected) = (Multipart::new(), Vec::new());
        for (name, file_name, content, text) in parts {
            if let Some(file_name) = file_name {
                form = form.file(&name, &file_name, "image/png", content.clone());
                expected.push((escaped(&name), Some(escaped(&file_name)), Some("image/png".to_owned()), content));
            } else {
                form = form.text(&name, text.clone());
                expected.push((escaped(&name), None, None, text.into()));
            }
        }
        let transport = FakeTransport::script([Reply::server_error(), Reply::status(201)]);
        blocking_client(config(), &transport).call(Upload::Form(form)).send().unwrap();
        let requests = transport.requests();
        let [first, second] = &*requests else { panic!("{requests}") };
        prop_assert_eq!(read_form(first), expected);
        // Each attempt sends the same, boundary included.
        prop_assert_eq!(first.http().headers(), second.http().headers());
        prop_assert!(first.http().body().reader().eq(second.http().body().reader()));
        let length = first.http().headers()["content-length"].to_str().unwrap().parse::<u64>().unwrap();
        prop_assert_eq!(length, first.http().body().len());
        prop_assert_eq!(length, first.http().body().reader().map(|chunk| chunk.len() as u64).sum::<u64>());
    }
}

#[test]
fn a_retry_copies_no_bytes() {
    let file = Bytes::from(vec![7; 1 << 20]);
    let form = Multipart::new().text("type", "passport").file("file", "a.png", "image/png", file.clone());
    for upload in [Upload::Form(form), Upload::File(file.clone())] {
        let transport = FakeTransport::script([Reply::refused(), Reply::refused(), Reply::status(201)]);
        blocking_client(config(), &transport).call(upload).send().unwrap();
        transport.requests().assert_count(3);
        for request in &transport.requests() {
            let body = request.http().body();
            let sent = body.segments().iter().find(|segment| segment.len() == file.len()).unwrap();
            assert_eq!(sent.as_ptr(), file.as_ptr());
            // The chunks that a transport takes are parts of it too.
            let chunk = body.reader().find(|chunk| chunk.len() > 1000).unwrap();
            assert_eq!(chunk.as_ptr(), file.as_ptr());
        }
    }
}

/// Takes so many chunks of each request's body, then does what the script says.
#[derive(Clone)]
struct Taking {
    chunks: usize,
    script: FakeTransport,
}

impl blocking::Transport for Taking {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        assert!(request.http().body().reader().take(self.chunks).count() <= self.chunks);
        blocking::Transport::send(&self.script, request)
    }
}

/// The progress that a caller sees of one upload whose transport takes `chunks` in each attempt.
fn progress(chunks: usize, replies: &[Reply]) -> (Vec<(u64, u64)>, Result<(), Error>) {
    let script = FakeTransport::script(replies.iter().cloned());
    let (clock, transport) = (script.clock(), Taking { chunks, script });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let progress = move |sent, total| log.lock().unwrap().push((sent, total));
    let (config, upload) = (config().build().unwrap(), Upload::File(vec![1; 150_000].into()));
    let result = Client::new(config, transport, clock).call(upload).on_upload_progress(progress).send();
    let seen = seen.lock().unwrap().clone();
    (seen, result)
}

#[test]
fn upload_progress_reports_each_chunk() {
    let (seen, result) = progress(9, &[Reply::status(201)]);
    result.unwrap();
    assert_eq!(seen, [(65_536, 150_000), (131_072, 150_000), (150_000, 150_000)]);
}

#[test]
fn upload_progress_starts_again_with_a_retry() {
    let replies = [Reply::lost(TransportErrorKind::Interrupted), Reply::status(201)];
    let (seen, result) = progress(2, &replies);
    result.unwrap();
    let attempt = [(65_536, 150_000), (131_072, 150_000)];
    assert_eq!(seen, [attempt, attempt].concat());
}

#[test]
fn unread_bodies_report_no_progress() {
    let (seen, result) = progress(0, &[Reply::refused(), Reply::not_found()]);
    assert!(result.unwrap_err().is_not_found());
    assert_eq!(seen, []);
}
