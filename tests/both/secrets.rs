//! The key is nowhere to be found: not in `Debug`, `Display` or error chains; and neither is the customer's
//! link in what is not the link itself.

use std::fmt::Debug;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sphere_conformance::server::RefusingPort;
use sphere_core::clock::{Moment, SystemClock};
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Multipart, Operation, Safety,
};
use sphere_core::endpoints::GenerateFaceVerificationLink;
use sphere_core::testing::{FakeTransport, Recording};
use sphere_core::transport::{
    RequestBody, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};
use sphere_core::unstable::{Options, Start, Step, new_budget};
use sphere_core::{ApiKey, FaceVerificationLink, IdempotencyKey, Timestamp};
use sphere_hyper::HyperTransport;
use sphere_links::Links;
use sphere_links_redis::{EncryptionKey, RedisStore};
use sphere_net::proxy::HttpProxy;
use sphere_sandbox::{Reply, Sandbox};
use sphere_tests::Backend;
use sphere_tests::relay::Relay;
use sphere_tests::secret::{KEY, assert_hidden, builder, customer, debug, errors, told};
use sphere_ureq::UreqTransport;

/// The link's token as a path segment.
const LINK_SEGMENT: &str = "canary_token_77";
const LINK: &str = "https://in.sumsub.com/websdk/p/canary_token_77";

#[test]
fn the_search_finds_a_secret_in_every_spelling() {
    let spellings = [
        format!("x{KEY}y"),
        KEY.to_uppercase(),
        debug(&KEY.as_bytes()),
        STANDARD.encode(format!("Authorization: Bearer {KEY}\r\n")),
        STANDARD.encode(format!("ab{KEY}")),
        "736b5f6c6976655f63616e6172795f356131316230613766303064".to_owned(),
        KEY.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}")),
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
    let budget = new_budget(&config);
    let id = customer();
    let endpoint = GenerateFaceVerificationLink::new(&id);
    let client = sphere_ureq::client(config.clone()).unwrap();
    let pending = client.call(endpoint).idempotency_key(IdempotencyKey::new("order-1").unwrap());
    let now = Moment::default();
    let operation = GenerateFaceVerificationLink::OPERATION;
    let call = Start::new(&config, &budget, operation, endpoint.request(), Options::default(), 1);
    let mut text = debug(&key) + &debug(&builder(&sandbox)) + &debug(&config) + &debug(&backends);
    text += &(debug(&HyperTransport::new().unwrap()) + &debug(&HyperTransport::builder()));
    text += &(debug(&UreqTransport::new().unwrap()) + &debug(&UreqTransport::builder()));
    let links = Links::builder(sphere_hyper::client(config.clone()).unwrap());
    text += &(debug(&links) + &debug(&links.build()));
    let encryption_key = EncryptionKey::new(std::array::from_fn(|at| KEY.as_bytes()[at % KEY.len()]));
    text += &debug(&encryption_key);
    text += &debug(&RedisStore::new(&format!("redis://:{KEY}@127.0.0.1"), encryption_key).unwrap());
    text += &(debug(&budget) + &debug(&client) + &debug(&pending) + &debug(&endpoint) + &debug(&call));
    let step = call.start(now);
    text += &debug(&step);
    let Step::Send(request, sent) = step else { panic!("it does not begin with sending") };
    assert!(request.http().headers()["authorization"].as_bytes().ends_with(KEY.as_bytes()));
    text += &(debug(&request) + &debug(request.http()) + &debug(&sent));
    let refused = TransportError::new(TransportErrorKind::Connect, "refused").not_sent();
    let step = sent.response(Err(refused), now);
    text += &debug(&step);
    assert_hidden(KEY, &text);
    assert!(text.contains("[redacted]"));
}

#[test]
fn no_double_shows_the_key_or_the_link() {
    let sandbox = Sandbox::start().unwrap();
    let reply = Reply::link(LINK).header("x-echo", KEY);
    let transport = FakeTransport::script([Reply::refused(), reply.clone()]);
    let recording = Recording::new(transport.clone());
    let client = sphere_core::blocking::Client::new(
        builder(&sandbox).build().unwrap(),
        recording.clone(),
        SystemClock::new(),
    );
    client.generate_face_verification_link(&customer()).send().unwrap();
    let requests = recording.requests();
    assert_eq!(requests[1].http().headers()["authorization"], format!("Bearer {KEY}"));
    let text = debug(&reply) + &debug(&reply.clone().cut_off()) + &debug(&transport) + &debug(&recording);
    let text = text + &debug(&requests) + &requests.to_string() + &debug(&transport.clock());
    assert_hidden(KEY, &text);
    assert_hidden("canary_token_77", &text);
    assert!(text.contains("authorization"));
}

/// Keeps what the values that only an endpoint sees show of themselves.
struct Nosy<'a>(&'a Mutex<String>);

impl Nosy<'_> {
    fn keep(&self, value: &impl Debug) {
        self.0.lock().unwrap().push_str(&debug(value));
    }
}

impl Endpoint for Nosy<'_> {
    type Output = ();
    const OPERATION: Operation = Operation::new("nosy", http::Method::GET, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        let request = ApiRequest::to(["v9"])?;
        self.keep(&request);
        Ok(request)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<(), DecodeError> {
        self.keep(response);
        Err(DecodeError::body("is not wanted"))
    }
}

#[test]
fn endpoints_request_does_not_show_the_key() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_every(Reply::status(200).header("x-echo", KEY).body("application/json", KEY));
    let client = sphere_ureq::client(builder(&sandbox).build().unwrap()).unwrap();
    let seen = Mutex::default();
    let error = client.call(Nosy(&seen)).send().unwrap_err();
    let text = seen.into_inner().unwrap() + &told(&error);
    for part in ["ApiRequest", "ApiResponse", "is not wanted"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert_hidden(KEY, &text);
}

#[test]
fn no_error_shows_a_quoted_key() {
    let errors = errors(&[Reply::status(201).body(&format!("text/{KEY}"), KEY)]);
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
    let request = TransportRequest::new(http::Request::new(bytes::Bytes::from(body).into()));
    let text = debug(&link)
        + &debug(&response)
        + &debug(&request)
        + &debug(&ApiRequest::to([LINK_SEGMENT]).unwrap().json(&link).unwrap());
    let form = Multipart::new().text("canary_token_77", LINK).file("f", LINK, "a/b", LINK);
    let text = text + &debug(&form) + &debug(&ApiRequest::to(["p"]).unwrap().multipart(form).unwrap());
    assert_hidden("canary_token_77", &text);
    for bad in [format!("{LINK} "), LINK.replace("https", "http"), LINK.replace("https://", "https://a@")] {
        let error = FaceVerificationLink::new(bad, link.expires_at().unwrap()).unwrap_err();
        assert_hidden("canary_token_77", &told(&error));
    }
    assert_hidden("canary_token_77", &told(&DecodeError::field("url", "is bad")));
    assert_eq!(GenerateFaceVerificationLink::OPERATION.name, "generate_face_verification_link");
}

/// A proxy of an https call learns where it goes. Its own password shows nowhere.
#[test]
fn proxy_sees_no_key_and_password_is_hidden() {
    const PASSWORD: &str = "proxy_canary_99";
    let sandbox = Sandbox::builder().api_key(KEY).tls().start().unwrap();
    let relay = Relay::start();
    let url = relay.url().replace("http://", &format!("http://user:{PASSWORD}@"));
    let pem = sandbox.authority_pem().unwrap();
    let hyper = HyperTransport::builder().extra_roots_pem(pem).proxy(&url);
    let ureq = UreqTransport::builder().extra_roots_pem(pem).proxy(&url);
    let proxy = HttpProxy::new(&url).unwrap();
    let http = http::Request::get("https://api.test/").body(RequestBody::empty()).unwrap();
    let tunnel = proxy.tunnel_to(TransportRequest::new(http).target().unwrap());
    let mut text = debug(&hyper) + &debug(&ureq) + &debug(&proxy) + &debug(&tunnel);
    let backends = Backend::over(&builder(&sandbox).build().unwrap(), hyper, ureq);
    for backend in &backends {
        // Twice: the second goes through the tunnel of the first.
        for _ in 0..2 {
            assert!(backend.link(&customer()).unwrap().url().starts_with(sandbox.base_url()));
        }
    }
    text += &debug(&backends);
    let refusing = RefusingPort::new();
    let elsewhere = url.replace(&relay.url()["http://".len()..], &refusing.address().to_string());
    let hyper = HyperTransport::builder().proxy(&elsewhere);
    let ureq = UreqTransport::builder().proxy(&elsewhere);
    for backend in Backend::over(&builder(&sandbox).build().unwrap(), hyper, ureq) {
        let error = backend.link(&customer()).unwrap_err();
        assert!(error.to_string().contains("connecting to the proxy"), "{error}");
        text += &told(&error);
    }
    assert_hidden(PASSWORD, &text);
    assert_hidden(KEY, &text);

    let seen = String::from_utf8_lossy(&relay.seen()).into_owned();
    assert_hidden(KEY, &seen);
    let host = sandbox.base_url().strip_prefix("https://").unwrap();
    let credentials = STANDARD.encode(format!("user:{PASSWORD}"));
    let connect = format!(
        "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nProxy-Authorization: Basic {credentials}\r\n\r\n"
    );
    assert_eq!((seen.matches(&connect).count(), seen.matches("CONNECT").count()), (2, 2));
}
