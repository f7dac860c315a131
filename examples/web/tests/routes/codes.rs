//! One-time codes, for customers who need them.

use sphere_sandbox::Reply;

use crate::application::{DETAILS, World};

#[tokio::test]
async fn codes_confirm_e_mail_and_phone() {
    let world = World::new();
    let mut browser = world.browser();
    browser.get("/details").await;
    browser.post("/details", &format!("email=jane%2Bcodes%40example.com&{DETAILS}")).await;
    browser.get("/continue").await.assert_leads_to("/codes");
    let customer = world.person().id().to_owned();
    for (channel, title) in [("email", "Confirm your e-mail address"), ("phone", "Confirm your phone number")]
    {
        let page = browser.get("/codes").await;
        page.assert_says(200, title);
        page.assert_has("<p class=\"step\">Step 1 of 5</p>");
        page.assert_has("Send me a code");
        let form = format!("channel={channel}");
        browser.post("/codes/send", &form).await.assert_leads_to("/codes?sent");
        let page = browser.get("/codes?sent").await;
        page.assert_says(200, title);
        page.assert_has("autocomplete=\"one-time-code\"");

        let code = world.sandbox.one_time_code(&customer).unwrap();
        let page = browser.post("/codes", &format!("{form}&code=1")).await;
        page.assert_says(422, title);
        page.assert_has("<a href=\"#code\">The code is wrong or too old.");
        browser.post("/codes", &format!("{form}&code=")).await.assert_has("Enter the code from the message");
        // As people write it.
        let written = format!("{form}&code={}+{}", &code[..3], &code[3..]);
        browser.post("/codes", &written).await.assert_leads_to("/continue");
    }
    browser.get("/codes").await.assert_leads_to("/terms");
}

#[tokio::test]
async fn outage_is_not_a_wrong_code() {
    let world = World::new();
    let mut browser = world.customer().await;
    for path in ["/codes", "/codes/send"] {
        world.sandbox.reply_next(Reply::unavailable(None));
        let page = browser.post(path, "channel=email&code=123456").await;
        page.assert_says(503, "The verification is not available");
    }
}
