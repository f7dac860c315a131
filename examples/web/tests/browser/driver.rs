//! A browser, driven over `WebDriver` (<https://www.w3.org/TR/webdriver2/>): chromedriver, and one window. `actions`
//! has what a person does there and sees.
//!
//! It waits for elements by itself (the implicit wait), so that nothing here sleeps.

mod actions;

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, process, thread};

use serde_json::{Value, json};
use sphere_bounded::{LIMIT, program};

/// How long the browser looks for an element before it says that there is none.
const LOOKS_FOR: Duration = Duration::from_secs(20);

/// The width and height of the window, in CSS pixels, and what kind of device has it.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    pub name: &'static str,
    pub width: u32,
    pub height: u32,
    pub is_phone: bool,
}

/// chromedriver. Dropping it ends it.
struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    fn start() -> Self {
        let mut child = program::command("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver: bash .ci/browser installs it where it can");
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (found, port) = mpsc::channel();
        // Reads on to the end, so that chromedriver never writes into a closed pipe.
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if let Some((_, port)) = line.split_once("started successfully on port ") {
                    let _ = found.send(port.trim_end_matches('.').to_owned());
                }
            }
        });
        let mut driver = Self { child, url: String::new() };
        let port = port.recv_timeout(LIMIT).expect("chromedriver says its port");
        driver.url = format!("http://127.0.0.1:{port}");
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One window with a profile of its own. Dropping it closes it.
pub struct Browser {
    /// The session's address.
    url: String,
    /// The browser's process.
    process: Option<u64>,
    agent: ureq::Agent,
    profile: PathBuf,
    /// Where to write pictures, if anywhere: each takes time.
    pictures: Option<PathBuf>,
    screen: Screen,
    runs_scripts: bool,
    /// Held, because it ends when it is dropped: after the session.
    _driver: Driver,
}

impl Browser {
    /// A window in which pages run no scripts.
    pub fn without_scripts(screen: Screen) -> Self {
        Self::start(screen, false)
    }

    /// A window like that of most people.
    pub fn with_scripts(screen: Screen) -> Self {
        Self::start(screen, true)
    }

    fn start(screen: Screen, runs_scripts: bool) -> Self {
        let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "browser-{}-{}-{}",
            process::id(),
            screen.name,
            thread::current().name().unwrap_or_default().replace("::", "-")
        ));
        let pictures = env::var_os("BROWSER_PICTURES").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        fs::create_dir_all(&profile).unwrap();
        if let Some(folder) = &pictures {
            fs::create_dir_all(folder).unwrap();
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(LIMIT))
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .new_agent();
        let driver = Driver::start();
        let session = format!("{}/session", driver.url);
        let (url, process) = (String::new(), None);
        let mut browser =
            Self { url, process, agent, profile, pictures, screen, runs_scripts, _driver: driver };
        let capabilities = browser.capabilities();
        let opened = browser.ask("POST", &session, &capabilities);
        browser.url = format!("{session}/{}", opened["sessionId"].as_str().expect("a session"));
        browser.process = opened["capabilities"]["goog:processID"].as_u64();
        browser
    }

    fn capabilities(&self) -> Value {
        let Screen { width, height, is_phone, .. } = self.screen;
        let mut arguments = vec![
            "--headless".to_owned(),
            // Root, in a container, with no pages but our own.
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            format!("--user-data-dir={}", self.profile.display()),
        ];
        // 2: blocked.
        let scripts = if self.runs_scripts { 1 } else { 2 };
        let mut options =
            json!({ "prefs": { "profile.managed_default_content_settings.javascript": scripts } });
        if is_phone {
            // Not "touch": with it, a click in a page without scripts never ends.
            let metrics = json!({ "width": width, "height": height, "pixelRatio": 2.0, "touch": false });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        } else {
            arguments.push(format!("--window-size={width},{height}"));
        }
        options["args"] = json!(arguments);
        let implicit = u64::try_from(LOOKS_FOR.as_millis()).unwrap();
        let always = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "implicit": implicit, "pageLoad": implicit },
        });
        json!({ "capabilities": { "alwaysMatch": always } })
    }

    fn devtools(&self, method: &str, parameters: &Value) -> Value {
        self.command("POST", "goog/cdp/execute", &json!({ "cmd": method, "params": parameters }))
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        self.ask(method, &format!("{}/{path}", self.url), body)
    }

    #[track_caller]
    fn ask(&self, method: &str, url: &str, body: &Value) -> Value {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let request = ureq::http::Request::builder().method(method).uri(url).body(text).unwrap();
        let answer = self.agent.run(request).and_then(|mut answer| {
            Ok((answer.status(), answer.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string()?))
        });
        let (status, text) = answer.unwrap_or_else(|error| panic!("{method} {url}: {error}"));
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        assert!(status.is_success(), "{method} {url} {body}: {}", answer["value"]["message"]);
        answer["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // As good as it goes: this may be on the way out of a failed test, with a browser that hangs.
        let closed =
            self.agent.delete(&self.url).config().timeout_global(Some(Duration::from_secs(10))).build();
        if let (Err(_), Some(process)) = (closed.call(), self.process) {
            let _ = Command::new("kill").arg("-9").arg(process.to_string()).status();
        }
        let _ = fs::remove_dir_all(&self.profile);
    }
}
