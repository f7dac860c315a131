//! Which URLs are taken, and what is said to the proxy.

use std::error::Error as _;

use super::*;
use crate::transport::Delivery;

fn request(proxy: &str, server: &str) -> String {
    let tunnel = HttpProxy::new(proxy).unwrap().tunnel_to(&server.parse().unwrap()).unwrap();
    String::from_utf8(tunnel.request().to_vec()).unwrap()
}

#[test]
fn the_proxy_is_told_host_and_port_and_who_asks() {
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
    for (url, address) in [
        ("http://proxy.test:3128", "proxy.test:3128"),
        ("http://u:p@127.0.0.1:80/", "127.0.0.1:80"),
        ("http://[::1]:3128", "[::1]:3128"),
    ] {
        assert_eq!(url.parse::<HttpProxy>().unwrap().address(), address);
    }
}

#[test]
fn a_bad_url_is_named_and_not_shown() {
    for (url, fault) in [
        ("", "is empty"),
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
        ("http://u:can ary@proxy.test:3128", "has a space at byte 13"),
        ("http://u:canary\r\n@proxy.test:3128", "has a line break at byte 16"),
        ("http://u:canary@pröxy.test:3128", "has a character that is not ASCII at byte 19"),
        ("http://u:canary\\@proxy.test:3128", "has a character that a URL may not have at byte 16"),
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
            "http://u:canary%@proxy.test:3128",
            "has a `%` in its user name or password that begins no percent-encoding",
        ),
        (
            "http://u%3a:p@proxy.test:3128",
            "has an encoded `:` in its user name, which Basic credentials cannot say",
        ),
    ] {
        let error = HttpProxy::new(url).unwrap_err();
        assert_eq!(error.to_string(), format!("proxy: the URL {fault}"), "{url}");
        let told = TransportError::from(error);
        assert_eq!((told.kind(), told.delivery()), (TransportErrorKind::Setup, Delivery::NotSent));
        assert_eq!(told.source().unwrap().to_string(), error.to_string());
        assert!(!format!("{error:?} {told:?}").contains("canary"));
    }
    let long = format!("http://u:{}@proxy.test:3128", "x".repeat(8000));
    assert_eq!(
        HttpProxy::new(long).unwrap_err().to_string(),
        "proxy: the URL has 8025 bytes; at most 8000 are allowed"
    );
}

#[test]
fn a_server_without_scheme_or_host_is_an_error() {
    let proxy = HttpProxy::new("http://proxy.test:3128").unwrap();
    for url in ["/path", "ftp://host/", "host:80"] {
        let error = proxy.tunnel_to(&url.parse().unwrap()).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Other, Delivery::NotSent));
    }
}

#[test]
fn debug_shows_neither_user_name_nor_password() {
    let proxy = HttpProxy::new("http://canary1:canary2@proxy.test:3128").unwrap();
    let tunnel = proxy.tunnel_to(&"https://api.test/".parse().unwrap()).unwrap();
    let encoded = "Y2FuYXJ5MTpjYW5hcnky";
    assert!(std::str::from_utf8(tunnel.request()).unwrap().contains(encoded));
    let text = format!("{proxy:?} {proxy:#?} {tunnel:?} {tunnel:#?}");
    assert!(!text.contains("canary") && !text.contains(encoded), "{text}");
}
