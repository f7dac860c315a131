//! Sessions, and who may send forms.

use axum::body::Body;
use axum::http::Request;
use sphere_example_web::Model;

use crate::application::{DETAILS, World};

#[tokio::test]
async fn cookie_is_secure_over_https() {
    for (url, ending) in
        [("http://web.example", "SameSite=Lax"), ("https://web.example", "SameSite=Lax; Secure")]
    {
        let world = World::of(Model::SphereManaged, url);
        let page = world.browser().get("/details").await;
        let (token, attributes) = page.cookie().unwrap().split_once("; ").unwrap();
        assert_eq!(token.strip_prefix("session=").unwrap().len(), 32);
        assert_eq!(attributes, format!("Path=/; Max-Age=86400; HttpOnly; {ending}"));
    }
}

#[tokio::test]
async fn each_browser_has_its_own_customer() {
    let world = World::new();
    let (mut one, mut two) = (world.customer().await, world.customer().await);
    assert_ne!(one.cookie, two.cookie);
    one.get("/terms").await.assert_says(200, "Accept the terms of service");
    world.person().accept_terms();
    one.get("/terms").await.assert_leads_to("/document");
    two.get("/terms").await.assert_says(200, "Accept the terms of service");
    // Among others, and not renewed.
    one.cookie = format!("theme=dark; {}; a=b", one.cookie);
    let page = one.get("/continue").await;
    page.assert_leads_to("/document");
    assert!(!page.has_header("set-cookie"));
}

#[tokio::test]
async fn without_a_session_nothing_is_done() {
    let world = World::new();
    for cookie in ["", "session=", "session=00000000000000000000000000000000", "session=<b>"] {
        let mut browser = world.browser();
        cookie.clone_into(&mut browser.cookie);
        for path in ["/terms", "/document", "/face", "/codes", "/review", "/face/updates", "/review/updates"]
        {
            browser.get(path).await.assert_leads_to("/");
        }
        browser.get("/continue").await.assert_says(200, "Thank you");
        for path in ["/terms", "/document", "/face", "/codes", "/codes/send"] {
            browser.post(path, "").await.assert_leads_to("/");
        }
        let page = browser.post("/details", &format!("email=jane%40example.com&{DETAILS}")).await;
        page.assert_says(400, "Please start again");
    }
    assert_eq!(world.calls(), [""; 0]);
}

#[tokio::test]
async fn other_sites_forms_are_refused() {
    let world = World::new();
    let mut browser = world.at_the_face_check().await;
    let calls = world.calls().len();
    for path in ["/details", "/codes", "/codes/send", "/terms", "/document", "/face", "/developers/start"] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let request = Request::post(path).header("host", "web.example").header(name, value);
            browser.send(request, Body::empty()).await.assert_says(403, "Please start here");
        }
    }
    assert_eq!(world.calls().len(), calls);
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", "http://web.example")] {
        let request = Request::post("/face").header("host", "web.example").header(name, value);
        browser.send(request, Body::empty()).await.location();
    }
}

#[tokio::test]
async fn addresses_that_lead_nowhere_have_a_page() {
    let world = World::new();
    let mut browser = world.customer().await;
    for path in ["/nothing", "/details/", "/%FF", "/assets/../details"] {
        browser.get(path).await.assert_says(404, "There is no such page");
    }
    let page = browser.post("/review", "").await;
    page.assert_says(405, "This page cannot be opened directly");
    let large = "x".repeat(64 * 1024 + 1);
    assert_eq!(browser.send(Request::post("/details"), Body::from(large)).await.status, 413);
}

#[tokio::test]
async fn assets_may_be_kept_by_browsers() {
    let world = World::new();
    for (path, kind) in [("/assets/style.css", "text/css"), ("/assets/journey.js", "text/javascript")] {
        let page = world.browser().get(path).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("content-type"), format!("{kind}; charset=utf-8"));
        assert_eq!(page.header("cache-control"), "max-age=300");
    }
}
