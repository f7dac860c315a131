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
fn messages_of_one_field_share_its_pointer() {
    let problem = problem(&format!(r#"{{"error":{{"{}":["a","b"]}}}}"#, "n".repeat(10_000)));
    let [a, b] = problem.errors() else { panic!("{problem:?}") };
    assert_eq!(a.pointer().unwrap().as_ptr(), b.pointer().unwrap().as_ptr());
}
