//! Every answer that SpherePay has been seen to give, through both complete clients, over real sockets: the
//! same story from both, and the right one.

use sphere_core::{CustomerId, Error, ErrorKind};
use sphere_sandbox::{Reply, Sandbox};
use sphere_tests::{Backend, config_for};

/// All that a caller can learn from an error but the correlation id, which differs from answer to answer.
#[derive(Debug, PartialEq)]
struct Story {
    kind: ErrorKind,
    status: Option<u16>,
    code: Option<String>,
    detail: Option<String>,
    has_correlation_id: bool,
    fields: Vec<(String, Option<String>)>,
    attempts: u32,
    may_have_been_processed: bool,
    /// Authentication, not found, validation, rate limited.
    predicates: [bool; 4],
}

fn story(error: &Error) -> Story {
    let text = |value: Option<&str>| value.map(str::to_owned);
    Story {
        kind: error.kind(),
        status: error.status().map(|status| status.as_u16()),
        code: text(error.code()),
        detail: text(error.detail()),
        has_correlation_id: error.correlation_id().is_some(),
        fields: error
            .field_errors()
            .iter()
            .map(|field| (field.detail().to_owned(), text(field.pointer())))
            .collect(),
        attempts: error.attempts(),
        may_have_been_processed: error.may_have_been_processed(),
        predicates: [
            error.is_authentication(),
            error.is_not_found(),
            error.is_validation(),
            error.is_rate_limited(),
        ],
    }
}

const NONE: [bool; 4] = [false; 4];

fn expected(status: u16, attempts: u32, processed: bool, predicates: [bool; 4]) -> Story {
    Story {
        kind: ErrorKind::Api,
        status: Some(status),
        code: None,
        detail: None,
        has_correlation_id: true,
        fields: vec![],
        attempts,
        may_have_been_processed: processed,
        predicates,
    }
}

impl Story {
    fn saying(self, code: &str, detail: &str) -> Self {
        let code = (!code.is_empty()).then(|| code.to_owned());
        Self { code, detail: Some(detail.to_owned()), ..self }
    }
}

#[test]
fn each_answer_gives_the_same_and_the_right_error_on_both_backends() {
    let sandbox = Sandbox::start().unwrap();
    let fields = [("Invalid email format", "/email"), ("Name is required", "/name")];
    let fields = fields.map(|(detail, pointer)| (detail.to_owned(), Some(pointer.to_owned()))).to_vec();
    let [authentication, not_found, validation, rate_limited] =
        [0, 1, 2, 3].map(|index| std::array::from_fn(|at| at == index));
    let rows = [
        (
            Reply::bad_request(),
            expected(400, 1, false, validation).saying("address/invalid", "Invalid request parameters"),
        ),
        (
            Reply::unauthorized(),
            Story { has_correlation_id: false, ..expected(401, 1, false, authentication) }
                .saying("unauthorized", "Invalid or missing API key."),
        ),
        (Reply::forbidden(), expected(403, 1, false, authentication).saying("", "Forbidden resource")),
        (
            Reply::not_found(),
            expected(404, 1, false, not_found).saying("resource/not-found", "Resource not found"),
        ),
        (Reply::conflict(), expected(409, 1, false, NONE)),
        (
            Reply::unprocessable(),
            Story { fields, ..expected(422, 1, false, validation) }
                .saying("validation/failed", "Validation failed"),
        ),
        (Reply::too_many_requests(1), expected(429, 3, false, rate_limited)),
        (Reply::server_error(), expected(500, 2, true, NONE)),
        (Reply::bad_gateway_html(), Story { has_correlation_id: false, ..expected(502, 2, true, NONE) }),
        (Reply::unavailable(None), expected(503, 3, true, NONE)),
        (Reply::unavailable(Some(1)), expected(503, 3, true, NONE)),
    ];
    let customer = CustomerId::new("customer_ada").unwrap();
    for (reply, mut expected) in rows {
        sandbox.reply_every(reply);
        let before = sandbox.requests().len();
        let config = config_for(&sandbox).build().unwrap();
        let errors = Backend::both(&config, None).map(|backend| backend.link(&customer).unwrap_err());
        let [hyper, ureq] = errors.each_ref().map(story);
        assert_eq!(hyper, ureq);
        if expected.detail.is_none() {
            // The sandbox's own words, which no contract gives.
            (expected.code, expected.detail) = (hyper.code.clone(), hyper.detail.clone());
        }
        assert_eq!(hyper, expected);
        assert_eq!(sandbox.requests().len() - before, 2 * expected.attempts as usize);

        for error in errors {
            let body = String::from_utf8(error.body().unwrap().to_vec()).unwrap();
            assert_eq!(body.starts_with("<html>"), error.status().unwrap() == 502, "{body}");
            if let Some(id) = error.correlation_id() {
                assert!(id.len() == 32 && body.contains(id), "{id} {body}");
                assert!(error.to_string().contains(id));
            }
            assert!(error.headers().unwrap().contains_key("content-type"));
        }
    }
}

#[test]
fn an_html_502_says_that_there_is_nothing_to_quote() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_every(Reply::bad_gateway_html());
    for backend in Backend::both(&config_for(&sandbox).build().unwrap(), None) {
        let error = backend.link(&CustomerId::new("customer_ada").unwrap()).unwrap_err();
        assert_eq!((error.code(), error.detail(), error.correlation_id()), (None, None, None));
        assert!(error.to_string().contains("502 Bad Gateway: no problem details in the body"), "{error}");
    }
}

#[test]
fn a_failure_that_passes_is_not_seen() {
    let sandbox = Sandbox::start().unwrap();
    for backend in Backend::both(&config_for(&sandbox).build().unwrap(), None) {
        sandbox.reply_next(Reply::too_many_requests(7));
        sandbox.reply_next(Reply::unavailable(None));
        let link = backend.link(&CustomerId::new("customer_ada").unwrap()).unwrap();
        assert!(link.url().starts_with(sandbox.base_url()), "{}", link.url());
    }
}

#[test]
fn a_link_comes_over_https_from_an_authority_that_is_trusted_and_not_from_another() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let config = config_for(&sandbox).build().unwrap();
    let customer = CustomerId::new("customer_ada").unwrap();
    for backend in Backend::both(&config, sandbox.authority_pem()) {
        assert!(backend.link(&customer).unwrap().url().starts_with("https://127.0.0.1:"));
    }
    let received = sandbox.requests().len();
    for backend in Backend::both(&config, None) {
        let error = backend.link(&customer).unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1), "{error}");
        assert!(!error.may_have_been_processed());
    }
    assert_eq!(sandbox.requests().len(), received);
}

#[test]
fn an_answer_that_is_no_link_keeps_its_status_and_body() {
    let sandbox = Sandbox::start().unwrap();
    let backends = Backend::both(&config_for(&sandbox).build().unwrap(), None);
    for (body, fault) in [
        (r#"{"url":"http://elsewhere.example/","expiresAt":"2026-03-09T20:46:31Z"}"#, "`url` is plain http"),
        (r#"{"url":"javascript:alert(1)","expiresAt":"2026-03-09T20:46:31Z"}"#, "`url` does not begin with"),
        (r#"{"url":"https://h/\n","expiresAt":"2026-03-09T20:46:31Z"}"#, "`url` has a line break"),
        (r#"{"expiresAt":"2026-03-09T20:46:31Z"}"#, "`url` is missing"),
        ("<html>", "the body is not a JSON object"),
        ("", "the body is not a JSON object"),
    ] {
        for backend in &backends {
            sandbox.reply_next(Reply::status(201).body("application/json", body));
            let error = backend.link(&CustomerId::new("customer_ada").unwrap()).unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidResponse, 1));
            assert_eq!(error.status().unwrap(), 201);
            assert_eq!(error.body().unwrap(), body);
            assert!(error.to_string().contains(fault), "{error}");
            assert!(error.may_have_been_processed());
        }
    }
}

#[test]
fn a_redirect_is_an_error_and_is_not_followed() {
    let sandbox = Sandbox::start().unwrap();
    let elsewhere = Sandbox::start().unwrap();
    for backend in Backend::both(&config_for(&sandbox).build().unwrap(), None) {
        let location = format!("{}/v2/customer/customer_ada/face-verification-link", elsewhere.base_url());
        sandbox.reply_next(Reply::status(302).header("location", &location));
        let error = backend.link(&CustomerId::new("customer_ada").unwrap()).unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (302, 1));
        assert_eq!(error.headers().unwrap()["location"], location);
    }
    assert!(elsewhere.requests().is_empty());
}
