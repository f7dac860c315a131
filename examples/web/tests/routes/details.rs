//! The customer's details: one customer however often the button is pressed, and corrections.

use std::sync::Arc;

use futures_util::poll;
use serde_json::{Value, json};
use sphere_bounded::LIMIT;
use sphere_sandbox::{Reply, Turn};

use crate::application::{DETAILS, World};

const CREATE: &str = "POST customer";

fn sent(world: &World, at: usize) -> Value {
    serde_json::from_slice(&world.sandbox.requests()[at].body).unwrap()
}

#[tokio::test]
async fn details_create_a_customer() {
    let world = World::new();
    let mut browser = world.customer().await;
    let body = sent(&world, 0);
    let address = json!({"line1": "1 Main Street", "city": "Chicago", "state": "IL", "postalCode": "60606", "country": "USA"});
    assert_eq!(body["email"], "jane@example.com");
    assert_eq!(body["phone"], "+14155550123");
    assert_eq!(body["address"], address);
    assert_eq!(body["personalInformation"]["taxIdentificationNumber"], "123456789");
    assert_eq!(body["meta"]["reference"].as_str().unwrap().len(), 32);
    browser.get("/continue").await.assert_leads_to("/terms");
    // They are there already: the form leads on.
    browser.get("/details").await.assert_leads_to("/terms");
}

#[tokio::test]
async fn mistakes_are_found_without_a_call() {
    let world = World::new();
    let mut browser = world.browser();
    browser.get("/details").await;
    let page = browser.post("/details", "email=jane&phone=555&country=XXX&city=%3Cb%3E&tax_type=ssn").await;
    page.assert_says(422, "Your details");
    page.assert_has("<title>Error: Your details");
    page.assert_has("role=\"alert\" tabindex=\"-1\" autofocus");
    for part in [
        "<a href=\"#email\">Enter an e-mail address such as name@example.com</a>",
        "<a href=\"#phone\">Enter the number with a plus and the country code",
        "<a href=\"#country\">Choose your country</a>",
        "<a href=\"#line1\">Enter your street and house number</a>",
        "<a href=\"#tax_number\">Enter your tax number</a>",
        "aria-describedby=\"phone-hint phone-mistake\" aria-invalid=\"true\"",
        // What was right stays.
        "value=\"&lt;b&gt;\"",
        "<option value=\"ssn\" selected>",
    ] {
        page.assert_has(part);
    }
    page.assert_lacks("#city");
    assert_eq!(world.calls(), [""; 0]);
}

#[tokio::test]
async fn number_without_its_zero_is_asked_about() {
    let world = World::new();
    let mut browser = world.browser();
    browser.get("/details").await;
    let typed = DETAILS.replacen("%2B1+415-555-0123", "%2B44+(0)20%C2%A07946%E2%80%910123", 1);
    let page = browser.post("/details", &format!("email=+jane%40example.com&{typed}")).await;
    page.assert_says(422, "Your details");
    page.assert_has("<a href=\"#phone\">We have left out (0). Is this your number now?</a>");
    page.assert_has("value=\"+442079460123\"");
    let agreed = typed.replacen("%2B44+(0)20%C2%A07946%E2%80%910123", "%2B442079460123", 1);
    browser
        .post("/details", &format!("email=+jane%40example.com&{agreed}"))
        .await
        .assert_leads_to("/continue");
    let body = sent(&world, 0);
    assert_eq!((&body["email"], &body["phone"]), (&"jane@example.com".into(), &"+442079460123".into()));
}

#[tokio::test]
async fn invisible_characters_are_shown_with_their_place() {
    let world = World::new();
    let mut browser = world.browser();
    browser.get("/details").await;
    let page = browser.post("/details", &format!("email=jane%E2%80%8B%40example.com&{DETAILS}")).await;
    page.assert_has("<a href=\"#email\">This entry has U+200B at position 5, which is not allowed there</a>");
    assert_eq!(world.calls(), [""; 0]);
}

#[tokio::test]
async fn what_spherepay_finds_wrong_stands_at_its_field() {
    let world = World::new();
    let mut browser = world.browser();
    browser.get("/details").await;
    let body = r#"{"status":422,"detail":"Validation failed","errors":[
        {"detail":"Unknown <host>","pointer":"/email"},{"detail":"No such town","pointer":"/address/city"},
        {"detail":"Too young"}]}"#;
    world.sandbox.reply_next(Reply::status(422).body("application/json", body));
    let page = browser.post("/details", &format!("email=jane%40example.com&{DETAILS}")).await;
    page.assert_says(422, "Your details");
    page.assert_has("<a href=\"#email\">Unknown &lt;host&gt;</a>");
    page.assert_has("<p class=\"mistake\" id=\"city-mistake\">No such town</p>");
    page.assert_has("<li>Too young</li>");
    page.assert_has("value=\"1 Main Street\"");
}

#[tokio::test]
async fn outage_keeps_what_was_typed() {
    let world = World::new();
    let mut browser = world.browser();
    browser.get("/details").await;
    world.sandbox.reply_next(Reply::too_many_requests(7));
    let page = browser.post("/details", &format!("email=jane%40example.com&{DETAILS}")).await;
    page.assert_says(503, "Your details");
    page.assert_has("Please try again in 7 seconds.");
    page.assert_has("value=\"jane@example.com\"");
}

#[tokio::test]
async fn pressing_twice_creates_one_customer() {
    let world = World::new();
    let mut one = world.browser();
    one.get("/details").await;
    let mut two = one.clone();
    let (turn, gate) = Turn::held();
    world.sandbox.reply_next(turn);
    let form = format!("email=jane%40example.com&{DETAILS}");
    let mut first = Box::pin(one.post("/details", &form));
    let mut second = Box::pin(two.post("/details", &form));
    assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
    gate.open();
    let (first, second) = tokio::join!(first, second);
    first.assert_leads_to("/continue");
    second.assert_leads_to("/continue");
    assert_eq!(world.count(CREATE), 1);
}

#[tokio::test]
async fn closed_browser_does_not_stop_the_call() {
    let world = World::new();
    let mut browser = world.browser();
    browser.get("/details").await;
    let (turn, gate) = Turn::held();
    world.sandbox.reply_next(turn);
    let form = format!("email=jane%40example.com&{DETAILS}");
    let mut gone = browser.clone();
    let mut press = Box::pin(gone.post("/details", &form));
    let sandbox = Arc::clone(&world.sandbox);
    let arrived = tokio::task::spawn_blocking(move || sandbox.wait_for_requests(1, LIMIT));
    tokio::select! {
        _ = &mut press => panic!("the response is held"),
        has_arrived = arrived => assert!(has_arrived.unwrap()),
    }
    drop(press);
    gate.open();
    // Waits for the first press, and finds its customer.
    browser.post("/details", &form).await.assert_leads_to("/continue");
    browser.get("/continue").await.assert_leads_to("/terms");
    assert_eq!(world.count(CREATE), 1);
}

#[tokio::test]
async fn unknown_customer_is_looked_up_by_reference() {
    let world = World::new();
    let mut browser = world.browser();
    browser.get("/details").await;
    let form = format!("email=jane%40example.com&{DETAILS}");
    world.sandbox.reply_next(Reply::server_error());
    browser.post("/details", &form).await.assert_says(502, "Your details");

    let reference = sent(&world, 0)["meta"]["reference"].clone();
    let customer = |id: &str, reference: Value| json!({"id": id, "email": "jane@example.com", "verificationProfiles": [], "meta": {"reference": reference}});
    // Somebody else with the same e-mail address, and the one of this session.
    let list = json!({
        "customers": [customer("customer_other", json!("other")), customer("customer_mine", reference)],
        "pagination": {"page": 1, "limit": 20, "total": 2, "totalPages": 1},
    });
    world.sandbox.reply_next(Reply::status(200).body("application/json", list.to_string()));
    browser.post("/details", &form).await.assert_leads_to("/continue");
    assert_eq!(world.count(CREATE), 1);
    browser.get("/continue").await;
    assert_eq!(world.calls().last().unwrap(), "GET customer_mine");
}

#[tokio::test]
async fn customer_whose_creation_failed_is_created_anew() {
    let world = World::new();
    let mut browser = world.browser();
    browser.get("/details").await;
    let form = format!("email=jane%40example.com&{DETAILS}");
    world.sandbox.reply_next(Reply::server_error());
    browser.post("/details", &form).await.assert_says(502, "Your details");
    browser.post("/details", &form).await.assert_leads_to("/continue");
    assert_eq!(world.calls(), [CREATE, "GET customer", CREATE]);
}

#[tokio::test]
async fn details_that_failed_are_corrected() {
    let world = World::new();
    let mut browser = world.customer().await;
    let failed = |errors: &str| {
        let body = format!(
            r#"{{"id":"{}","verificationProfiles":[{{"name":"kyc_profile_a","status":"incomplete",
            "criteria":{{"complete":[],"pending":[],"required":[],"errors":[{errors}]}}}}]}}"#,
            world.id()
        );
        Reply::status(200).body("application/json", body)
    };
    let error = r#"{"name":"tax_identification_number","detail":"No such number"}"#;
    world.sandbox.reply_next(failed(error));
    let page = browser.get("/review").await;
    page.assert_says(200, "Something needs correcting");
    page.assert_has("<h2>Your details</h2><p>No such number</p>");
    page.assert_has("<a class=\"button\" href=\"/details\">Correct your details</a>");

    world.sandbox.reply_next(failed(error));
    let page = browser.get("/details").await;
    page.assert_says(200, "Correct your details");
    page.assert_has("<li>No such number</li>");
    page.assert_lacks("name=\"email\"");
    browser.post("/details", DETAILS).await.assert_leads_to("/continue");
    let calls = world.calls();
    assert!(calls.last().unwrap().starts_with("PATCH customer_"), "{calls:?}");
    let body = sent(&world, calls.len() - 1);
    assert_eq!(body["personalInformation"]["taxIdentificationNumber"], "123456789");
    assert!(body.get("email").is_none(), "{body}");
}
