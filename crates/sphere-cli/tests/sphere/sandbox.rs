//! `sphere sandbox`: what it prints can be copied and works.

use sphere_bounded::program::{self, Running};
use sphere_sandbox::Sandbox;

use crate::run::{Ended, ended, run, sphere};

/// A sandbox that runs until the test is over, and what it said.
struct RunningSandbox {
    _running: Running,
    said: Vec<String>,
}

impl RunningSandbox {
    fn start(arguments: &[&str]) -> Self {
        let mut running = Running::start(sphere().arg("sandbox").args(arguments));
        let said = running.first_lines(|_, line| line.contains("Ctrl-C"));
        Self { _running: running, said }
    }

    /// The line that has `part`.
    fn line(&self, part: &str) -> &str {
        self.said.iter().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{:?}", self.said))
    }

    /// The words of the line that has `part`.
    fn words(&self, part: &str) -> Vec<&str> {
        self.line(part).split_whitespace().collect()
    }

    /// Asks the sandbox for a link.
    fn link(&self) -> Ended {
        let (url, key) = (self.words("base URL")[2], self.words("API key")[2]);
        let arguments = ["link", "customer_ada", "--json", "--base-url", url];
        ended(sphere().env("SPHEREPAY_API_KEY", key).args(arguments))
    }

    /// Runs the line that has `part` in a shell, after the one that exports variables.
    fn copy_and_paste(&self, part: &str) -> String {
        assert_eq!(self.words(part)[0], env!("CARGO_BIN_EXE_sphere"));
        let script = [self.line("export "), self.line(part)].join("\n");
        ended(program::command("/bin/sh").args(["-c", &script])).success()
    }
}

#[test]
fn what_it_says_to_try_works() {
    let running = RunningSandbox::start(&["--port", "0"]);
    assert!(running.copy_and_paste(" link ").contains('█'));
    let report = running.copy_and_paste(" check");
    assert!(report.lines().all(|line| line.contains(" ok ")), "{report}");
    let customer = running.copy_and_paste(" customer create ");
    assert!(customer.contains("kyc_profile_a: incomplete"), "{customer}");
}

#[test]
fn over_tls_too_with_the_authority_it_wrote() {
    let file = std::env::temp_dir().join(format!("sphere-cli-sandbox-{}.pem", std::process::id()));
    let running = RunningSandbox::start(&["--tls", "--authority-file", file.to_str().unwrap()]);
    let report = running.copy_and_paste(" check");
    std::fs::remove_file(&file).unwrap();
    assert!(report.contains("the certificate is trusted"), "{report}");
    assert!(report.lines().all(|line| line.contains(" ok ")), "{report}");
}

#[test]
fn links_last_as_long_as_was_chosen() {
    let running = RunningSandbox::start(&["--link-lifetime", "100000000000"]);
    let json = running.link().success();
    let year = json.split("expiresAt\":\"").nth(1).unwrap()[..4].parse::<u32>().unwrap();
    assert!(year > 5000, "{json}");
}

#[test]
fn platform_managed_sandbox_has_no_links() {
    let running = RunningSandbox::start(&["--platform-managed"]);
    let json = running.link().failure(5);
    assert!(json.contains("Platform-Managed"), "{json}");
}

#[test]
fn taken_port_is_one_line_and_status_1() {
    let taken = Sandbox::start().unwrap();
    let port = taken.base_url().rsplit(':').next().unwrap();
    let told = run(&taken, &["sandbox", "--port", port]).failure(1);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains(port), "{told}");
}
