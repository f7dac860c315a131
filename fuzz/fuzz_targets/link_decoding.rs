//! Reading a link from a 201, through a whole client: what is accepted keeps the promises of
//! `FaceVerificationLink`, also in the eyes of a browser, and what is refused is kept.
//!
//! The input is the body.

#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use libfuzzer_sys::fuzz_target;
use sphere_core::clock::Moment;
use sphere_core::clock::blocking::Clock;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse, blocking::Transport};
use sphere_core::{ApiKey, Config, CustomerId, Error, ErrorKind, FaceVerificationLink, TimeText, blocking};
use url::{Host, Url};

/// Responds 201 with this body.
struct Canned(Bytes);

impl Transport for Canned {
    fn send(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
        let mut response = http::Response::new(self.0.clone());
        *response.status_mut() = StatusCode::CREATED;
        Ok(TransportResponse::new(response))
    }
}

/// A clock that stands still.
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Moment {
        Moment::after_origin(Duration::ZERO)
    }

    fn sleep(&self, _: Duration) {
        panic!("a 201 is never retried");
    }
}

static CONFIG: LazyLock<Config> =
    LazyLock::new(|| Config::new(ApiKey::new("sk_fuzz").expect("visible ASCII")));
static CUSTOMER: LazyLock<CustomerId> = LazyLock::new(|| CustomerId::new("customer_1").expect("a good id"));

fuzz_target!(|body: &[u8]| {
    let client = blocking::Client::new(CONFIG.clone(), Canned(Bytes::copy_from_slice(body)), Stopped);
    match client.generate_face_verification_link(&CUSTOMER).send() {
        Ok(link) => check_link(&link),
        Err(error) => check_error(&error, body),
    }
});

fn check_link(link: &FaceVerificationLink) {
    let text = link.url();
    assert!(text.len() <= 8000);
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\`".contains(&byte)), "{text:?}");
    assert!(HeaderValue::from_str(text).is_ok(), "{text:?} fits no Location header");
    // A browser may refuse a host that we let through, such as `1.2.3.999`; it may not understand another.
    if let Ok(url) = Url::parse(text) {
        let host = url.host().expect("a link has a host");
        assert!(url.scheme() == "https" || url.scheme() == "http" && is_loopback(&host), "{text:?}");
        assert!(url.username().is_empty() && url.password().is_none(), "{text:?}");
        if let Host::Domain(name) = host {
            let shown = format!("{link:?}").to_ascii_lowercase();
            assert!(shown.contains(&format!("host: \"{name}\"")), "{text:?} leads to {name}, not {shown}");
        }
    }
    let time = link.expires_at_text().map(TimeText::new);
    assert_eq!(time.and_then(|time| time.timestamp()), link.expires_at());
    if let Some(expires_at) = link.expires_at() {
        assert_eq!(expires_at.to_string().parse(), Ok(expires_at));
        assert!(FaceVerificationLink::new(text, expires_at).is_ok());
    }
    assert_eq!(
        link.is_expired_at(SystemTime::UNIX_EPOCH),
        link.remaining_at(SystemTime::UNIX_EPOCH).is_some_and(|remaining| remaining.is_zero())
    );
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn check_error(error: &Error, body: &[u8]) {
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert_eq!(error.status(), Some(StatusCode::CREATED));
    assert_eq!(error.body().expect("the body is kept"), body);
    assert_eq!(error.attempts(), 1);
    let line = error.to_string();
    assert!(line.len() <= 4096 && !line.chars().any(char::is_control), "{line:?}");
    let _ = format!("{error:?}");
}
