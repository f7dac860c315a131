use http::Response;

use super::*;
use crate::transport::TransportResponse;

const GOOD: &str = r#"{"url":"https://in.sumsub.com/websdk/p/1","expiresAt":"2026-03-09T20:46:31.305Z"}"#;

fn decode(body: impl AsRef<[u8]>) -> Result<FaceVerificationLink, String> {
    let response = Response::builder()
        .status(201)
        .header("content-type", "Text/HTML; charset=utf-8")
        .header("content-encoding", "canary")
        .body(body.as_ref().to_vec().into())
        .unwrap();
    let customer = CustomerId::new("customer_1").unwrap();
    GenerateFaceVerificationLink::new(&customer)
        .decode(&ApiResponse::new(&TransportResponse::new(response)))
        .map_err(|error| error.to_string())
}

#[test]
fn the_contracts_response_is_a_link() {
    let link = decode(GOOD).unwrap();
    assert_eq!(link.url(), "https://in.sumsub.com/websdk/p/1");
    assert_eq!(link.expires_at().unwrap().to_string(), "2026-03-09T20:46:31.305Z");
    assert_eq!(link.expires_at_text(), Some("2026-03-09T20:46:31.305Z"));
}

#[test]
fn unknown_members_and_order_do_not_matter() {
    let body = " \r\n{ \"new\": {\"url\":7}, \"expiresAt\":\"2025-05-23T23:59:59Z\",\n\"url\":\"https:\\/\\/h\\/\\u0070\" }";
    assert_eq!(decode(body).unwrap().url(), "https://h/p");
}

#[test]
fn an_unsafe_url_is_refused_with_its_fault() {
    for (url, fault) in [
        ("http://in.sumsub.com/p", "is plain http to a host that is not loopback; https is required"),
        ("https://h/\\r\\nSet-Cookie: a=b", "has a line break at byte 11"),
    ] {
        let body = GOOD.replace("https://in.sumsub.com/websdk/p/1", url);
        assert_eq!(decode(body).unwrap_err(), format!("`url` {fault}"), "{url:?}");
    }
    assert!(decode(GOOD.replace("https://in.sumsub.com", "http://127.0.0.1:3000")).is_ok());
}

#[test]
fn an_unreadable_expiry_does_not_lose_the_link() {
    for (json, text) in [
        (r#""soon""#, Some("soon")),
        (r#""""#, Some("")),
        (r#""2026-03-09""#, Some("2026-03-09")),
        ("1741553191", None),
        ("null", None),
        (r#"{"at":1}"#, None),
        ("", None),
    ] {
        let expiry = r#","expiresAt":"2026-03-09T20:46:31.305Z""#;
        assert!(GOOD.contains(expiry));
        let json = if json.is_empty() { String::new() } else { format!(r#","expiresAt":{json}"#) };
        let link = decode(GOOD.replace(expiry, &json)).unwrap();
        assert_eq!((link.expires_at(), link.expires_at_text()), (None, text));
        assert_eq!((link.remaining_at(SystemTime::UNIX_EPOCH), link.is_expired()), (None, false));
        assert!(!format!("{link:?}").contains("soon"));
    }
}

#[test]
fn bodies_that_are_not_objects_are_never_quoted() {
    let html = decode("<html>canary</html>").unwrap_err();
    assert_eq!(
        html,
        "the body is not a JSON object (19 bytes, content-type: text/html, content-encoding: unusual)"
    );
    assert!(decode("").unwrap_err().starts_with("the body is not a JSON object (0 bytes"));
    assert!(decode(r#"["https://h","2025-05-23T23:59:59Z"]"#).is_err());
    let cut = decode(&GOOD[..50]).unwrap_err();
    assert!(cut.starts_with("the body ends early, at line 1 column 50"), "{cut}");
    assert!(decode(b"{\"url\":\"\xff\"}").unwrap_err().starts_with("the body is not valid JSON"));
    let twice = decode(format!("{GOOD}{GOOD}")).unwrap_err();
    assert!(twice.starts_with("the body is not valid JSON"), "{twice}");
}

#[test]
fn serde_keeps_the_contracts_shape_and_checks() {
    let link = decode(GOOD).unwrap();
    assert_eq!(serde_json::to_string(&link).unwrap(), GOOD);
    assert_eq!(serde_json::from_str::<FaceVerificationLink>(GOOD).unwrap(), link);
    let bad = GOOD.replace("https", "ftp");
    let error = serde_json::from_str::<FaceVerificationLink>(&bad).unwrap_err().to_string();
    assert!(error.starts_with("url does not begin with https://"), "{error}");
}

#[test]
fn a_link_expires_at_its_expiry() {
    let link = decode(GOOD).unwrap();
    let expiry = SystemTime::from(link.expires_at().unwrap());
    assert!(!link.is_expired_at(expiry - Duration::from_millis(1)));
    assert!(link.is_expired_at(expiry));
    assert_eq!(link.remaining_at(expiry + Duration::from_secs(5)), Some(Duration::ZERO));
    assert_eq!(link.into_url(), "https://in.sumsub.com/websdk/p/1");
}
