//! A customer's whole walk, in a real browser: on a phone and at a desk, and with scripts turned off.
//!
//! `bash .ci/browser` installs the browser where it can and runs this. Pictures of each page are written into
//! the folder that `BROWSER_PICTURES` names, by default `browser-pictures` in the target folder's `tmp`.

mod driver;

use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use driver::{Browser, Screen};
use sphere_core::{ApiKey, Config, RetryPolicy};
use sphere_example_web::App;
use sphere_links::Links;
use sphere_sandbox::Sandbox;
use tokio::runtime::{Builder, Runtime};

const PHONE: Screen = Screen { name: "phone", width: 390, height: 844, is_phone: true };
const DESK: Screen = Screen { name: "desk", width: 1280, height: 900, is_phone: false };

const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// The web backend on a port, a sandbox behind it, and a clock for both that stands still.
struct World {
    url: String,
    sandbox: Arc<Sandbox>,
    now: Arc<Mutex<SystemTime>>,
    /// Held, because the server ends with it.
    _runtime: Runtime,
}

impl World {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let now = Arc::new(Mutex::new(SystemTime::now()));
        let sandbox = Sandbox::builder()
            .clock_stopped_at(*now.lock().unwrap())
            .link_lifetime(LIFETIME)
            .return_to(format!("{url}/return"));
        let sandbox = Arc::new(sandbox.start().unwrap());

        let config = Config::builder(ApiKey::new(sandbox.api_key()).unwrap()).base_url(sandbox.base_url());
        let config = config.retry(RetryPolicy::never()).build().unwrap();
        let clock = Arc::clone(&now);
        let links = Links::builder(sphere_hyper::client(config).unwrap());
        let links = links.clock(move || *clock.lock().unwrap()).build();
        let app = App::with_sandbox(links, Arc::clone(&sandbox)).router();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
        Self { url, sandbox, now, _runtime: runtime }
    }

    fn advance(&self, by: Duration) {
        self.sandbox.advance(by);
        *self.now.lock().unwrap() += by;
    }

    fn calls(&self) -> usize {
        self.sandbox.requests().len()
    }
}

/// Waits for a page, checks that it fits, and takes its picture.
fn see(browser: &Browser, heading: &str, picture: &str) {
    browser.expect(heading);
    browser.assert_fits();
    browser.picture(picture);
}

/// From the button to the page that says that the check was passed, with an expired link and a failed check on
/// the way.
fn walk(screen: Screen) {
    let world = World::start();
    let browser = Browser::start(screen);
    let at_the_check = format!("{}/check/", world.sandbox.base_url());

    browser.open(&world.url);
    see(&browser, "Confirm that it is you", "start");
    browser.tab();
    browser.picture("start-focus");

    browser.press("Start the face check");
    see(&browser, "Face check", "check");
    let first = browser.address();
    assert!(first.starts_with(&at_the_check), "{first}");

    // Twice: the same link, without another call.
    browser.open(&world.url);
    browser.press("Start the face check");
    browser.expect("Face check");
    assert_eq!(browser.address(), first);
    assert_eq!(world.calls(), 1);

    // Too late: the link is replaced.
    world.advance(LIFETIME);
    browser.reload();
    see(&browser, "This link has expired", "check-expired");
    browser.press("Continue");
    see(&browser, "The face check is not finished yet", "return-unfinished");
    browser.press("Continue with the face check");
    browser.expect("Face check");
    let second = browser.address();
    assert!(second.starts_with(&at_the_check) && second != first, "{second}");
    assert_eq!(world.calls(), 2);

    browser.press("Fail the check");
    see(&browser, "Check failed", "check-failed");
    browser.press("Continue");
    see(&browser, "The face check was not passed", "return-failed");
    browser.press("Try the face check again");
    browser.expect("Face check");
    assert_eq!(browser.address(), second);

    browser.press("Pass the check");
    see(&browser, "Check passed", "check-passed");
    browser.press("Continue");
    see(&browser, "Face check passed", "return-passed");
    assert_eq!(browser.address(), format!("{}/return", world.url));
    assert_eq!(world.calls(), 2);

    browser.forget_cookies();
    browser.reload();
    see(&browser, "No face check was started here", "return-without-start");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// From the front page to each failure, by what it offers there.
fn failures(screen: Screen) {
    let world = World::start();
    let browser = Browser::start(screen);
    for (words, heading, picture) in [
        ("422, the contract's example with two field errors", "Some of your details need correcting", "422"),
        ("403, as for a refused key", "This is our fault, not yours", "403"),
        ("404, the contract's example", "We could not find you", "404"),
        ("409 problem details", "The face check could not begin", "409"),
        ("429 with Retry-After: 1", "One moment, please", "429"),
        ("500 problem details", "The face check is out of order", "500"),
        ("503 without Retry-After", "The face check is not available", "503"),
    ] {
        browser.open(&world.url);
        browser.press(words);
        browser.expect("Confirm that it is you");
        browser.press("Start the face check");
        see(&browser, heading, picture);
        let reference = browser.text("//p[contains(., 'quote this reference')]/code");
        assert!(reference.len() == 32 && reference.bytes().all(|b| b.is_ascii_hexdigit()), "{reference}");
        if picture == "422" {
            let faults = [browser.text("//li[1]"), browser.text("//li[2]")];
            assert_eq!(faults, ["email: Invalid email format", "name: Name is required"]);
        }
    }
    browser.press("Back to the start");
    browser.expect("Confirm that it is you");
    browser.open(&format!("{}/nothing", world.url));
    see(&browser, "There is no such page", "no-such-page");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn the_walk_on_a_phone() {
    walk(PHONE);
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn the_walk_at_a_desk() {
    walk(DESK);
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn the_failures_on_a_phone() {
    failures(PHONE);
}

#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn the_failures_at_a_desk() {
    failures(DESK);
}

/// Else the others would not show that no script is needed.
#[test]
#[ignore = "needs chromium and chromedriver: bash .ci/browser"]
fn scripts_are_turned_off_in_these_tests() {
    let browser = Browser::start(DESK);
    browser
        .open("data:text/html,<title>as written</title><h1>There</h1><script>document.title='ran'</script>");
    browser.expect("There");
    assert_eq!(browser.title(), "as written");
}
