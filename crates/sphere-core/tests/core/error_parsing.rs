//! Properties of error parsing, for any status, headers and bytes. 1,000 cases each; a million with
//! `PROPTEST_CASES=1000000 cargo test --release -p sphere-core --test core error_parsing`.
//! A failure prints its input and the seed that reproduces it.

use std::time::Duration;

use crate::shared::{KEY, cases};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value};
use sphere_core::problem::ApiError;
use sphere_core::testing::Reply;
use sphere_core::unstable::text::is_plain;
use sphere_core::{Error, ErrorKind};

const CAP: Duration = Duration::from_secs(60);
const KNOWN: [&str; 11] = [
    "title",
    "status",
    "detail",
    "code",
    "correlationId",
    "errors",
    "error",
    "message",
    "request",
    "statusCode",
    "general",
];

/// Every status that is not a success.
fn failing_status() -> impl Strategy<Value = u16> {
    prop_oneof![100_u16..200, 300_u16..1000]
}

fn headers() -> impl Strategy<Value = HeaderMap> {
    let name = prop_oneof![
        Just("retry-after"),
        Just("date"),
        Just("content-type"),
        Just("content-encoding"),
        Just("x-other"),
    ];
    let value = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        "[0-9]{1,30}".prop_map(String::into_bytes),
        Just(b"application/json".to_vec()),
        Just(b"Sun, 06 Nov 1994 08:49:37 GMT".to_vec()),
        Just(KEY.as_bytes().to_vec()),
    ];
    proptest::collection::vec((name, value), 0..6).prop_map(|pairs| {
        pairs
            .into_iter()
            .filter_map(|(name, value)| {
                Some((HeaderName::from_static(name), HeaderValue::from_bytes(&value).ok()?))
            })
            .fold(HeaderMap::new(), |mut map, (name, value)| {
                map.append(name, value);
                map
            })
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just(format!("Invalid key {KEY}")),
        Just("x".repeat(3000)),
        "[\\u{0}-\\u{20}\\u{200b}-\\u{202e}\\u{feff}\\u{e0041}a]{0,20}",
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            members(inner).prop_map(Value::from),
        ]
    })
}

fn members(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![proptest::sample::select(&KNOWN[..]).prop_map(str::to_owned), any::<String>()];
    proptest::collection::vec((name, value), 0..8).prop_map(|pairs| pairs.into_iter().collect())
}

/// Problem details with every member of its right type.
fn well_formed() -> impl Strategy<Value = Map<String, Value>> {
    let field = (text(), proptest::option::of(text())).prop_map(|(detail, pointer)| {
        let mut field = Map::from_iter([("detail".to_owned(), detail.into())]);
        field.extend(pointer.map(|pointer| ("pointer".to_owned(), pointer.into())));
        Value::from(field)
    });
    let fields = proptest::collection::vec(field, 0..4);
    (any::<u16>(), text(), text(), text(), fields).prop_map(|(status, detail, code, id, errors)| {
        let pairs: [(&str, Value); 5] = [
            ("status", status.into()),
            ("detail", detail.into()),
            ("code", code.into()),
            ("correlationId", id.into()),
            ("errors", errors.into()),
        ];
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    })
}

/// An error in one of SpherePay's documented shapes.
fn documented(status: u16) -> impl Strategy<Value = Map<String, Value>> {
    let messages = prop_oneof![
        text().prop_map(Value::from),
        proptest::collection::vec(text(), 1..4).prop_map(Value::from)
    ];
    let fields = proptest::collection::vec((any::<String>(), messages), 1..4)
        .prop_map(|fields| Value::from(fields.into_iter().collect::<Map<_, _>>()));
    let v1_error = prop_oneof![text().prop_map(Value::from), fields.clone()];
    let members = |pairs: &[(&str, Value)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<Map<_, _>>()
    };
    prop_oneof![
        well_formed().prop_map(move |mut members| {
            members.insert("status".to_owned(), status.into());
            members
        }),
        (text(), fields).prop_map(move |(ts, error)| members(&[("ts", ts.into()), ("error", error)])),
        (v1_error, json()).prop_map(move |(error, message)| {
            members(&[
                ("ok", false.into()),
                ("object", "error".into()),
                ("statusCode", status.into()),
                ("error", error),
                ("message", message),
            ])
        }),
    ]
}

/// Whether an object has one of the documented shapes, read by another parser than ours.
fn looks_documented(body: &[u8], status: u16) -> bool {
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return false };
    let get = |name: &str| members.get(name).unwrap_or(&Value::Null);
    let is_message = |value: &Value| match value {
        Value::String(_) => true,
        Value::Array(list) => !list.is_empty() && list.iter().all(Value::is_string),
        _ => false,
    };
    let (error, status) = (get("error"), Value::from(status));
    let statuses_agree =
        ["status", "statusCode"].iter().all(|name| members.get(*name).is_none_or(|found| *found == status));
    let is_problem = get("status").is_u64() && get("detail").is_string();
    let is_v2 = get("ts").is_string()
        && error.as_object().is_some_and(|map| !map.is_empty() && map.values().all(is_message));
    let is_v1 = *get("ok") == false
        && *get("object") == "error"
        && get("statusCode").is_u64()
        && (error.is_string() || error.is_object());
    statuses_agree && (is_problem || is_v2 || is_v1)
}

/// JSON whole or damaged, and bytes that are not JSON.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let whole = prop_oneof![
        json().prop_map(|value| value.to_string()),
        members(json()).prop_map(|members| Value::from(members).to_string()),
        well_formed().prop_map(|members| Value::from(members).to_string()),
    ]
    .prop_map(String::into_bytes);
    let damaged = (whole.clone(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>());
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        whole,
        damaged.prop_map(|(mut bytes, cut, at, byte)| {
            bytes.truncate(cut.index(bytes.len() + 1));
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes
        }),
    ]
}

fn parse(status: u16, headers: &HeaderMap, body: Vec<u8>) -> ApiError {
    ApiError::parse(StatusCode::from_u16(status).unwrap(), headers, body, CAP)
}

fn object(members: &[(String, Value)]) -> Vec<u8> {
    let members: Vec<_> =
        members.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str()))).collect();
    format!("{{{}}}", members.join(",")).into_bytes()
}

/// The error of a call with this response.
fn called(status: u16, headers: &HeaderMap, body: Vec<u8>) -> Result<(), Error> {
    let mut answer = Reply::status(status).body("application/json", body);
    for (name, value) in headers {
        if let Ok(value) = value.to_str() {
            answer = answer.header(name.as_str(), value);
        }
    }
    crate::shared::link(answer).map(drop)
}

/// The class of an error: all that a program may branch on, and that only the status decides.
fn class(error: &Error) -> (ErrorKind, [bool; 5]) {
    let predicates = [
        error.is_authentication(),
        error.is_not_found(),
        error.is_validation(),
        error.is_rate_limited(),
        error.is_timeout(),
    ];
    (error.kind(), predicates)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn parsing_is_total(status in failing_status(), headers in headers(), body in body()) {
        let error = parse(status, &headers, body);
        prop_assert_eq!(error.status().as_u16(), status);
        let _ = (error.members(), format!("{error:?}"));
    }

    #[test]
    fn every_response_ends_a_call(status in 100_u16..1000, headers in headers(), body in body()) {
        if let Err(error) = called(status, &headers, body) {
            prop_assert_eq!(error.status().unwrap().as_u16(), status);
        }
    }

    #[test]
    fn nothing_is_lost(status in failing_status(), headers in headers(), body in body()) {
        let error = parse(status, &headers, body.clone());
        prop_assert_eq!(error.headers(), headers);
        prop_assert_eq!(error.body(), &body);
    }

    #[test]
    fn unknown_members_survive(known in well_formed(), name in any::<String>(), value in json()) {
        prop_assume!(!KNOWN.contains(&name.as_str()));
        let mut members: Vec<_> = known.into_iter().collect();
        members.insert(members.len() / 2, (name.clone(), value.clone()));
        let error = parse(422, &HeaderMap::new(), object(&members));
        let kept: Value = serde_json::from_str(&error.member(&name).unwrap()).unwrap();
        prop_assert_eq!(kept, value);
        prop_assert_eq!(error.members().len(), members.len());
    }

    #[test]
    fn correlation_ids_survive_any_other_members(mut members in members(json()), id in any::<String>()) {
        members.insert("correlationId".to_owned(), id.clone().into());
        members.remove("request");
        let error = parse(500, &HeaderMap::new(), Value::from(members).to_string().into_bytes());
        prop_assert_eq!(error.problem().correlation_id(), Some(id.as_str()));
    }

    #[test]
    fn extra_members_and_order_change_nothing(
        status in failing_status(),
        known in well_formed(),
        unknown in "[a-z]{1,6}_new",
        value in json(),
        turn in any::<prop::sample::Index>(),
        content_type in prop_oneof![
            Just("application/json"), Just("Application/JSON; charset=utf-8"), Just("application/problem+json"),
            Just("text/html"), Just("nonsense"),
        ],
    ) {
        let mut members: Vec<_> = known.into_iter().collect();
        let before = called(status, &HeaderMap::new(), object(&members)).unwrap_err();
        members.push((unknown, value));
        let middle = turn.index(members.len());
        members.rotate_left(middle);
        let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        let after = called(status, &headers, object(&members)).unwrap_err();
        prop_assert_eq!(class(&before), class(&after));
        prop_assert_eq!(
            (before.code(), before.detail(), before.correlation_id(), before.field_errors()),
            (after.code(), after.detail(), after.correlation_id(), after.field_errors()),
        );
    }

    #[test]
    fn only_the_status_decides_the_class(status in failing_status(), one in body(), other in body()) {
        let headers = HeaderMap::new();
        let (one, other) = (called(status, &headers, one).unwrap_err(), called(status, &headers, other).unwrap_err());
        prop_assert_eq!(class(&one), class(&other));
        prop_assert_eq!(one.attempts(), other.attempts());
        prop_assert_eq!(one.is_authentication(), matches!(status, 401 | 403));
        prop_assert_eq!(one.is_not_found(), status == 404);
        prop_assert_eq!(one.is_validation(), matches!(status, 400 | 422));
        prop_assert_eq!(one.is_rate_limited(), status == 429);
        prop_assert!(one.may_have_been_processed() || (400..500).contains(&status));
    }

    #[test]
    fn unknown_codes_stay_strings(code in any::<String>()) {
        let body = object(&[("code".to_owned(), code.clone().into())]);
        let error = parse(400, &HeaderMap::new(), body);
        prop_assert_eq!(error.problem().code(), Some(code.as_str()));
    }

    #[test]
    fn documented_shapes_are_spherepays_word(
        (status, known) in failing_status().prop_flat_map(|status| (Just(status), documented(status))),
        unknown in "[a-z]{1,6}_new",
        value in json(),
        cut in any::<Index>(),
        damaged in any::<Index>(),
        odd in proptest::option::of(prop_oneof![
            json(),
            proptest::sample::select(vec![
                Value::from(422.0), "422".into(), 422.into(), true.into(), "error".into(), "".into(), Value::Null,
                serde_json::json!({}), serde_json::json!([]), serde_json::json!({"a": []}), serde_json::json!({"a": ["d", 7]}),
            ]),
        ]),
    ) {
        // One member less, or of another value.
        let mut other: Vec<_> = known.clone().into_iter().collect();
        let at = damaged.index(other.len());
        match odd {
            Some(odd) => other[at].1 = odd,
            None => drop(other.remove(at)),
        }
        let other = object(&other);
        let found = parse(status, &HeaderMap::new(), other.clone()).is_from_spherepay();
        prop_assert_eq!(found, looks_documented(&other, status), "{}", String::from_utf8_lossy(&other));

        let members: Vec<_> = known.into_iter().chain([(unknown, value)]).collect();
        let body = object(&members);
        let is_from_spherepay =
            |status, body: &[u8]| parse(status, &HeaderMap::new(), body.to_vec()).is_from_spherepay();
        prop_assert!(is_from_spherepay(status, &body));
        prop_assert!(looks_documented(&body, status));
        prop_assert!(!is_from_spherepay(status, &body[..cut.index(body.len())]));
        prop_assert!(!is_from_spherepay(status, &[&body[..], b"x"].concat()));
        // Neither a byte order mark nor invalid UTF-8 is JSON (RFC 8259, section 8.1).
        for (start, rest) in [(&b"\xef\xbb\xbf"[..], &body[..]), (&b"{\"new\":\"\xff\","[..], &body[1..])] {
            prop_assert!(!is_from_spherepay(status, &[start, rest].concat()));
        }
        let has_status = members.iter().any(|(name, _)| name == "status" || name == "statusCode");
        prop_assert_eq!(is_from_spherepay(status ^ 1, &body), !has_status);
    }

    #[test]
    fn other_bodies_are_not_spherepays_word(status in failing_status(), body in body()) {
        let error = parse(status, &HeaderMap::new(), body.clone());
        prop_assert!(!error.is_from_spherepay() || looks_documented(&body, status));
    }

    #[test]
    fn retry_after_is_nothing_or_within_the_cap(
        values in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 1..4),
        digits in "[0-9]{0,40}",
        cap in 0_u64..100_000,
        mut headers in headers(),
    ) {
        for value in values.into_iter().chain([digits.into_bytes()]) {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.append(http::header::RETRY_AFTER, value);
            }
        }
        let cap = Duration::from_secs(cap);
        let error = ApiError::parse(StatusCode::TOO_MANY_REQUESTS, &headers, "", cap);
        prop_assert!(error.retry_after().is_none_or(|wait| wait <= cap));
    }

    #[test]
    fn display_is_one_bounded_line_without_the_key(
        status in failing_status(),
        headers in headers(),
        body in body(),
    ) {
        let error = called(status, &headers, body).unwrap_err();
        let line = error.to_string();
        prop_assert!(line.contains(&status.to_string()), "{}", line);
        prop_assert!(line.chars().all(is_plain), "{:?}", line);
        prop_assert!(line.chars().count() <= 700, "{}", line.chars().count());
        for shown in [line, format!("{error:?}"), format!("{error:#?}")] {
            prop_assert!(!shown.contains(KEY), "{}", shown);
        }
    }
}
