//! Reading an error: any status, any headers, any bytes in; nothing is lost and nothing panics.
//!
//! The input is a body. Fields may follow it, each after a record separator (0x1e): status, `Retry-After`,
//! `Date`. They come last so that every file of `bad_bodies` is a seed.

#![no_main]

use std::time::Duration;

use http::StatusCode;
use http::header::{DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use libfuzzer_sys::fuzz_target;
use sphere_core::problem::ApiError;
use sphere_core::unstable::text;

const RECORD_SEPARATOR: u8 = 0x1e;
const FIELDS: usize = 3;
const CAP: Duration = Duration::from_secs(60);

fuzz_target!(|input: &[u8]| {
    let mut parts: Vec<_> = input.rsplitn(1 + FIELDS, |byte| *byte == RECORD_SEPARATOR).collect();
    parts.reverse();
    let (body, status) = (parts[0], status(parts.get(1)));
    let headers = headers([(RETRY_AFTER, parts.get(2)), (DATE, parts.get(3))]);

    let error = ApiError::parse(status, &headers, body.to_vec(), CAP);

    assert_eq!(error.status(), status);
    assert_eq!(error.headers(), headers);
    assert_eq!(error.body(), body);
    assert!(error.retry_after().is_none_or(|wait| wait <= CAP));
    assert!(error.problem().errors().len() <= 100);
    for (name, value) in error.members() {
        assert!(error.member(&name).is_some(), "{name:?} is a member but is not found");
        assert!(value.len() <= body.len(), "{name:?} is longer than the body");
    }
    if error.is_from_spherepay() {
        let cut = &body.trim_ascii_end()[..body.trim_ascii_end().len() - 1];
        let cut = ApiError::parse(status, &HeaderMap::new(), cut.to_vec(), CAP);
        assert!(!cut.is_from_spherepay(), "a body without its last brace is believed");
        assert!(error.problem().status().is_none_or(|claimed| claimed == status.as_u16()));
    }
    check_text(&error);
    let _ = format!("{error:?} {error:#?}");
});

/// Its first eight characters and its last eight are traces of it; fewer are not.
const KEY: &str = "sk_fuzz_1";

/// Text from the server is shown in one plain, bounded line.
fn check_text(error: &ApiError) {
    let problem = error.problem();
    for shown in [problem.title(), problem.detail(), problem.code()].into_iter().flatten() {
        let mut line = String::new();
        text::push(&mut line, shown, 64, KEY);
        assert!(line.chars().all(text::is_plain) && line.chars().count() <= 65, "{line:?}");
        assert!(!line.contains(&KEY[..8]) && !line.contains(&KEY[1..]), "{line:?}");
    }
}

/// Any status: 422 unless two bytes say otherwise.
fn status(field: Option<&&[u8]>) -> StatusCode {
    match field {
        Some([high, low, ..]) => {
            StatusCode::from_u16(100 + u16::from_be_bytes([*high, *low]) % 900).expect("within 100..1000")
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Those of the fields that can stand in a header.
fn headers<const N: usize>(fields: [(HeaderName, Option<&&[u8]>); N]) -> HeaderMap {
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, HeaderValue::from_bytes(value?).ok()?)))
        .collect()
}
