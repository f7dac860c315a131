//! `sphere link` when all goes well.

use std::time::{Duration, UNIX_EPOCH};

use sphere_bounded::LIMIT;
use sphere_bounded::program::Running;
use sphere_sandbox::{Reply, Sandbox};

use crate::read_code::{Ground, read};
use crate::run::{Ended, ended, run, sphere_with};

const CUSTOMER: &str = "customer_1ab2c3d4";

#[test]
fn only_the_link_is_printed() {
    let sandbox = Sandbox::start().unwrap();
    let out = run(&sandbox, &["link", CUSTOMER]).success();
    let link = out.strip_suffix('\n').unwrap();
    let token = link.strip_prefix(&format!("{}/check/", sandbox.base_url())).unwrap();
    assert!(token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit()), "{token}");
}

#[test]
fn the_request_says_who_asks() {
    let sandbox = Sandbox::start().unwrap();
    run(&sandbox, &["link", CUSTOMER]).success();
    let requests = sandbox.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(request.path, format!("/v2/customer/{CUSTOMER}/face-verification-link"));
    let agent = request.headers["user-agent"].to_str().unwrap();
    assert!(agent.starts_with(concat!("sphere-cli/", env!("CARGO_PKG_VERSION"), " sphere-rust/")), "{agent}");
}

#[test]
fn the_code_reads_as_the_link_below_it() {
    let sandbox = Sandbox::start().unwrap();
    let out = run(&sandbox, &["link", CUSTOMER, "--qr"]).success();
    let (code, link) = out.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(read(code, Ground::Dark).as_deref(), Ok(link));
    assert!(link.starts_with(sandbox.base_url()), "{link}");
    assert!(!out.contains('\x1b'), "colours belong on a terminal only");
}

#[test]
fn too_long_link_is_shown_without_code() {
    let sandbox = Sandbox::start().unwrap();
    let link = format!("https://host/{}", "x".repeat(4000));
    let body = format!(r#"{{"url":"{link}","expiresAt":"2099-01-01T00:00:00Z"}}"#);
    sandbox.reply_every(Reply::status(201).body("application/json", body));
    let ended = run(&sandbox, &["link", CUSTOMER, "--qr"]);
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.out, format!("{link}\n"));
    assert_eq!(
        ended.err,
        "sphere: the link has 4013 bytes, and a QR code holds about 2953: the link is shown without a code\n"
    );
}

#[test]
fn json_is_the_contracts_shape_on_one_line() {
    let sandbox = Sandbox::builder().clock_stopped_at(UNIX_EPOCH).start().unwrap();
    let out = run(&sandbox, &["link", CUSTOMER, "--json"]).success();
    assert_eq!(out.matches('\n').count(), 1);
    let head = format!("{{\"url\":\"{}/check/", sandbox.base_url());
    assert!(out.starts_with(&head), "{out}");
    assert!(out.ends_with(",\"expiresAt\":\"1970-01-01T00:15:00.000Z\"}\n"), "{out}");
}

#[test]
fn a_test_authority_can_be_trusted() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let file = std::env::temp_dir().join(format!("sphere-cli-authority-{}.pem", std::process::id()));
    std::fs::write(&file, sandbox.authority_pem().unwrap()).unwrap();
    let ended = ended(sphere_with(&sandbox).args(["link", CUSTOMER, "--ca-file"]).arg(&file));
    std::fs::remove_file(&file).unwrap();
    assert!(ended.success().starts_with(sandbox.base_url()));
}

#[test]
fn watching_prints_one_link_after_the_other() {
    let sandbox = Sandbox::builder().link_lifetime(Duration::from_secs(1)).start().unwrap();
    let mut running = Running::start(sphere_with(&sandbox).args(["link", CUSTOMER, "--watch"]));
    let lines = running.first_lines(|count, _| count == 2);
    assert_ne!(lines[0], lines[1]);
    assert!(lines.iter().all(|line| line.starts_with(sandbox.base_url())), "{lines:?}");
    // The reader has gone. The next link cannot be written, which ends it without a complaint.
    assert_eq!(Ended::from(running.wait(LIMIT)).success(), "");
}

#[test]
fn watching_ends_with_the_first_failure() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_every(Reply::not_found());
    let complaint = run(&sandbox, &["link", CUSTOMER, "--watch", "--json"]).failure(4);
    assert!(complaint.contains("\"class\":\"not_found\""), "{complaint}");
}

#[test]
fn watching_does_not_hammer_for_expired_links() {
    let sandbox = Sandbox::builder().link_lifetime(Duration::ZERO).start().unwrap();
    let complaint = run(&sandbox, &["link", CUSTOMER, "--watch"]).failure(1);
    assert!(complaint.contains("is the clock right?"), "{complaint}");
    assert_eq!(sandbox.requests().len(), 1);
}
