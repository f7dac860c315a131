//! The hosted check page, as a customer's browser meets it.

use std::time::{Duration, UNIX_EPOCH};

use sphere_sandbox::{CheckState, Sandbox};

use crate::wire::{Response, ask_for_link, visit};

#[track_caller]
fn assert_is_a_safe_page(response: &Response) {
    assert_eq!(response.header("content-type"), ["text/html; charset=utf-8"]);
    assert_is_protected(response);
    let html = response.text();
    assert!(html.starts_with("<!doctype html>"), "{html}");
    for foreign in ["<script", "http://", "https://", "//"] {
        assert!(!html.contains(foreign), "{foreign} in {html}");
    }
}

#[track_caller]
fn assert_is_protected(response: &Response) {
    let policy = response.header("content-security-policy");
    assert!(policy[0].starts_with("default-src 'none';"), "{policy:?}");
    assert!(policy[0].contains("frame-ancestors 'none'"), "{policy:?}");
    assert_eq!(response.header("referrer-policy"), ["same-origin"]);
    assert_eq!(response.header("cache-control"), ["no-store"]);
    assert_eq!(response.header("x-content-type-options"), ["nosniff"]);
}

#[test]
fn page_names_its_purpose_person_and_end() {
    let sandbox = Sandbox::builder().clock_stopped_at(UNIX_EPOCH).start().unwrap();
    let url = ask_for_link(&sandbox, "customer_ada").link();

    let page = visit(&sandbox, "GET", &url);

    assert_eq!(page.status, 200);
    assert_is_a_safe_page(&page);
    let path = url.strip_prefix(sandbox.base_url()).unwrap();
    for part in [
        "stands in for the hosted face check",
        "<dd>customer_ada</dd>",
        "<dd>1970-01-01 00:15:00 UTC</dd>",
        "name=\"viewport\"",
        "color-scheme:light dark",
        &format!("<form method=\"post\" action=\"{path}/pass\">"),
        &format!("<form method=\"post\" action=\"{path}/fail\">"),
        &format!("<form method=\"post\" action=\"{path}/leave\">"),
    ] {
        assert!(page.text().contains(part), "{part} not in {}", page.text());
    }
}

#[test]
fn visiting_the_page_starts_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let url = ask_for_link(&sandbox, "customer_ada").link();
    visit(&sandbox, "GET", &url);
    visit(&sandbox, "GET", &format!("{url}/result"));
    assert_eq!(sandbox.check_state("customer_ada"), CheckState::NotStarted);
    assert_eq!(sandbox.check_state("nobody"), CheckState::NotStarted);
}

#[test]
fn each_button_is_recorded_and_confirmed() {
    for (button, state, title) in [
        ("pass", CheckState::Passed, "<h1>Check passed</h1>"),
        ("fail", CheckState::Failed, "<h1>Check failed</h1>"),
        ("leave", CheckState::Left, "<h1>Check left</h1>"),
    ] {
        let sandbox = Sandbox::start().unwrap();
        let url = ask_for_link(&sandbox, "customer_ada").link();
        ask_for_link(&sandbox, "customer_grace").link();

        let response = visit(&sandbox, "POST", &format!("{url}/{button}"));

        assert_eq!(response.status, 303);
        assert_is_protected(&response);
        assert_eq!(sandbox.check_state("customer_ada"), state);
        assert_eq!(sandbox.check_state("customer_grace"), CheckState::NotStarted);
        let page = visit(&sandbox, "GET", response.header("location")[0]);
        assert_eq!(page.status, 200);
        assert_is_a_safe_page(&page);
        assert!(page.text().contains(title), "{}", page.text());
        assert!(page.text().contains("customer_ada"), "{}", page.text());
    }
}

#[test]
fn last_button_counts() {
    let sandbox = Sandbox::start().unwrap();
    let first = ask_for_link(&sandbox, "customer_ada").link();
    let second = ask_for_link(&sandbox, "customer_ada").link();
    visit(&sandbox, "POST", &format!("{first}/leave"));
    visit(&sandbox, "POST", &format!("{second}/pass"));
    assert_eq!(sandbox.check_state("customer_ada"), CheckState::Passed);
    // Each link shows what was pressed there.
    let page = visit(&sandbox, "GET", &format!("{first}/result"));
    assert!(page.text().contains("<h1>Check left</h1>"));
}

#[test]
fn link_is_good_until_its_exact_end() {
    let sandbox = Sandbox::builder()
        .clock_stopped_at(UNIX_EPOCH)
        .link_lifetime(Duration::from_secs(60))
        .start()
        .unwrap();
    let url = ask_for_link(&sandbox, "customer_ada").link();

    sandbox.advance(Duration::from_nanos(59_999_999_999));
    assert_eq!(visit(&sandbox, "GET", &url).status, 200);

    sandbox.advance(Duration::from_nanos(1));
    let pass = format!("{url}/pass");
    let result = format!("{url}/result");
    for (method, url) in [("GET", &url), ("POST", &pass), ("GET", &result)] {
        let page = visit(&sandbox, method, url);
        assert_eq!(page.status, 410);
        assert_is_a_safe_page(&page);
        assert!(page.text().contains("This link has expired"));
        assert!(page.text().contains("Ask for a new one"));
    }
    assert_eq!(sandbox.check_state("customer_ada"), CheckState::NotStarted);

    let fresh = ask_for_link(&sandbox, "customer_ada").link();
    assert_eq!(visit(&sandbox, "GET", &fresh).status, 200);
}

#[test]
fn link_never_outlives_the_expiry_that_was_sent() {
    let sandbox = Sandbox::builder()
        .clock_stopped_at(UNIX_EPOCH + Duration::from_nanos(999_999))
        .link_lifetime(Duration::from_secs(60))
        .start()
        .unwrap();
    let response = ask_for_link(&sandbox, "customer_ada");
    assert_eq!(response.json()["expiresAt"], "1970-01-01T00:01:00.000Z");

    sandbox.advance(Duration::from_nanos(60_000_000_000 - 999_999));

    assert_eq!(visit(&sandbox, "GET", &response.link()).status, 410);
}

#[test]
fn running_clock_can_be_advanced() {
    let sandbox = Sandbox::start().unwrap();
    let url = ask_for_link(&sandbox, "customer_ada").link();
    sandbox.advance(Duration::from_secs(15 * 60));
    assert_eq!(visit(&sandbox, "GET", &url).status, 410);
}

#[test]
fn unknown_token_has_a_page_of_its_own() {
    let sandbox = Sandbox::start().unwrap();
    let url = ask_for_link(&sandbox, "customer_ada").link();
    let unknown = "/check/00000000000000000000000000000000";
    for (method, url) in [
        ("GET", unknown.to_owned()),
        ("GET", format!("{unknown}/result")),
        ("POST", format!("{unknown}/pass")),
        ("GET", "/check/%FF".to_owned()),
        ("GET", "/check/%FF/result".to_owned()),
        ("POST", "/check/%FF/pass".to_owned()),
        ("GET", "/check/%3Cscript%3E".to_owned()),
        ("POST", format!("{url}/approve")),
    ] {
        let page = visit(&sandbox, method, &url);
        assert_eq!(page.status, 404, "{url}");
        assert_is_a_safe_page(&page);
        assert!(page.text().contains("No such link"));
    }
    assert_eq!(sandbox.check_state("customer_ada"), CheckState::NotStarted);
}

#[test]
fn final_pages_lead_to_the_return_url() {
    let sandbox = Sandbox::builder()
        .clock_stopped_at(UNIX_EPOCH)
        .return_to("https://shop.example/return?a='b'&c")
        .start()
        .unwrap();
    let way_back = "<a class=\"on\" href=\"https://shop.example/return?a=&#39;b&#39;&amp;c\">Continue</a>";
    let url = ask_for_link(&sandbox, "customer_ada").link();
    assert!(!visit(&sandbox, "GET", &url).text().contains("shop.example"));
    for button in ["pass", "fail", "leave"] {
        visit(&sandbox, "POST", &format!("{url}/{button}"));
        let page = visit(&sandbox, "GET", &format!("{url}/result"));
        assert_is_protected(&page);
        assert!(page.text().contains(way_back), "{}", page.text());
    }
    assert!(visit(&sandbox, "GET", "/check/0").text().contains(way_back));
    sandbox.advance(Duration::from_secs(15 * 60));
    assert!(visit(&sandbox, "GET", &url).text().contains(way_back));
}

#[test]
fn customer_id_is_escaped_in_html() {
    let sandbox = Sandbox::start().unwrap();
    let response = ask_for_link(&sandbox, "customer_%3Cscript%3Ealert(%22%27%26%3C/script%3E");
    // A slash would be another path; the escaped one is part of the id.
    assert_eq!(response.status, 404);
    let url = ask_for_link(&sandbox, "customer_%3Cscript%3E%22%27%26%3C%2Fscript%3E").link();

    let page = visit(&sandbox, "GET", &url);
    visit(&sandbox, "POST", &format!("{url}/pass"));
    let result = visit(&sandbox, "GET", &format!("{url}/result"));

    for page in [page, result] {
        assert_is_a_safe_page(&page);
        let escaped = "customer_&lt;script&gt;&quot;&#39;&amp;&lt;/script&gt;";
        assert!(page.text().contains(escaped), "{}", page.text());
    }
    assert_eq!(sandbox.check_state("customer_<script>\"'&</script>"), CheckState::Passed);
}
