//! `--open`, with a browser of the test's own in the `PATH`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::thread;

use sphere_bounded::{LIMIT, program, within};
use sphere_sandbox::Sandbox;

use crate::run::{ended, sphere_with};

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sphere-cli-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_browser_gets_the_link_that_is_printed() {
    let folder = Folder::new("browser");
    let pipe = folder.0.join("opened");
    assert!(program::run(program::command("mkfifo").arg(&pipe)).status.success());
    let browser = folder.0.join("xdg-open");
    fs::write(&browser, format!("#!/bin/sh\necho \"$*\" > '{}'\n", pipe.display())).unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();

    // Whoever opens a named pipe waits for the other end.
    let opened = thread::spawn(move || fs::read_to_string(pipe).unwrap());

    let sandbox = Sandbox::start().unwrap();
    let out = ended(sphere_with(&sandbox).env("PATH", &folder.0).args(["link", "customer_ada", "--open"]))
        .success();
    assert_eq!(within(LIMIT, || opened.join().unwrap()), out);
    assert!(out.starts_with(sandbox.base_url()), "{out}");
}

#[test]
fn missing_browser_still_shows_the_link() {
    let folder = Folder::new("no-browser");
    let sandbox = Sandbox::start().unwrap();
    let ended = ended(sphere_with(&sandbox).env("PATH", &folder.0).args(["link", "customer_ada", "--open"]));
    assert_eq!(ended.code, Some(1));
    assert!(ended.out.starts_with(sandbox.base_url()), "{}", ended.out);
    assert_eq!(ended.err, "sphere: no browser could be opened; the link is above\n");
}
