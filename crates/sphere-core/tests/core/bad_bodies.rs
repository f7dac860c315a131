//! Real and constructed bad bodies, one file each in `bad_bodies/`: what is understood of each, and that nothing else
//! is lost. The fuzz target starts from the same folder.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use sphere_core::ErrorKind;
use sphere_core::problem::ApiError;
use sphere_core::testing::Reply;

/// Detail, code, correlation id and number of field errors that each file gives.
type Expected = (Option<&'static str>, Option<&'static str>, Option<&'static str>, usize);

const CONTRACT_ID: Option<&str> = Some("28c61e885c6e5eaa78c1a2183a9b883c");
const NOTHING: Expected = (None, None, None, 0);

#[rustfmt::skip]
const FILES: &[(&str, Expected)] = &[
    ("array.json", NOTHING),
    ("byte_order_mark.json", (Some("Resource not found"), Some("resource/not-found"), None, 0)),
    ("contract_400.json", (Some("Invalid request parameters"), Some("address/invalid"), CONTRACT_ID, 0)),
    ("contract_404.json", (Some("Resource not found"), Some("resource/not-found"), CONTRACT_ID, 0)),
    ("contract_422.json", (Some("Validation failed"), Some("validation/failed"), CONTRACT_ID, 2)),
    ("control_characters.json", (Some("line\r\nSet-Cookie: a=b\0\u{202e}"), Some("a\u{1b}b"), None, 0)),
    ("deep_array.json", NOTHING),
    ("deep_object.json", (Some("kept"), Some("kept/too"), None, 0)),
    ("duplicate_keys.json", (Some("first"), Some("first"), None, 0)),
    ("empty", NOTHING),
    ("forbidden_2026.json", (Some("Forbidden resource"), None, CONTRACT_ID, 0)),
    ("huge_number_among_errors.json", (Some("kept"), None, None, 3)),
    ("huge_numbers.json", (Some("kept"), None, None, 0)),
    ("invalid_utf_8.json", (Some("kept ?"), Some("kept"), None, 0)),
    ("lone_surrogate.json", (Some("kept"), None, None, 0)),
    ("many_errors.json", (None, None, None, 100)),
    ("nest_default.json", (Some("Forbidden resource"), Some("Forbidden"), None, 0)),
    ("nginx_502.html", NOTHING),
    ("nul_bytes", NOTHING),
    ("null.json", NOTHING),
    ("number.json", NOTHING),
    ("plain.txt", NOTHING),
    ("raw_line_break_in_string.json", (None, Some("kept"), None, 0)),
    ("string.json", NOTHING),
    ("truncated.json", (Some("Validation failed"), Some("validation/failed"), CONTRACT_ID, 0)),
    ("two_objects.json", (Some("first"), None, None, 0)),
    ("unauthorized_older.json", (Some("Invalid or missing API key."), Some("unauthorized"), None, 0)),
    ("utf_16_be.json", NOTHING),
    ("utf_16_le.json", NOTHING),
    ("v1_envelope.json", (Some("Bad request"), None, Some("request_778ada0f"), 1)),
    ("v1_envelope_code.json", (Some("Customer not found"), Some("customer/not-found"), Some("request_778ada0f"), 0)),
    ("v2_2025_fields.json", (None, None, None, 1)),
    ("v2_2025_general.json", (Some("Customer not found"), None, None, 0)),
    ("wrong_typed_errors.json", (Some("Validation failed"), None, None, 1)),
    ("wrong_types.json", (Some("kept"), None, None, 0)),
];

/// The files that are SpherePay's own word, with the status that they need.
const FROM_SPHEREPAY: &[(&str, u16)] = &[
    ("contract_400.json", 400),
    ("contract_404.json", 404),
    ("contract_422.json", 422),
    ("forbidden_2026.json", 403),
    ("unauthorized_older.json", 401),
    ("v1_envelope.json", 400),
    ("v1_envelope_code.json", 404),
    ("v2_2025_fields.json", 400),
    ("v2_2025_general.json", 404),
];

fn folder() -> BTreeMap<String, Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad_bodies");
    std::fs::read_dir(path)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect()
}

#[test]
fn each_body_is_read_as_expected() {
    for (name, expected) in FILES {
        let body = folder().remove(*name).unwrap();
        let error = ApiError::parse(StatusCode::BAD_REQUEST, &HeaderMap::new(), body.clone(), Duration::ZERO);
        let problem = error.problem();
        let found = (problem.detail(), problem.code(), problem.correlation_id(), problem.errors().len());
        assert_eq!(found, *expected, "{name}");
        assert_eq!(*error.body(), body, "{name}");
    }
}

#[test]
fn only_documented_shapes_are_spherepays_word() {
    for (name, body) in folder() {
        let statuses = [400, 401, 403, 404, 422];
        let believed: Vec<_> = statuses
            .into_iter()
            .filter(|status| {
                let status = StatusCode::from_u16(*status).unwrap();
                ApiError::parse(status, &HeaderMap::new(), body.clone(), Duration::ZERO).is_from_spherepay()
            })
            .collect();
        match FROM_SPHEREPAY.iter().find(|(known, _)| *known == name) {
            // The older v2 shape has no status, so any fits.
            Some(_) if name.starts_with("v2_2025") => assert_eq!(believed, statuses, "{name}"),
            Some((_, status)) => assert_eq!(believed, [*status], "{name}"),
            None => assert_eq!(believed, [0; 0], "{name}"),
        }
    }
}

#[test]
fn every_file_is_in_the_table() {
    let listed: Vec<_> =
        FILES.iter().map(|(name, _)| (*name).to_owned()).chain(["detail_1_mib.json".to_owned()]).collect();
    for name in folder().keys() {
        assert!(listed.contains(name), "{name} is in the folder but not in the table");
    }
}

#[test]
fn a_huge_detail_is_kept_and_shown_short() {
    let body = folder().remove("detail_1_mib.json").unwrap();
    let error = crate::shared::link(Reply::status(400).body("application/json", body)).unwrap_err();
    assert_eq!(error.detail().unwrap().len(), 1024 * 1024 - 13);
    assert!(error.to_string().len() < 500);
}

#[test]
fn in_a_call_only_the_status_decides() {
    for (name, body) in folder() {
        for (status, kind) in
            [(422, ErrorKind::Api), (502, ErrorKind::Api), (201, ErrorKind::InvalidResponse)]
        {
            let answer = Reply::status(status).body("application/json", body.clone());
            let error = crate::shared::link(answer).unwrap_err();
            assert_eq!(error.kind(), kind, "{name} {status}");
            assert_eq!(error.status().unwrap(), status, "{name}");
            assert_eq!(*error.body().unwrap(), body, "{name}");
            assert_eq!(error.is_validation(), status == 422, "{name}");
            assert!(!error.to_string().chars().any(char::is_control), "{name}: {error}");
        }
    }
}
