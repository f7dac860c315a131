//! Uploads of both clients as werkzeug reads them, which knows nothing of our code: each field, the file's name, its
//! type and its bytes.

use std::sync::LazyLock;

use bytes::Bytes;
use serde_json::{Value, json};
use sphere_bounded::program::Running;
use sphere_core::endpoints::{
    Document, DocumentFile, DocumentFormat, DocumentSide, IdentityDocumentType, UploadDocument,
    UploadIdentityDocument,
};
use sphere_core::{ApiKey, Config, CustomerId, RepresentativeId};
use sphere_tests::Backend;

static CUSTOMER: LazyLock<CustomerId> = LazyLock::new(|| CustomerId::new("customer_1").unwrap());
static REPRESENTATIVE: LazyLock<RepresentativeId> =
    LazyLock::new(|| RepresentativeId::new("associatedPerson_1").unwrap());

/// What werkzeug read, which is what the server responds with, but for the bytes, which must be these.
fn read(document: &Document, bytes: &[u8]) -> Value {
    let mut read: Value = serde_json::from_str(document.member("read").unwrap()).unwrap();
    let expected = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    assert!(read["files"]["file"][0]["hex"].take() == expected, "the {} bytes differ", bytes.len());
    read
}

#[test]
#[ignore = "needs werkzeug: bash .ci/contract"]
fn werkzeug_reads_what_was_uploaded() {
    let mut command = crate::python();
    command.arg("-u").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/contract_tools/read_uploads.py"));
    let mut server = Running::start(&mut command);
    let lines = server.first_lines(|_, _| true);
    let [url] = &*lines else { panic!("{lines:?}: {:?}", server.kill()) };
    let config = Config::builder(ApiKey::new("sk_test_1").unwrap()).base_url(url).build().unwrap();
    let all_bytes: Vec<u8> = (0..=255).collect();
    let files = [
        ("passport.png", vec![0]),
        ("pässport 日本 😀.png", b"\r\n--SphereFormBoundary\r\n--\r\n".repeat(3)),
        ("a\"b;c=d'.png", all_bytes.repeat(1000)),
    ];
    let mut read_in_all = 0;
    for backend in Backend::both(&config, None) {
        for (name, bytes) in &files {
            let file = || DocumentFile::new(*name, DocumentFormat::Png, Bytes::from(bytes.clone()));
            let file_read = json!({"name": name, "type": "image/png", "hex": null});

            let report =
                UploadDocument::liveness_report(&*CUSTOMER, file()).description("zwei\r\nZeilen – é");
            let texts = [
                ["target", "customer"],
                ["targetId", "customer_1"],
                ["documentType", "liveness_report"],
                ["description", "zwei\r\nZeilen – é"],
            ];
            let document = backend.call(report, None).unwrap();
            assert_eq!(read(&document, bytes), json!({"texts": texts, "files": {"file": [file_read]}}));

            let kind = IdentityDocumentType::DriversLicense;
            let licence = UploadIdentityDocument::new(&*REPRESENTATIVE, kind, "USA", file());
            let texts = [
                ["target", "business_representative"],
                ["targetId", "associatedPerson_1"],
                ["documentType", "drivers"],
                ["country", "USA"],
                ["side", "back"],
            ];
            let document = backend.call(licence.side(DocumentSide::Back), None).unwrap();
            assert_eq!(read(&document, bytes), json!({"texts": texts, "files": {"file": [file_read]}}));
            read_in_all += 2;
        }
    }
    assert_eq!(read_in_all, 12);
}
