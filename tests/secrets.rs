//! The key is nowhere to be found: not in `Debug`, `Display`, error chains or logs, raw, in hex or in
//! base64; and neither is the customer's link in what is not the link itself.

use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use sphere_core::call::{Call, Step};
use sphere_core::endpoint::{Body, DecodeError, Endpoint as _};
use sphere_core::endpoints::GenerateFaceVerificationLink;
use sphere_core::transport::{TransportError, TransportErrorKind, TransportRequest, TransportResponse};
use sphere_core::{
    ApiKey, CallOptions, Config, ConfigBuilder, CustomerId, Error, FaceVerificationLink, IdempotencyKey,
    RetryBudget, RetryPolicy, Timestamp,
};
use sphere_hyper::HyperTransport;
use sphere_sandbox::{Answer, Sandbox};
use sphere_tests::Backend;
use sphere_ureq::UreqTransport;

const KEY: &str = "sk_live_canary_5a11b0a7f00d";
const LINK: &str = "https://in.sumsub.com/websdk/p/canary_token_77";

/// Fails if the secret stands in the text in any of these spellings.
fn assert_hidden(secret: &str, text: &str) {
    let lower = text.to_lowercase();
    let hex: String = secret.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    for spelling in [secret.to_lowercase(), hex.clone(), spaced(&hex), byte_list(secret)] {
        assert!(!lower.contains(&spelling), "the secret shows as {spelling:?} in:\n{text}");
    }
    for engine in [STANDARD, URL_SAFE] {
        for shift in 0..3 {
            // Base64 works on groups of three bytes: whatever stands before, one of the three alignments
            // shows. Ends that depend on the neighbours are cut off.
            let encoded = engine.encode([&vec![0; shift], secret.as_bytes()].concat());
            let core = &encoded[4..encoded.len() - 4];
            assert!(!text.contains(core), "the secret shows in base64 in:\n{text}");
        }
    }
}

fn spaced(hex: &str) -> String {
    hex.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair)).collect::<Vec<_>>().join(" ")
}

/// As `{:?}` shows a byte slice.
fn byte_list(secret: &str) -> String {
    secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ")
}

/// `Debug` in both forms.
fn debug(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}\n")
}

/// All that an error says of itself and its causes.
fn told(error: &(dyn StdError + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let _ = writeln!(text, "{error}\n{error:?}\n{error:#?}");
        next = error.source();
    }
    text
}

fn builder(sandbox: &Sandbox) -> ConfigBuilder {
    let policy = RetryPolicy::default().backoff(Duration::ZERO).max_retry_after(Duration::ZERO);
    Config::builder(ApiKey::new(KEY).unwrap()).base_url(sandbox.base_url()).retry(policy)
}

fn customer() -> CustomerId {
    CustomerId::new("customer_ada").unwrap()
}

#[test]
fn the_search_finds_a_secret_in_every_spelling() {
    let spellings = [
        format!("x{KEY}y"),
        KEY.to_uppercase(),
        debug(&KEY.as_bytes()),
        STANDARD.encode(format!("Authorization: Bearer {KEY}\r\n")),
        STANDARD.encode(format!("ab{KEY}")),
        "736b5f6c6976655f63616e6172795f356131316230613766303064".to_owned(),
    ];
    for text in spellings {
        assert!(std::panic::catch_unwind(|| assert_hidden(KEY, &text)).is_err(), "missed in {text}");
    }
}

#[test]
fn no_public_type_shows_the_key() {
    let sandbox = Sandbox::start().unwrap();
    let key = ApiKey::new(KEY).unwrap();
    let config = builder(&sandbox).build().unwrap();
    let backends = Backend::both(&config, None);
    let budget = RetryBudget::default();
    let options = CallOptions::default().idempotency_key(IdempotencyKey::new("order-1").unwrap());
    let id = customer();
    let endpoint = GenerateFaceVerificationLink::new(&id);
    let now = Instant::now();
    let call = Call::new(&config, &budget, endpoint, options.clone(), 1, now);
    let mut text = debug(&key) + &debug(&builder(&sandbox)) + &debug(&config) + &debug(&backends);
    text += &(debug(&HyperTransport::new().unwrap()) + &debug(&HyperTransport::builder()));
    text += &(debug(&UreqTransport::new().unwrap()) + &debug(&UreqTransport::builder()));
    text += &(debug(&budget) + &debug(&options) + &debug(&endpoint) + &debug(&call));
    let step = call.step(now);
    text += &debug(&step);
    let Step::Send(request, sent) = step else { panic!("it does not begin with sending") };
    assert!(request.http().headers()["authorization"].as_bytes().ends_with(KEY.as_bytes()));
    text += &(debug(&request) + &debug(request.http()) + &debug(&sent));
    let answered = sent.answer(Err(TransportError::new(TransportErrorKind::Connect, "refused").not_sent()));
    let step = answered.step(now);
    text += &debug(&step);
    assert_hidden(KEY, &text);
    assert!(text.contains("[redacted]"));
}

#[test]
fn no_bad_input_shows_itself() {
    let sandbox = Sandbox::start().unwrap();
    for bad in ["\n", "\t", " ", "\0", "é", "\u{7f}"] {
        assert_hidden(KEY, &told(&ApiKey::new(format!("{KEY}{bad}")).unwrap_err()));
        assert_hidden(KEY, &told(&ApiKey::new(format!("{bad}{KEY}")).unwrap_err()));
    }
    for url in [
        format!("https://user:{KEY}@host"),
        format!("http://{KEY}.example"),
        format!("https://host/?key={KEY}"),
        format!("https://host/#{KEY}"),
        format!("{KEY}://host"),
        format!("https://host:{KEY}"),
    ] {
        let builder = builder(&sandbox).base_url(url);
        assert_hidden(KEY, &debug(&builder));
        assert_hidden(KEY, &told(&builder.build().unwrap_err()));
    }
    assert_hidden(KEY, &told(&builder(&sandbox).user_agent(format!("{KEY}\n")).build().unwrap_err()));
}

/// Errors of every kind, from both backends, with a server that quotes the key wherever it can.
fn errors(answers_with_odd_headers: &[Answer]) -> Vec<Error> {
    let sandbox = Sandbox::builder().api_key(KEY).start().unwrap();
    let secure = Sandbox::builder().api_key(KEY).tls().start().unwrap();
    let echo = |status: u16| {
        let body = format!(
            r#"{{"title":"{KEY}","status":{status},"detail":"bad key {KEY}","code":"{KEY}","correlationId":"{KEY}",
                "errors":[{{"detail":"{KEY}","pointer":"/{KEY}","header":"Bearer {KEY}"}}],"{KEY}":"{KEY}"}}"#
        );
        Answer::status(status).header("x-echo", &format!("Bearer {KEY}")).body("application/json", body)
    };
    let answers = [
        echo(201),
        echo(302),
        echo(403),
        echo(422),
        echo(429),
        echo(500),
        Answer::status(502).body("text/html", format!("<html>{KEY}</html>")),
        Answer::status(201)
            .body("application/json", format!(r#"{{"url":"ftp://{KEY}","expiresAt":"{KEY}"}}"#)),
    ];
    let mut errors = Vec::new();
    for backend in Backend::both(&builder(&sandbox).build().unwrap(), None) {
        for answer in answers.iter().chain(answers_with_odd_headers) {
            sandbox.answer_every(answer.clone());
            errors.push(backend.link(&customer()).unwrap_err());
        }
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for base_url in [format!("http://{closed}"), secure.base_url().to_owned()] {
        for backend in Backend::both(&builder(&sandbox).base_url(base_url).build().unwrap(), None) {
            errors.push(backend.link(&customer()).unwrap_err());
        }
    }
    let tiny = builder(&sandbox).max_response_bytes(3).build().unwrap();
    errors.extend(Backend::both(&tiny, None).map(|backend| backend.link(&customer()).unwrap_err()));
    errors
}

#[test]
fn no_error_shows_the_key_even_if_the_server_quotes_it() {
    let errors = errors(&[Answer::status(201).body(&format!("text/{KEY}"), KEY)]);
    assert_eq!(errors.len(), 2 * (9 + 2 + 1));
    for error in errors {
        let mut text = told(&error) + &debug(&error.field_errors());
        if let Some(api) = error.api() {
            text += &(debug(api) + &debug(api.problem()));
        }
        if let Some(transport) = error.transport() {
            text += &told(transport);
        }
        assert_hidden(KEY, &text);
    }
}

#[test]
fn what_carries_a_link_does_not_show_it() {
    let link = FaceVerificationLink::new(LINK, "2026-03-09T20:46:31Z".parse::<Timestamp>().unwrap()).unwrap();
    let body = serde_json::to_vec(&link).unwrap();
    let response = TransportResponse::new(http::Response::new(body.clone().into()));
    let request = TransportRequest::new(http::Request::new(body.into()));
    let text = debug(&link) + &debug(&response) + &debug(&request) + &debug(&Body::json(&link).unwrap());
    assert_hidden("canary_token_77", &text);
    for bad in [format!("{LINK} "), LINK.replace("https", "http"), LINK.replace("https://", "https://a@")] {
        let error = FaceVerificationLink::new(bad, link.expires_at()).unwrap_err();
        assert_hidden("canary_token_77", &told(&error));
    }
    assert_hidden("canary_token_77", &told(&DecodeError::field("url", "is bad")));
    assert_eq!(GenerateFaceVerificationLink::OPERATION, "generate_face_verification_link");
}

/// Everything that was logged, through `tracing` or `log`.
static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Capture;

impl io::Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl log::Log for Capture {
    /// All but ureq's dump of the wire, which is documented as the one thing to keep off.
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        !metadata.target().starts_with("ureq_proto")
            && !(metadata.target().starts_with("ureq") && metadata.level() == log::Level::Trace)
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {} {}\n", record.level(), record.target(), record.args());
            let _ = io::Write::write_all(&mut Capture, line.as_bytes());
        }
    }

    fn flush(&self) {}
}

#[test]
fn no_log_shows_the_key_or_the_link() {
    static LOGGER: Capture = Capture;
    log::set_logger(&LOGGER).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(|| Capture).init();
    tracing::info!("the capture works");
    log::info!("the capture works here too");

    let sandbox = Sandbox::builder().api_key(KEY).start().unwrap();
    for backend in Backend::both(&builder(&sandbox).build().unwrap(), None) {
        let link = backend.link(&customer()).unwrap();
        let token = link.url().rsplit('/').next().unwrap().to_owned();
        let text = String::from_utf8_lossy(&LOGGED.lock().unwrap()).into_owned();
        assert_hidden(&token, &text);
    }
    // ureq logs an answer's `content-type` at DEBUG, whatever the server puts there: not ours to hide.
    drop(errors(&[]));
    let text = String::from_utf8_lossy(&LOGGED.lock().unwrap()).into_owned();
    assert!(text.contains("the capture works") && text.contains("works here too"), "{text}");
    assert_hidden(KEY, &text);
}
