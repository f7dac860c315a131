//! Defects of ureq 3.5.2. Each assertion holds as long as the defect is there.

mod serve;

use std::time::Duration;

fn main() {
    // A body behind an informational response counts as a part of the head.
    let body = "x".repeat(100_000);
    let head = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n";
    let response = head.to_owned() + &body;
    // Only if they arrive together, which they mostly do.
    let is_refused = (0..20).any(|_| {
        let (url, _) = serve::serve([vec![&response]]);
        matches!(ureq::get(url).call(), Err(ureq::Error::LargeResponseHeader(..)))
    });
    assert!(is_refused);

    // The longest timeout panics.
    let panicked = std::panic::catch_unwind(|| {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().timeout_global(Some(Duration::MAX)).build().into();
        agent.get("http://127.0.0.1:1/").call()
    });
    assert!(panicked.is_err());
    println!("ureq: a body that counts as a head, a panic");
}
