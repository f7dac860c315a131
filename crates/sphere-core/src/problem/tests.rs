use super::*;

fn parse(status: u16, body: &str) -> ApiError {
    let status = StatusCode::from_u16(status).unwrap();
    ApiError::parse(status, HeaderMap::new(), body.as_bytes().to_vec(), Duration::from_secs(60))
}

fn problem(body: &str) -> ProblemDetails {
    parse(422, body).problem().clone()
}

/// (detail, pointer) of each field error.
fn fields(problem: &ProblemDetails) -> Vec<(&str, Option<&str>)> {
    problem.errors().iter().map(|error| (error.detail(), error.pointer())).collect()
}

#[test]
fn the_contracts_422_is_understood_whole() {
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
fn the_contracts_members_win_over_older_ones_in_any_order() {
    for body in [
        r#"{"message":"old","error":"old/code","detail":"new","code":"new/code"}"#,
        r#"{"detail":"new","code":"new/code","message":"old","error":"old/code"}"#,
    ] {
        let problem = problem(body);
        assert_eq!((problem.detail(), problem.code()), (Some("new"), Some("new/code")));
    }
}

#[test]
fn a_bad_member_costs_that_member_only() {
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
fn the_first_usable_value_of_a_repeated_member_wins() {
    let problem = problem(r#"{"code":null,"code":"a","code":"b","detail":"x","detail":"y"}"#);
    assert_eq!((problem.code(), problem.detail()), (Some("a"), Some("x")));
}

#[test]
fn what_stands_before_a_break_is_kept() {
    let problem = problem(r#"{"status":422,"detail":"Validation failed","code":"valid"#);
    assert_eq!(
        (problem.status(), problem.detail(), problem.code()),
        (Some(422), Some("Validation failed"), None)
    );
}

#[test]
fn bytes_that_are_not_text_cost_nothing_around_them() {
    let body = b"\xef\xbb\xbf{\"junk\":\"\xff\xfe\",\"detail\":\"kept \xc3\",\"code\":\"c\"}".to_vec();
    let error = ApiError::parse(StatusCode::BAD_REQUEST, HeaderMap::new(), body, Duration::ZERO);
    assert_eq!(error.problem().detail(), Some("kept ?"));
    assert_eq!(error.problem().code(), Some("c"));
}

#[test]
fn an_array_is_not_taken_for_an_object() {
    assert_eq!(problem(r#"[422,"x"]"#), ProblemDetails::default());
}

#[test]
fn field_errors_are_bounded_and_the_body_keeps_the_rest() {
    let body = format!(r#"{{"errors":[{}{{"detail":"x"}}]}}"#, r#"{"detail":"x"},"#.repeat(5000));
    let error = parse(422, &body);
    assert_eq!(error.problem().errors().len(), MOST_FIELD_ERRORS);
    assert_eq!(error.body().len(), body.len());
    let body = format!(r#"{{"error":{{"f":["x"{}]}}}}"#, r#","x""#.repeat(5000));
    assert_eq!(parse(422, &body).problem().errors().len(), MOST_FIELD_ERRORS);
}

#[test]
fn members_come_raw_and_in_order() {
    let error = parse(400, r#"{"b":[1, 2],"a":"x","b":null}"#);
    let expected = [("b", "[1, 2]"), ("a", "\"x\""), ("b", "null")];
    assert_eq!(error.members(), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(error.member("b").as_deref(), Some("[1, 2]"));
    assert_eq!(error.member("c"), None);
}

#[test]
fn debug_shows_nothing_that_the_server_wrote() {
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

/// Members as a server may send them: known names and others, right and wrong types, twice, in any order.
fn members() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let name = proptest::sample::select(vec![
        "title",
        "status",
        "detail",
        "code",
        "correlationId",
        "errors",
        "error",
        "message",
        "statusCode",
        "request",
        "other",
        "\\u0063ode",
        "pointer",
        "parameter",
        "header",
    ]);
    let text = prop_oneof!["[ -~]{0,9}", any::<String>()];
    let field = proptest::collection::vec((name.clone(), text.clone()), 0..3).prop_map(|members| {
        let members: Vec<_> = members.iter().map(|(name, text)| format!("\"{name}\":{text:?}")).collect();
        format!("{{{}}}", members.join(","))
    });
    let value = prop_oneof![
        8 => text.prop_map(|text| serde_json::to_string(&text).unwrap()),
        2 => any::<u16>().prop_map(|status| status.to_string()),
        2 => proptest::collection::vec(field, 0..4).prop_map(|fields| format!("[{}]", fields.join(","))),
        2 => proptest::sample::select(vec![
            "null", "1e999", "-1", "{}", "[[]]", "[7]", "\"\\ud800\"", "[\"a\"]", "{\"general\":\"g\"}", "nul",
        ]).prop_map(str::to_owned),
    ];
    let member = (name, value).prop_map(|(name, value)| format!("\"{name}\": {value}"));
    (proptest::collection::vec(member, 0..7), proptest::sample::select(vec!["}", " } ", "", "} x", ",}"]))
        .prop_map(|(members, end)| format!("{{{}{end}", members.join(" , ")))
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config {
        cases: 4000,
        failure_persistence: None,
        ..proptest::test_runner::Config::default()
    })]

    #[test]
    fn what_is_read_in_one_pass_is_what_is_read_member_by_member(text in members()) {
        let body = Bytes::from(text.clone());
        let text = std::str::from_utf8(&body).unwrap();
        if let Some(problem) = contract::read(text, &body) {
            proptest::prop_assert!(problem == ProblemDetails::tolerant(text, &body));
        }
    }
}

#[test]
fn the_contracts_shape_is_read_in_one_pass_and_others_are_not() {
    for (text, is_promised) in [
        (r#"{"status":422,"detail":"d","errors":[{"detail":"e","pointer":"/p"}],"more":[1e999]}"#, true),
        (r#"{"detail":"d","detail":"e"}"#, false),
        (r#"{"status":"422"}"#, false),
        (r#"{"errors":[{}]}"#, false),
        (r#"{"errors":[{"detail":"e"},7]}"#, false),
        (r#"{"message":"m"}"#, false),
        (r#"{"detail":"d"} x"#, false),
    ] {
        assert_eq!(contract::read(text, &Bytes::new()).is_some(), is_promised, "{text}");
    }
}
