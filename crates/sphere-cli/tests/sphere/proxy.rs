//! `--proxy`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use sphere_bounded::{LIMIT, within};
use sphere_sandbox::Sandbox;

use crate::run::run;

#[test]
fn proxy_of_a_company_is_asked() {
    let (proxy, url) = refusing_proxy();
    let sandbox = Sandbox::start().unwrap();
    let proxy_url = format!("http://user:canary-password@{url}");
    let told = run(&sandbox, &["link", "customer_ada", "--proxy", &proxy_url]).failure(2);
    assert!(told.contains("the proxy responded with status 407") && !told.contains("canary"), "{told}");
    let asked = within(LIMIT, || proxy.join().unwrap());
    let host = sandbox.base_url().strip_prefix("http://").unwrap();
    assert!(asked.starts_with(&format!("CONNECT {host} HTTP/1.1\r\n")), "{asked}");
    assert!(sandbox.requests().is_empty());
    let told = run(&sandbox, &["link", "customer_ada", "--proxy", "canary"]).failure(2);
    assert!(told.starts_with("sphere: --proxy") && !told.contains("canary"), "{told}");
}

/// A proxy that asks its first client for a password, and gives back what it was asked.
fn refusing_proxy() -> (std::thread::JoinHandle<String>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let proxy = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut asked = [0; 4096];
        let length = client.read(&mut asked).unwrap();
        client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n").unwrap();
        String::from_utf8_lossy(&asked[..length]).into_owned()
    });
    (proxy, address)
}
