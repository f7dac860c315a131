//! A response as a browser sees it, and what every one must have.

use axum::http::StatusCode;
use axum::response::Response;
use http_body_util::BodyExt as _;
use sphere_bounded::LIMIT;
use tokio::time::timeout;

pub struct Page {
    pub status: StatusCode,
    pub text: String,
    headers: Vec<(String, String)>,
}

impl Page {
    pub async fn read(response: Response) -> Self {
        let status = response.status();
        let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let body = timeout(LIMIT, response.into_body().collect()).await.expect("a body in time");
        let text = String::from_utf8(body.unwrap().to_bytes().to_vec()).unwrap();
        let page = Self { status, text, headers };
        page.assert_protected();
        page
    }

    fn assert_protected(&self) {
        let policy = self.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'; "), "{policy}");
        assert_eq!(self.header("referrer-policy"), "same-origin");
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        if self.header_or_nothing("content-type").is_some_and(|kind| !kind.starts_with("text/html")) {
            return;
        }
        assert_eq!(self.header("cache-control"), "no-store");
        if self.status != 303 {
            self.assert_html();
        }
    }

    /// What a screen reader, a phone and the content security policy need.
    fn assert_html(&self) {
        for part in ["<!DOCTYPE html>", "<html lang=\"en\">", "width=device-width", "<main", "<title>"] {
            self.assert_has(part);
        }
        let tags = self.tags();
        let count = |name: &str| tags.iter().filter(|tag| tag.split(' ').next() == Some(name)).count();
        assert_eq!((count("h1"), count("main"), count("script")), (1, 1, 1), "{}", self.text);
        for tag in &tags {
            assert!(!tag.contains(" on") && !tag.contains(" style="), "{tag}");
            assert!(!tag.starts_with("script") || *tag == "script src=\"/assets/journey.js\" defer", "{tag}");
            let is_field = ["input ", "select "].iter().any(|field| tag.starts_with(field));
            if is_field && !["radio", "hidden"].iter().any(|kind| tag.contains(&format!("type=\"{kind}\""))) {
                let id = attribute(tag, "id").unwrap_or_else(|| panic!("{tag} has no id"));
                self.assert_has(&format!("<label for=\"{id}\""));
            }
            if let Some(target) = attribute(tag, "href").and_then(|target| target.strip_prefix('#')) {
                self.assert_has(&format!("id=\"{target}\""));
            }
        }
    }

    /// What stands between `<` and `>`.
    fn tags(&self) -> Vec<&str> {
        self.text.split('<').skip(1).filter_map(|part| Some(part.split_once('>')?.0)).collect()
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.header_or_nothing(name).unwrap_or_else(|| panic!("no {name}"))
    }

    #[track_caller]
    fn header_or_nothing(&self, name: &str) -> Option<&str> {
        let mut of_name = self.headers.iter().filter(|(other, _)| other == name);
        let first = of_name.next();
        assert!(of_name.next().is_none(), "{name} twice");
        first.map(|(_, value)| value.as_str())
    }

    pub fn has_header(&self, name: &str) -> bool {
        self.header_or_nothing(name).is_some()
    }

    pub fn cookie(&self) -> Option<&str> {
        self.header_or_nothing("set-cookie")
    }

    /// Where the browser is sent.
    #[track_caller]
    pub fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text);
        self.header("location")
    }

    #[track_caller]
    pub fn assert_leads_to(&self, path: &str) {
        assert_eq!(self.location(), path);
    }

    #[track_caller]
    pub fn assert_says(&self, status: u16, title: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        self.assert_has(&format!("<h1>{title}</h1>"));
    }

    #[track_caller]
    pub fn assert_has(&self, part: &str) {
        assert!(self.text.contains(part), "{part} not in {}", self.text);
    }

    #[track_caller]
    pub fn assert_lacks(&self, part: &str) {
        assert!(!self.text.contains(part), "{part} in {}", self.text);
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    Some(tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0)
}
