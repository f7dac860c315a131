//! Whether a body is in one of the error shapes that SpherePay has documented.

use std::ops::ControlFlow;

use http::StatusCode;
use serde_json::value::RawValue;

use super::members::Members;
use crate::json::scan;

/// Whether these are the members of a documented shape, and every status among them is the status line's.
pub(super) fn is_documented(members: &Members<'_>, status: StatusCode) -> bool {
    let agrees =
        |value: Option<&RawValue>| value.is_none_or(|value| value.get().parse() == Ok(status.as_u16()));
    !members.has_duplicates
        && agrees(members.get("status"))
        && agrees(members.get("statusCode"))
        && (is_problem_details(members) || is_v2_of_2025(members) || is_v1_envelope(members))
}

/// The contract: `status` and `detail` are required.
fn is_problem_details(members: &Members<'_>) -> bool {
    members.get("status").is_some() && members.get("detail").is_some_and(is_string)
}

/// `{"ts":"…","error":{"information":["Required"]}}`
fn is_v2_of_2025(members: &Members<'_>) -> bool {
    members.get("ts").is_some_and(is_string) && members.get("error").is_some_and(is_message_map)
}

/// `{"ok":false,"object":"error","statusCode":400,"error":…}`
fn is_v1_envelope(members: &Members<'_>) -> bool {
    let has = |value: Option<&RawValue>, text| value.is_some_and(|value| value.get() == text);
    has(members.get("ok"), "false")
        && has(members.get("object"), r#""error""#)
        && members.get("statusCode").is_some()
        && members.get("error").is_some_and(|error| is_string(error) || error.get().starts_with('{'))
}

/// A raw value is valid JSON, so its first character tells its type.
fn is_string(value: &RawValue) -> bool {
    value.get().starts_with('"')
}

/// At least one member, and each is a string or a list of one or more strings.
fn is_message_map(value: &RawValue) -> bool {
    let (mut has_some, mut has_others) = (false, false);
    let is_object = scan::members(value.get(), |_, messages| {
        has_some = true;
        has_others |= !is_string(messages) && !is_string_list(messages);
    });
    is_object.is_ok() && has_some && !has_others
}

fn is_string_list(value: &RawValue) -> bool {
    let (mut has_some, mut has_others) = (false, false);
    scan::elements(value, |element| {
        has_some = true;
        has_others |= !is_string(element);
        if has_others { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    has_some && !has_others
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_documented_at(status: u16, body: &str) -> bool {
        let members = Members::read(body);
        members.is_whole && is_documented(&members, StatusCode::from_u16(status).unwrap())
    }

    #[test]
    fn documented_shapes_are_recognised() {
        for (status, body) in [
            (404, r#"{"status":404,"detail":"d"}"#),
            (422, r#" {"new":[1e999],"detail":"","status":422,"errors":7} "#),
            (403, r#"{"status":403,"detail":"Forbidden resource","correlationId":"c"}"#),
            (400, r#"{"status":400,"detail":"cut \ud83d"}"#),
            (400, r#"{"ts":"t","error":{"information":["Required","Short"]}}"#),
            (404, r#"{"ts":"t","error":{"general":"Customer not found"}}"#),
            (400, r#"{"ok":false,"object":"error","statusCode":400,"error":{"url":["x"]},"data":null}"#),
            (404, r#"{"ok":false,"object":"error","statusCode":404,"error":"customer/not-found"}"#),
            (400, r#"{"ok":false,"object":"error","statusCode":400,"error":{}}"#),
        ] {
            assert!(is_documented_at(status, body), "{body}");
        }
    }

    #[test]
    fn every_status_must_be_the_status_line() {
        for body in [
            r#"{"status":400,"detail":"d"}"#,
            r#"{"status":422,"statusCode":400,"detail":"d"}"#,
            r#"{"status":422,"statusCode":"422","detail":"d"}"#,
            r#"{"ts":"t","error":{"general":"d"},"status":400}"#,
            r#"{"ok":false,"object":"error","statusCode":422,"error":"e","status":0}"#,
        ] {
            assert!(!is_documented_at(422, body), "{body}");
        }
        assert!(is_documented_at(422, r#"{"status":422,"statusCode":422,"detail":"d"}"#));
    }

    #[test]
    fn duplicates_and_broken_json_are_not_believed() {
        for body in [
            r#"{"status":422,"detail":"d","status":422}"#,
            r#"{"status":422,"detail":"d","detail":"e"}"#,
            r#"{"status":422,"detail":"d""#,
            r#"{"status":422,"detail":"d"} x"#,
            r#"{"status":422,"detail":"d"}{}"#,
            r#"{"status":422,"detail":"d",}"#,
        ] {
            assert!(!is_documented_at(422, body), "{body}");
        }
        assert!(is_documented_at(422, r#"{"status":422,"detail":"d","new":1,"new":2}"#));
    }
}
