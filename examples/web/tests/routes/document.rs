//! The identity document: what reaches SpherePay, and what does not.

use sphere_core::endpoints::MAX_DOCUMENT_BYTES;
use sphere_sandbox::{Outcome, Reply};

use crate::application::World;

const PASSPORT: [(&str, &str); 2] = [("kind", "passport"), ("country", "USA")];
const LICENCE: [(&str, &str); 2] = [("kind", "drivers"), ("country", "BRA")];

/// The forms of the uploads so far.
fn uploads(world: &World) -> Vec<String> {
    let requests = world.sandbox.requests();
    let uploads = requests.iter().filter(|request| request.path == "/v2/document");
    uploads.map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect()
}

#[track_caller]
fn assert_field(form: &str, name: &str, value: Option<&str>) {
    let head = format!("name=\"{name}\"\r\n\r\n");
    let found = form.split_once(&head).map(|(_, rest)| rest.split("\r\n").next().unwrap());
    assert_eq!(found, value, "{name} in {form}");
}

#[tokio::test]
async fn passport_is_one_upload_without_a_side() {
    let world = World::new();
    let mut browser = world.customer().await;
    // A back that was chosen before the kind was changed does not count.
    browser.upload("/document", &PASSPORT, &["front", "back"]).await.assert_leads_to("/continue");
    let [form] = uploads(&world).try_into().unwrap();
    assert_field(&form, "documentType", Some("passport"));
    assert_field(&form, "country", Some("USA"));
    assert_field(&form, "side", None);
    assert!(form.contains("\u{fffd}PNG"), "{form}");
}

#[tokio::test]
async fn licence_is_two_uploads() {
    let world = World::new();
    let mut browser = world.customer().await;
    browser.upload("/document", &LICENCE, &["front-photo", "back"]).await.assert_leads_to("/continue");
    let [front, back] = uploads(&world).try_into().unwrap();
    assert_field(&front, "side", Some("front"));
    assert_field(&back, "side", Some("back"));
    assert_field(&back, "documentType", Some("drivers"));
    assert_field(&back, "country", Some("BRA"));
}

#[tokio::test]
async fn customers_file_name_is_not_passed_on() {
    let world = World::new();
    let mut browser = world.customer().await;
    browser.upload("/document", &PASSPORT, &["front"]).await;
    assert!(!uploads(&world)[0].to_lowercase().contains("jane"));
}

#[tokio::test]
async fn unusable_forms_make_no_call() {
    let world = World::new();
    let mut browser = world.customer().await;
    let most = usize::try_from(MAX_DOCUMENT_BYTES).unwrap();
    let too_large = vec![0; most + 1];
    let (front, empty) = (("front", "a.png", &b"\x89PNG"[..]), ("front", "", &b""[..]));
    for (texts, files, words) in [
        (&PASSPORT[..], &[][..], "<a href=\"#front\">Choose a photo or scan of the document</a>"),
        (&PASSPORT, &[empty], "<a href=\"#front\">Choose a photo or scan of the document</a>"),
        (&LICENCE, &[front], "<a href=\"#back\">Choose a photo or scan of the back</a>"),
        (&PASSPORT[..1], &[front], "<a href=\"#country\">Choose the country that issued it</a>"),
        (&PASSPORT[1..], &[front], "<a href=\"#kind\">Choose the kind of document</a>"),
        (&PASSPORT, &[("front", "a.gif", b"GIF")], "must be a JPEG, PNG, HEIC or TIFF picture, or a PDF"),
        (&PASSPORT, &[("front", "a.png", &too_large)], "The file is larger than 15 MB"),
    ] {
        let page = browser.upload_files("/document", texts, files).await;
        page.assert_says(422, "Upload your identity document");
        page.assert_has(words);
    }
    // What was right stays chosen.
    let page = browser.upload("/document", &LICENCE, &["front"]).await;
    page.assert_has("value=\"drivers\" checked");
    page.assert_has("<option value=\"BRA\" selected>");
    // The largest that is allowed.
    let largest = [("front", "a.png", &too_large[..most])];
    browser.upload_files("/document", &PASSPORT, &largest).await.assert_leads_to("/continue");
    assert_eq!(uploads(&world).len(), 1);
}

#[tokio::test]
async fn form_that_breaks_off_has_a_page() {
    let world = World::new();
    let mut browser = world.customer().await;
    let request =
        axum::http::Request::post("/document").header("content-type", "multipart/form-data; boundary=b");
    let body = "--b\r\ncontent-disposition: form-data; name=\"front\"; filename=\"a.png\"\r\n\r\nhalf";
    let page = browser.send(request, body.into()).await;
    page.assert_says(422, "Upload your identity document");
    page.assert_has("did not arrive whole");
    let page = browser.post("/document", "kind=passport").await;
    page.assert_says(422, "Upload your identity document");
    assert_eq!(uploads(&world).len(), 0);
}

#[tokio::test]
async fn refused_document_can_be_uploaded_again() {
    let world = World::new();
    let mut browser = world.customer().await;
    world.person().accept_terms().outcome(Outcome::DocumentRefusedOnce);
    browser.upload("/document", &PASSPORT, &["front"]).await;
    browser.get("/continue").await.assert_leads_to("/review");
    let page = browser.get("/review").await;
    page.assert_says(200, "Something needs correcting");
    page.assert_has("<p>The document could not be read</p>");
    page.assert_has("href=\"/document\"");
    browser.get("/document").await.assert_has("Your last document was not accepted.");
    browser.upload("/document", &PASSPORT, &["front"]).await;
    browser.get("/continue").await.assert_leads_to("/face");
}

#[tokio::test]
async fn failed_upload_page_has_a_next_step() {
    let world = World::new();
    let mut browser = world.customer().await;
    world.person().accept_terms();
    world.sandbox.reply_next(Reply::server_error());
    let page = browser.upload("/document", &PASSPORT, &["front"]).await;
    page.assert_says(502, "The verification is out of order");
    page.assert_has("It may have worked anyway");
    page.assert_has("<a class=\"button\" href=\"/continue\">Try again</a>");
    browser.get("/continue").await.assert_leads_to("/document");
}
