use super::super::details::MAX_FIELD_ERRORS;
use super::*;

fn parse(status: u16, body: &str) -> ApiError {
    let status = StatusCode::from_u16(status).unwrap();
    ApiError::parse(status, &HeaderMap::new(), body.as_bytes().to_vec(), Duration::from_secs(60))
}

fn problem(body: &str) -> ProblemDetails {
    parse(422, body).problem().clone()
}

/// (detail, pointer) of each field error.
fn fields(problem: &ProblemDetails) -> Vec<(&str, Option<&str>)> {
    problem.errors().iter().map(|error| (error.detail(), error.pointer())).collect()
}

#[test]
fn the_contracts_422_is_understood_completely() {
    let problem = problem(
        r#"{"status":422,"detail":"Validation failed","code":"validation/failed",
            "correlationId":"28c61e885c6e5eaa78c1a2183a9b883c","title":"T",
            "errors":[{"detail":"Invalid email format","pointer":"/email"},
                      {"detail":"d","parameter":"p","header":"h"}]}"#,
    );
    assert_eq!(problem.title(), Some("T"));
    assert_eq!(problem.status(), Some(422));
    assert_eq!(problem.detail(), Some("Validation failed"));
    assert_eq!(problem.code(), Some("validation/failed"));
    assert_eq!(problem.correlation_id(), Some("28c61e885c6e5eaa78c1a2183a9b883c"));
    assert_eq!(fields(&problem), [("Invalid email format", Some("/email")), ("d", None)]);
    assert_eq!(problem.errors()[1].parameter(), Some("p"));
    assert_eq!(problem.errors()[1].header(), Some("h"));
}

#[test]
fn the_v2_shape_of_2025_is_understood() {
    let required = problem(r#"{"ts":"t","error":{"information":["Required","Too short"],"a/b~c":["x"]}}"#);
    let expected = [("Required", "/information"), ("Too short", "/information"), ("x", "/a~1b~0c")];
    assert_eq!(fields(&required), expected.map(|(detail, pointer)| (detail, Some(pointer))));
    assert_eq!(required.detail(), None);

    let general = problem(r#"{"ts":"t","error":{"general":"Customer not found"}}"#);
    assert_eq!(general.detail(), Some("Customer not found"));
    assert_eq!(general.errors(), []);

    for contract in ["detail", "message"] {
        let mixed = problem(&format!(r#"{{"error":{{"general":"general"}},"{contract}":"wins"}}"#));
        assert_eq!(mixed.detail(), Some("wins"), "{contract}");
    }
    let mixed = problem(r#"{"error":{"general":["First","Second"],"name":"Required"}}"#);
    assert_eq!((mixed.detail(), fields(&mixed)), (Some("First"), vec![("Required", Some("/name"))]));
}

#[test]
fn a_field_error_needs_only_one_member() {
    let problem = problem(r#"{"errors":[{"pointer":"/a"},{"parameter":"p"},{"header":"h"},{"other":"x"}]}"#);
    let [pointer, parameter, header] = problem.errors() else { panic!("{problem:?}") };
    assert_eq!((pointer.detail(), pointer.pointer()), ("", Some("/a")));
    assert_eq!((parameter.parameter(), header.header()), (Some("p"), Some("h")));
}

#[test]
fn the_v1_envelope_is_understood() {
    let envelope = problem(
        r#"{"ok":false,"object":"error","statusCode":400,"error":{"url":["Invalid url"]},
            "message":"Bad input","data":null,"ts":"t","request":"request_778ada"}"#,
    );
    assert_eq!(envelope.status(), Some(400));
    assert_eq!(envelope.detail(), Some("Bad input"));
    assert_eq!(envelope.correlation_id(), Some("request_778ada"));
    assert_eq!(fields(&envelope), [("Invalid url", Some("/url"))]);

    let coded = problem(r#"{"ok":false,"error":"customer/not-found","message":"No such customer"}"#);
    assert_eq!(coded.code(), Some("customer/not-found"));
}

#[test]
fn contract_members_win_over_older_ones() {
    for body in [
        r#"{"message":"old","error":"old/code","detail":"new","code":"new/code"}"#,
        r#"{"detail":"new","code":"new/code","message":"old","error":"old/code"}"#,
    ] {
        let problem = problem(body);
        assert_eq!((problem.detail(), problem.code()), (Some("new"), Some("new/code")));
    }
}

#[test]
fn bad_member_costs_only_itself() {
    let problem = problem(
        r#"{"status":"422","code":7,"detail":"kept","errors":[5,{},{"detail":9,"pointer":"/a"},
            {"detail":"x","pointer":{}},"text"],"title":null,"correlationId":"c"}"#,
    );
    assert_eq!((problem.status(), problem.code(), problem.title()), (None, None, None));
    assert_eq!((problem.detail(), problem.correlation_id()), (Some("kept"), Some("c")));
    assert_eq!(fields(&problem), [("", Some("/a")), ("x", None)]);
    assert_eq!(self::problem(r#"{"errors":{},"detail":"kept"}"#).detail(), Some("kept"));
    assert_eq!(self::problem(r#"{"status":4e2,"statusCode":-1}"#).status(), None);
}

#[test]
fn first_value_of_a_repeated_member_wins() {
    let error = parse(
        400,
        r#"{"code":"a","code":"b","detail":null,"detail":"y","errors":[{"detail":"x","detail":"y"}]}"#,
    );
    let problem = error.problem();
    assert_eq!((problem.code(), problem.detail()), (Some("a"), None));
    assert_eq!(fields(problem), [("x", None)]);
    assert_eq!(error.member("detail").as_deref(), Some("null"));
}

#[test]
fn members_before_a_break_are_kept() {
    let problem = problem(r#"{"status":422,"detail":"Validation failed","code":"valid"#);
    assert_eq!(
        (problem.status(), problem.detail(), problem.code()),
        (Some(422), Some("Validation failed"), None)
    );
}

#[test]
fn invalid_utf8_keeps_other_members() {
    let body = b"\xef\xbb\xbf{\"junk\":\"\xff\xfe\",\"detail\":\"kept \xc3\",\"code\":\"c\"}".to_vec();
    let error = ApiError::parse(StatusCode::BAD_REQUEST, &HeaderMap::new(), body, Duration::ZERO);
    assert_eq!(error.problem().detail(), Some("kept ?"));
    assert_eq!(error.problem().code(), Some("c"));
}

#[test]
fn array_is_not_read_as_an_object() {
    assert_eq!(problem(r#"[422,"x"]"#), ProblemDetails::default());
}

#[test]
fn at_most_100_field_errors_are_kept() {
    let body = format!(r#"{{"errors":[{}{{"detail":"x"}}]}}"#, r#"{"detail":"x"},"#.repeat(5000));
    let error = parse(422, &body);
    assert_eq!(error.problem().errors().len(), MAX_FIELD_ERRORS);
    assert_eq!(error.body().len(), body.len());
    let body = format!(r#"{{"error":{{"f":["x"{}]}}}}"#, r#","x""#.repeat(5000));
    assert_eq!(parse(422, &body).problem().errors().len(), MAX_FIELD_ERRORS);
}

#[test]
fn members_are_raw_and_in_order() {
    let error = parse(400, r#"{"b":[1, 2],"a":"x","b":null}"#);
    let expected = [("b", "[1, 2]"), ("a", "\"x\""), ("b", "null")];
    assert_eq!(error.members(), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(error.member("b").as_deref(), Some("[1, 2]"));
    assert_eq!(error.member("c"), None);
}

#[test]
fn debug_shows_no_server_text() {
    let error = parse(
        422,
        r#"{"detail":"canary","code":"canary","errors":[{"detail":"canary","pointer":"canary"}]}"#,
    );
    let shown = format!("{error:?}");
    assert!(shown.contains("422") && !shown.contains("canary"), "{shown}");
    assert!(
        shown.contains("detail: true, code: true") && shown.contains("FieldError { pointer: true"),
        "{shown}"
    );
}

#[test]
fn messages_of_one_field_share_its_pointer() {
    let problem = problem(&format!(r#"{{"error":{{"{}":["a","b"]}}}}"#, "n".repeat(10_000)));
    let [a, b] = problem.errors() else { panic!("{problem:?}") };
    assert_eq!(a.pointer().unwrap().as_ptr(), b.pointer().unwrap().as_ptr());
}

#[test]
fn invalid_utf8_or_byte_order_mark_is_not_spherepays() {
    let good = r#"{"status":400,"detail":"d","new":"x"}"#.as_bytes();
    let is_from_spherepay = |body: Vec<u8>| {
        ApiError::parse(StatusCode::BAD_REQUEST, &HeaderMap::new(), body, Duration::ZERO).is_from_spherepay()
    };
    assert!(is_from_spherepay(good.to_vec()));
    assert!(!is_from_spherepay([b"\xef\xbb\xbf", good].concat()));
    assert!(!is_from_spherepay(good.iter().map(|byte| if *byte == b'x' { 0xff } else { *byte }).collect()));
    assert!(!is_from_spherepay(Vec::new()));
    assert!(!is_from_spherepay(b"<html></html>".to_vec()));
}
