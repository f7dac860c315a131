//! The start page and the log.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use sphere_sandbox::{CheckState, Sandbox};

use super::{call, create, individual, profile};
use crate::wire::{ask_for_link, send, visit};

#[test]
fn start_page_lists_people_and_moves_them() {
    let sandbox = Sandbox::start().unwrap();
    assert!(visit(&sandbox, "GET", "/").text().contains("Nobody yet"));
    let id = create(&sandbox, &individual("jane@example.com"));
    let page = visit(&sandbox, "GET", "/");
    assert!(page.text().contains(&id) && page.text().contains("liveness_report_document"));

    for button in ["accept-terms", "accept-document", "pass"] {
        assert!(page.text().contains(&format!("action=\"/people/{id}/{button}\"")), "{button}");
        let response = visit(&sandbox, "POST", &format!("/people/{id}/{button}"));
        assert_eq!((response.status, response.header("location")), (303, vec!["/"]));
    }
    assert_eq!(sandbox.check_state(&id), CheckState::Passed);
    for (button, status) in [("reject", "rejected"), ("keep-pending", "pending"), ("approve", "approved")] {
        visit(&sandbox, "POST", &format!("/people/{id}/{button}"));
        assert_eq!(profile(&sandbox, &id)["status"], status);
    }
    assert_eq!(visit(&sandbox, "POST", &format!("/people/{id}/explode")).status, 404);
    assert_eq!(visit(&sandbox, "POST", "/people/customer_ada/approve").status, 404);
}

#[test]
fn start_page_escapes_everything() {
    let sandbox = Sandbox::start().unwrap();
    create(&sandbox, &individual("\"<script>alert(1)</script>'&@example.com"));
    let page = visit(&sandbox, "GET", "/");
    assert!(!page.text().contains("<script"), "{}", page.text());
    assert!(page.text().contains("&quot;&lt;script&gt;"), "{}", page.text());
}

#[test]
fn other_sites_press_no_buttons() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    for header in ["sec-fetch-site: cross-site\r\n", "origin: https://evil.example\r\n"] {
        let response = send(&sandbox, &format!("POST /people/{id}/accept-terms"), header, b"");
        assert_eq!(response.status, 403, "{header}");
    }
    let required = profile(&sandbox, &id)["criteria"]["required"].to_string();
    assert!(required.contains("terms_of_service"), "{required}");
}

#[test]
fn terms_page_has_its_own_links() {
    let sandbox = Sandbox::start().unwrap();
    let response = call(&sandbox, "POST /v2/customer/customer_ada/tos-link", &Value::Null);
    let link = response.json()["link"].as_str().unwrap().to_owned();
    let page = visit(&sandbox, "GET", &link);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Accept the terms"), "{}", page.text());
    let as_check = link.replace("/terms/", "/check/");
    assert_eq!(visit(&sandbox, "GET", &as_check).status, 404);
    assert_eq!(visit(&sandbox, "POST", &format!("{as_check}/pass")).status, 404);
    assert_eq!(sandbox.check_state("customer_ada"), CheckState::NotStarted);
}

#[test]
fn log_has_status_method_and_path_only() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let sandbox = Sandbox::builder()
        .api_key("k3y_0f_ada")
        .log(move |line| log.lock().unwrap().push(line.to_owned()))
        .start()
        .unwrap();
    create(&sandbox, &individual("jane@example.com"));
    call(&sandbox, "GET /v2/customer?email=jane%40example.com", &Value::Null);
    ask_for_link(&sandbox, "customer_unknown");
    let url = ask_for_link(&sandbox, "customer_ada").link();
    visit(&sandbox, "GET", &url);
    assert_eq!(
        *lines.lock().unwrap(),
        [
            "201 POST /v2/customer",
            "200 GET /v2/customer",
            "404 POST /v2/customer/customer_unknown/face-verification-link",
            "201 POST /v2/customer/customer_ada/face-verification-link",
        ]
    );
}
