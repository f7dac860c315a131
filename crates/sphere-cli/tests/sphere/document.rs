//! `sphere document upload`.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use sphere_sandbox::{Model, Sandbox};

use crate::customer::created;
use crate::run::{run, run_out_of_time};

/// A file on disk, removed when this is dropped.
pub(crate) struct File(PathBuf);

impl File {
    pub(crate) fn new(name: &str, bytes: &[u8]) -> Self {
        // A folder of its own, since tests give files the same name at the same time.
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("sphere-cli-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0.parent().unwrap());
    }
}

fn upload<'a>(file: &'a File, id: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["document", "upload", file.path(), "--target", id][..], more].concat()
}

#[test]
fn identity_document_arrives_with_country_and_side() {
    let sandbox = Sandbox::start().unwrap();
    let id = created(&sandbox);
    let file = File::new("front.png", b"\x89PNG-canary");
    let more =
        ["--type", "id_card", "--country", "USA", "--side", "front", "--description", "a card", "--json"];
    let document: Value = serde_json::from_str(&run(&sandbox, &upload(&file, &id, &more)).success()).unwrap();
    assert_eq!((&document["documentType"], &document["side"]), (&"id_card".into(), &"front".into()));
    assert_eq!((&document["targetId"], &document["fileName"]), (&id.as_str().into(), &"front.png".into()));
    let requests = sandbox.requests();
    let body = &requests.last().unwrap().body;
    assert!(body.windows(11).any(|part| part == b"\x89PNG-canary"));
    assert!(body.windows(6).any(|part| part == b"a card"));
}

#[test]
fn liveness_report_needs_no_country() {
    let sandbox = Sandbox::builder().model(Model::PlatformManaged).start().unwrap();
    let id = created(&sandbox);
    let file = File::new("report.pdf", b"%PDF");
    assert_eq!(run(&sandbox, &upload(&file, &id, &["--type", "liveness_report"])).success(), "stored\n");
    let told =
        run(&sandbox, &upload(&file, &id, &["--type", "liveness_report", "--country", "USA"])).failure(2);
    assert!(told.starts_with("sphere: only identity documents have --country and --side\n"), "{told}");
}

#[test]
fn format_is_an_ending_or_an_option() {
    let sandbox = Sandbox::builder().model(Model::PlatformManaged).start().unwrap();
    let id = created(&sandbox);
    for (name, more, media_type) in [
        ("scan.jfif", &[][..], "image/jpeg"),
        ("scan.bin", &["--format", "tif"], "image/tiff"),
        ("scan.png", &["--format", "PDF"], "application/pdf"),
    ] {
        let file = File::new(name, b"x");
        let arguments = upload(&file, &id, &["--type", "liveness_report", "--json"]);
        let json = run(&sandbox, &[&arguments, more].concat()).success();
        let document: Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&document["mimeType"], &document["fileName"]), (&media_type.into(), &name.into()));
    }
    let file = File::new("scan.bin", b"x");
    let told = run(&sandbox, &upload(&file, &id, &["--type", "liveness_report"])).failure(2);
    assert!(told.contains("--format"), "{told}");
    let told =
        run(&sandbox, &upload(&file, &id, &["--type", "liveness_report", "--format", "gif"])).failure(2);
    assert!(told.contains("--format <FORMAT>: is not pdf, jpg, png, heic or tiff"), "{told}");
}

#[test]
fn representatives_document_is_uploaded_for_them() {
    let sandbox = Sandbox::start().unwrap();
    let file = File::new("owner.jpg", b"jpeg");
    let more = ["--type", "passport", "--country", "USA"];
    run(&sandbox, &upload(&file, "associatedPerson_1", &more)).failure(4);
    let body = String::from_utf8_lossy(&sandbox.requests()[0].body).into_owned();
    assert!(body.contains("business_representative") && body.contains("associatedPerson_1"), "{body}");
}

#[test]
fn bad_file_is_told_before_anything_is_sent() {
    let sandbox = Sandbox::start().unwrap();
    let text = File::new("canary-name.txt", b"text");
    let large = File::new("canary-large.png", &vec![0; 15 * 1024 * 1024 + 1]);
    let empty = File::new("canary-empty.png", b"");
    for (file, fault) in
        [(&text, "does not end in pdf"), (&large, "has more than 15728640 bytes"), (&empty, "file is empty")]
    {
        let told = run(&sandbox, &upload(file, "customer_ada", &["--type", "liveness_report"])).failure(2);
        assert!(told.contains(fault) && !told.contains("canary"), "{told}");
    }
    let gone = ["document", "upload", "canary.png", "--target", "customer_ada", "--type", "liveness_report"];
    let told = run(&sandbox, &gone).failure(2);
    assert!(told.contains("the file cannot be read: ") && !told.contains("canary"), "{told}");
    let told = run(&sandbox, &upload(&text, "customer_ada", &["--type", "passport"])).failure(2);
    assert!(told.starts_with("sphere: --country is missing\n"), "{told}");
    assert!(sandbox.requests().is_empty());
}

#[test]
fn upload_ends_with_its_timeout() {
    let sandbox = Sandbox::start().unwrap();
    let file = File::new("report.pdf", b"%PDF");
    let more = ["--type", "liveness_report"];
    let told = run_out_of_time(&sandbox, &upload(&file, "customer_ada", &more)).failure(6);
    assert!(told.contains("timed out") && told.contains("may have been processed"), "{told}");
}
