//! What one outcome says, with the clock given.

use sphere_core::clock::SystemClock;
use sphere_core::transport::{TransportRequest, TransportResponse, blocking::Transport};
use sphere_core::{ApiKey, Config, blocking::Client};

use super::*;

/// Responds with 404 as `SpherePay` does, with this `Date`.
struct NotFound {
    date: &'static str,
}

impl Transport for NotFound {
    fn send(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
        let body = r#"{"status":404,"detail":"Resource not found","code":"resource/not-found"}"#;
        let response = http::Response::builder().status(404).header("date", self.date).body(body.into());
        Ok(response.map_err(TransportError::other)?.into())
    }
}

const DATE: &str = "Mon, 09 Mar 2026 20:46:31 GMT";

/// The report at `now`, in seconds from [`DATE`].
fn report(base_url: &str, now: i64) -> Report {
    let client =
        Client::new(Config::new(ApiKey::new("sk_1").unwrap()), NotFound { date: DATE }, SystemClock::new());
    let outcome =
        client.generate_face_verification_link(&CustomerId::new(NOBODY).unwrap()).send().map(|_| ());
    let date = httpdate::parse_http_date(DATE).unwrap();
    let distance = Duration::from_secs(now.unsigned_abs());
    let now = if now < 0 { date - distance } else { date + distance };
    Report::of(&outcome, base_url, &Key::new("sk_1".to_owned()), now, false)
}

#[test]
fn clocks_may_differ_by_a_minute() {
    for (now, expected) in [
        (0, "0 s ahead of"),
        (1, "1 s ahead of"),
        (60, "60 s ahead of"),
        (-1, "1 s behind"),
        (-60, "60 s behind"),
    ] {
        assert_eq!(report("https://host", now).clock, Finding::Ok(format!("{expected} the server's")));
    }
    for (now, expected) in [(61, "61 s ahead of"), (-61, "61 s behind"), (-100_000_000, "100000000 s behind")]
    {
        let report = report("https://host", now);
        let Wrong(text, Exit::Other) = &report.clock else { panic!("{report:?}") };
        assert!(text.starts_with(&format!("{expected} the server's, so ")), "{text}");
        assert_eq!(report.exit(), Exit::Other);
    }
}

#[test]
fn advice_about_tls_can_be_followed() {
    let authority = "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))";
    for (fault, has_ca_file, words) in [
        (authority, true, "an authority's certificate as its own"),
        (authority, false, "an authority's certificate as its own"),
        ("invalid peer certificate: UnknownIssuer", false, "use --ca-file"),
        ("invalid peer certificate: UnknownIssuer", true, "not in the file of --ca-file"),
        ("invalid peer certificate: Expired", true, "this machine's clock"),
    ] {
        let advice = tls_advice(fault, has_ca_file);
        assert!(advice.contains(words), "{advice}");
        assert!(!(has_ca_file && advice.contains("use --ca-file")), "{advice}");
    }
}

#[test]
fn clock_before_1970_is_diagnosed_without_a_response() {
    let clock = &report("https://host", -1_773_089_191 - 1).clock;
    assert!(matches!(clock, Wrong(text, Exit::Other) if text.starts_with("before 1970")), "{clock:?}");
}

#[test]
fn plain_http_is_not_called_a_trusted_certificate() {
    for (url, expected) in [
        ("https://host", "the certificate is trusted"),
        ("http://127.0.0.1:1", "not in use: plain http, which does not leave this machine"),
        ("HTTP://localhost", "not in use: plain http, which does not leave this machine"),
    ] {
        assert_eq!(report(url, 0).tls, Finding::Ok(expected.to_owned()));
    }
}

#[test]
fn first_failed_check_sets_exit_code() {
    let ok = || Finding::Ok(String::new());
    let wrong = |exit| Wrong(String::new(), exit);
    let exit = |host, tls, key, clock| Report { host, tls, key, clock }.exit();
    assert_eq!(exit(ok(), ok(), ok(), ok()), Exit::Success);
    assert_eq!(exit(ok(), ok(), ok(), Unknown(String::new())), Exit::Other);
    assert_eq!(exit(ok(), ok(), wrong(Exit::Authentication), wrong(Exit::Other)), Exit::Authentication);
    assert_eq!(exit(ok(), wrong(Exit::Unreachable), Unknown(String::new()), ok()), Exit::Unreachable);
}
