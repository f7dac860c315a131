//! What a person does in the window, and what they see there.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Browser;

impl Browser {
    pub fn open(&self, url: &str) {
        self.command("POST", "url", &json!({ "url": url }));
    }

    pub fn address(&self) -> String {
        self.command("GET", "url", &Value::Null).as_str().unwrap().to_owned()
    }

    pub fn reload(&self) {
        self.command("POST", "refresh", &json!({}));
    }

    pub fn forget_cookies(&self) {
        self.command("DELETE", "cookie", &Value::Null);
    }

    pub fn title(&self) -> String {
        self.command("GET", "title", &Value::Null).as_str().unwrap().to_owned()
    }

    /// Waits until the page has this heading.
    pub fn expect(&self, heading: &str) {
        self.expect_part(&format!("//*[self::h1 or self::h2][normalize-space()={heading:?}]"));
    }

    /// Waits until the page has what an `XPath` finds.
    pub fn expect_part(&self, xpath: &str) {
        self.find(xpath);
    }

    /// Marks the page that is loaded now.
    pub fn mark(&self) {
        self.command("POST", "execute/sync", &json!({ "script": "window.isMarked = true", "args": [] }));
    }

    /// Whether this is still the page that was marked.
    pub fn is_marked(&self) -> bool {
        let script = json!({ "script": "return window.isMarked === true", "args": [] });
        self.command("POST", "execute/sync", &script).as_bool().unwrap()
    }

    /// The text of what an `XPath` finds.
    pub fn text(&self, xpath: &str) -> String {
        let element = self.find(xpath);
        self.command("GET", &format!("element/{element}/text"), &Value::Null).as_str().unwrap().to_owned()
    }

    /// Clicks a button or a link by its words.
    pub fn press(&self, words: &str) {
        self.click(&format!("//*[self::button or self::a][normalize-space()={words:?}]"));
    }

    /// Clicks what an `XPath` finds.
    pub fn click(&self, xpath: &str) {
        let element = self.find(xpath);
        self.command("POST", &format!("element/{element}/click"), &json!({}));
    }

    /// Types into the field with this id; for a field that takes files, chooses one by its path.
    pub fn fill(&self, id: &str, text: &str) {
        let element = self.find(&format!("//*[@id={id:?}]"));
        self.command("POST", &format!("element/{element}/value"), &json!({ "text": text }));
    }

    /// Drops a file from another window onto the field with this id.
    pub fn drop_file(&self, id: &str, path: &Path) {
        let element = self.find(&format!("//*[@id={id:?}]"));
        // The rectangle counts from the top of the page, the mouse from that of the window.
        let rectangle = self.command("GET", &format!("element/{element}/rect"), &Value::Null);
        let metrics = self.devtools("Page.getLayoutMetrics", &json!({}));
        let scrolled = metrics["cssVisualViewport"]["pageY"].as_f64().unwrap();
        let middle =
            |at: &str, size: &str| rectangle[at].as_f64().unwrap() + rectangle[size].as_f64().unwrap() / 2.0;
        let (x, y) = (middle("x", "width"), middle("y", "height") - scrolled);
        let data = json!({ "items": [], "files": [path], "dragOperationsMask": 1 });
        for kind in ["dragEnter", "dragOver", "drop"] {
            self.devtools("Input.dispatchDragEvent", &json!({ "type": kind, "x": x, "y": y, "data": data }));
        }
    }

    /// The id of the element that has the focus, or its class if it has no id.
    pub fn focused(&self) -> String {
        let element = id(&self.command("GET", "element/active", &Value::Null));
        let attribute =
            |name| self.command("GET", &format!("element/{element}/attribute/{name}"), &Value::Null);
        let texts = [attribute("id"), attribute("class")];
        texts.iter().filter_map(Value::as_str).find(|text| !text.is_empty()).unwrap_or_default().to_owned()
    }

    /// Whether what an `XPath` finds can be seen.
    pub fn shows(&self, xpath: &str) -> bool {
        let element = self.find(xpath);
        self.command("GET", &format!("element/{element}/displayed"), &Value::Null).as_bool().unwrap()
    }

    /// Moves the focus on, as the Tab key does.
    pub fn tab(&self) {
        let keys =
            json!([{ "type": "keyDown", "value": "\u{e004}" }, { "type": "keyUp", "value": "\u{e004}" }]);
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": keys }] });
        self.command("POST", "actions", &actions);
    }

    /// Writes the whole page into a file, in the light and in the dark, if somebody wants to look at it.
    pub fn picture(&self, name: &str) {
        let Some(folder) = &self.pictures else { return };
        for (scheme, suffix) in [("light", ""), ("dark", "-dark")] {
            let feature = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
            self.devtools("Emulation.setEmulatedMedia", &json!({ "features": feature }));
            let whole = json!({ "format": "png", "captureBeyondViewport": true });
            let picture = self.devtools("Page.captureScreenshot", &whole);
            let png = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
            fs::write(folder.join(format!("{name}-{}{suffix}.png", self.screen.name)), png).unwrap();
        }
    }

    /// The page is not wider than the window, whose width is the one that was asked for.
    pub fn assert_fits(&self) {
        let metrics = self.devtools("Page.getLayoutMetrics", &json!({}));
        let window = metrics["cssLayoutViewport"]["clientWidth"].as_u64().unwrap();
        let page = metrics["cssContentSize"]["width"].as_u64().unwrap();
        // At a desk a scroll bar takes a little of it.
        assert!(window.abs_diff(self.screen.width.into()) <= 20, "{window} for {:?}", self.screen);
        assert!(page <= window, "{page} in {window}: {}", self.address());
    }

    /// What the browser complained about, save statuses such as 422, which it complains about too.
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.command("POST", "se/log", &json!({ "type": "browser" }));
        let entries = entries.as_array().unwrap().iter();
        entries.filter(|entry| entry["source"] != "network").map(ToString::to_string).collect()
    }

    fn find(&self, xpath: &str) -> String {
        id(&self.command("POST", "element", &json!({ "using": "xpath", "value": xpath })))
    }
}

fn id(element: &Value) -> String {
    // The name that the standard gives to it.
    element["element-6066-11e4-a52e-4f735466cecf"].as_str().unwrap().to_owned()
}
