//! What a test can see of the requests that arrived.

use std::time::Duration;

use sphere_sandbox::Sandbox;

use crate::wire::{ask_for_link, send, visit};

#[test]
fn requests_are_recorded_as_sent() {
    let sandbox = Sandbox::start().unwrap();
    send(
        &sandbox,
        "PUT /v2/customer/a%2Fb/../%2e/x?q=%20&q",
        "x-twice: 1\r\nx-twice: 2\r\ncontent-length: 3\r\n",
        b"\xff\0!",
    );

    let requests = sandbox.requests();
    let [request] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!(request.method, "PUT");
    assert_eq!(request.path, "/v2/customer/a%2Fb/../%2e/x");
    assert_eq!(request.query.as_deref(), Some("q=%20&q"));
    let twice: Vec<_> = request.headers.get_all("x-twice").iter().collect();
    assert_eq!(twice, ["1", "2"]);
    assert_eq!(request.body, &b"\xff\0!"[..]);
}

#[test]
fn requests_are_recorded_in_order() {
    let sandbox = Sandbox::start().unwrap();
    for customer in ["customer_1", "customer_2", "customer_3"] {
        ask_for_link(&sandbox, customer);
    }
    let requests = sandbox.requests();
    let customers: Vec<_> = requests.iter().map(|request| request.path.split('/').nth(3).unwrap()).collect();
    assert_eq!(customers, ["customer_1", "customer_2", "customer_3"]);
}

#[test]
fn recorded_key_is_comparable_but_not_printed() {
    let sandbox = Sandbox::builder().api_key("k3y_0f_ada").start().unwrap();
    ask_for_link(&sandbox, "customer_ada");

    let requests = sandbox.requests();
    assert_eq!(requests[0].headers["authorization"], "Bearer k3y_0f_ada");
    let builder = Sandbox::builder().api_key("k3y_0f_ada");
    let printed = format!("{requests:?} {requests:#?} {sandbox:?} {builder:?}");
    assert!(!printed.contains("k3y_0f_ada"), "{printed}");
    assert!(printed.contains("face-verification-link"), "{printed}");
}

#[test]
fn debug_shows_no_query_and_no_body() {
    let sandbox = Sandbox::start().unwrap();
    send(&sandbox, "POST /v2/customer?email=jane", "content-length: 5\r\n", b"smith");
    let printed = format!("{:?}", sandbox.requests());
    assert!(!printed.contains("jane") && !printed.contains("smith"), "{printed}");
    assert!(printed.contains("body_length: 5"), "{printed}");
}

#[test]
fn page_visits_are_not_recorded() {
    let sandbox = Sandbox::start().unwrap();
    let url = ask_for_link(&sandbox, "customer_ada").link();
    visit(&sandbox, "GET", &url);
    visit(&sandbox, "POST", &format!("{url}/pass"));
    assert_eq!(visit(&sandbox, "GET", "/favicon.ico").status, 204);
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn wait_for_requests_tells_whether_they_came() {
    let sandbox = Sandbox::start().unwrap();
    assert!(sandbox.wait_for_requests(0, Duration::ZERO));
    assert!(!sandbox.wait_for_requests(1, Duration::ZERO));
    ask_for_link(&sandbox, "customer_ada");
    assert!(sandbox.wait_for_requests(1, Duration::ZERO));
    assert!(!sandbox.wait_for_requests(2, Duration::ZERO));
}
