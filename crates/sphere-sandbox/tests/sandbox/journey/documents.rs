//! Uploads.

use serde_json::json;
use sphere_sandbox::Sandbox;

use super::{call, create, individual, pointers, profile, upload};
use crate::wire::{bearer, send};

const MOST: usize = 15 * 1024 * 1024;

fn passport(id: &str) -> [(&str, &str); 4] {
    [("targetId", id), ("target", "customer"), ("documentType", "passport"), ("country", "USA")]
}

#[test]
fn document_describes_what_was_stored() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    let fields = [&passport(&id)[..], &[("description", "page 2")]].concat();
    let response = upload(&sandbox, &fields, Some(("image/png", b"\x89PNG\r\n--b0undar")));
    assert_eq!(response.status, 201);
    let mut document = response.json();
    assert!(document["createdAt"].take().is_string());
    assert_eq!(
        document,
        json!({
            "targetId": id, "target": "customer", "documentType": "passport", "country": "USA",
            "description": "page 2", "fileName": "scan", "fileSize": 15, "mimeType": "image/png",
            "createdAt": null,
        })
    );
}

#[test]
fn two_sided_document_needs_both_sides() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    for (side, still_required) in [("front", true), ("front", true), ("back", false)] {
        let fields = [
            ("targetId", &*id),
            ("target", "customer"),
            ("documentType", "drivers"),
            ("country", "USA"),
            ("side", side),
        ];
        assert_eq!(upload(&sandbox, &fields, Some(("Image/HEIC ;charset=binary", b"x"))).status, 201);
        let required = profile(&sandbox, &id)["criteria"]["required"].clone();
        let is_required = required.as_array().unwrap().contains(&json!("identity_document"));
        assert_eq!(is_required, still_required, "{side}");
    }
}

#[test]
fn invalid_fields_are_named_by_pointer() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    let jpeg = Some(("image/jpeg", &b"x"[..]));
    let report = [("targetId", &*id), ("target", "customer"), ("documentType", "liveness_report")];
    for (fields, file, expected) in [
        (vec![], None, &["/targetId", "/target", "/documentType", "/file"][..]),
        (passport(&id).to_vec(), None, &["/file"]),
        (passport(&id).to_vec(), Some(("text/html", &b"x"[..])), &["/file"]),
        (passport(&id).to_vec(), Some(("image/jpeg", &b""[..])), &["/file"]),
        (passport(&id)[..3].to_vec(), jpeg, &["/country"]),
        ([&passport(&id)[..], &[("side", "left")]].concat(), jpeg, &["/side"]),
        ([&report[..], &[("country", "USA"), ("side", "front")]].concat(), jpeg, &["/country", "/side"]),
        ([&[("target", "dog")], &passport(&id)[..]].concat(), jpeg, &["/target"]),
    ] {
        assert_eq!(pointers(&upload(&sandbox, &fields, file)), expected, "{fields:?}");
    }
}

#[test]
fn largest_file_is_15_mib() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    let mut bytes = vec![7; MOST];
    let response = upload(&sandbox, &passport(&id), Some(("application/pdf", &bytes)));
    assert_eq!(response.status, 201);
    assert_eq!(response.json()["fileSize"], MOST);
    bytes.push(7);
    let response = upload(&sandbox, &passport(&id), Some(("application/pdf", &bytes)));
    assert_eq!(response.status, 413);
    response.problem();
}

#[test]
fn other_body_is_a_bad_request() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(call(&sandbox, "POST /v2/document", &json!({})).status, 400);
    let headers =
        format!("{}content-type: multipart/form-data; boundary=x\r\ncontent-length: 6\r\n", bearer(&sandbox));
    let response = send(&sandbox, "POST /v2/document", &headers, b"--x\r\nq");
    assert_eq!(response.problem()["detail"], "The request body is not multipart/form-data");
}

#[test]
fn document_for_nobody_is_not_found() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    let jpeg = Some(("image/jpeg", &b"x"[..]));
    assert_eq!(upload(&sandbox, &passport("customer_ada"), jpeg).status, 404);
    let mut other_target = passport(&id);
    other_target[1].1 = "business_representative";
    assert_eq!(upload(&sandbox, &other_target, jpeg).status, 404);
    assert_eq!(upload(&sandbox, &passport("customer_replies_500"), jpeg).status, 500);
}
