//! Which URLs are taken, and what is said to the proxy.

use std::error::Error as _;

use sphere_core::transport::{Delivery, RequestBody, TransportRequest};

use super::*;

fn target(url: &str) -> Target {
    let request = TransportRequest::new(http::Request::get(url).body(RequestBody::empty()).unwrap());
    request.target().unwrap().clone()
}

fn request(proxy: &str, server: &str) -> String {
    let tunnel = HttpProxy::new(proxy).unwrap().tunnel_to(&target(server));
    String::from_utf8(tunnel.request().to_vec()).unwrap()
}

#[test]
fn the_proxy_is_told_host_port_and_credentials() {
    assert_eq!(
        request("http://proxy.test:3128", "https://api.test/v2/customer/c_1?x=y"),
        "CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\r\n"
    );
    assert_eq!(
        request("HTTP://Aladdin:open%20sesame@proxy.test:3128/", "http://[::1]:8080/"),
        "CONNECT [::1]:8080 HTTP/1.1\r\nHost: [::1]:8080\r\n\
         Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"
    );
    assert!(request("http://p:1", "http://127.0.0.1/").starts_with("CONNECT 127.0.0.1:80 "));
}

#[test]
fn the_address_is_host_and_port() {
    for (url, address, host, port) in [
        ("http://proxy.test:3128", "proxy.test:3128", "proxy.test", 3128),
        ("http://u:p@127.0.0.1:80/", "127.0.0.1:80", "127.0.0.1", 80),
        ("http://[::1]:3128", "[::1]:3128", "::1", 3128),
    ] {
        let proxy: HttpProxy = url.parse().unwrap();
        assert_eq!((proxy.address().as_str(), proxy.host(), proxy.port()), (address, host, port));
    }
}

#[test]
fn a_bad_url_is_named_and_not_shown() {
    for (url, fault) in [
        ("", "does not begin with http://"),
        ("proxy.test:3128", "does not begin with http://"),
        ("http:/", "does not begin with http://"),
        ("https://u:canary@proxy.test:3128", "does not begin with http://"),
        ("socks5://u:canary@proxy.test:1080", "does not begin with http://"),
        ("u:canary@proxy.test:3128", "does not begin with http://"),
        ("http://", "has no host"),
        ("http://:3128", "has no host"),
        ("http://u:canary@:3128", "has no host"),
        ("http://u:canary@proxy.test", "has no port"),
        ("http://u:canary@[::1]", "has no port"),
        ("http://u:canary@proxy.test:", "has a malformed port"),
        ("http://u:canary@proxy.test:0", "has a malformed port"),
        ("http://u:canary@proxy.test:65536", "has a malformed port"),
        ("http://u:canary@proxy.test:x", "has a malformed port"),
        ("http://u:canary@pro%78y:3128", "has a malformed host"),
        ("http://u:canary@[::1:3128", "has a malformed host"),
        ("http://u:canary@proxy.test:3128/x", "has something after its port"),
        ("http://u:canary@proxy.test:3128?x", "has something after its port"),
        ("http://u:canary@proxy.test:3128#x", "has something after its port"),
        ("http://u:can/ary@proxy.test:3128", "has something after its port"),
        ("http://u:can ary@proxy.test:3128", "has a character that a URL may not have"),
        ("http://u:canary\r\n@proxy.test:3128", "has a character that a URL may not have"),
        ("http://u:canary@pröxy.test:3128", "has a character that a URL may not have"),
        ("http://u:canary\\@proxy.test:3128", "has a character that a URL may not have"),
        (
            "http://u:c@nary@proxy.test:3128",
            "has an `@` in its user name or password that is not percent-encoded",
        ),
        ("http://@proxy.test:3128", "has an empty user name and password"),
        (
            "http://u:%0acanary@proxy.test:3128",
            "has an encoded control character in its user name or password",
        ),
        (
            "http://u%3a:p@proxy.test:3128",
            "has an encoded `:` in its user name, which Basic credentials cannot express",
        ),
    ] {
        let error = HttpProxy::new(url).unwrap_err();
        assert_eq!(error.to_string(), format!("proxy: the URL {fault}"), "{url}");
        let told = TransportError::from(error);
        assert_eq!((told.kind(), told.delivery()), (TransportErrorKind::Setup, Delivery::NotSent));
        assert_eq!(told.source().unwrap().to_string(), error.to_string());
        assert!(!format!("{error:?} {told:?}").contains("canary"));
    }
}

#[test]
fn debug_shows_neither_user_name_nor_password() {
    let proxy = HttpProxy::new("http://canary1:canary2@proxy.test:3128").unwrap();
    let tunnel = proxy.tunnel_to(&target("https://api.test/"));
    let encoded = "Y2FuYXJ5MTpjYW5hcnky";
    assert!(std::str::from_utf8(tunnel.request()).unwrap().contains(encoded));
    let text = format!("{proxy:?} {proxy:#?} {tunnel:?} {tunnel:#?}");
    assert!(!text.contains("canary") && !text.contains(encoded), "{text}");
}
