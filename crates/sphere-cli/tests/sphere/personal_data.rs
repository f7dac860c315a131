//! Personal data that a command sends shows nowhere on standard error, even if the server quotes it.

use sphere_sandbox::{Reply, Sandbox};

use crate::document::File;
use crate::run::{Ended, ended_with_input, sphere_with};

const CANARIES: [&str; 9] = [
    "canary-email@example.com",
    "+14155557777",
    "Canary Street 7",
    "Canarytown",
    "987-65-4321",
    "canary-nationality",
    "canary-meta",
    "canary-file.png",
    "5550007777",
];

/// A refusal that quotes all of them, in each place where a server can write.
fn quoting() -> Reply {
    let all = CANARIES.join(" ");
    let fault = format!(r#"{{"detail":"{all}","pointer":"/{all}"}}"#);
    let body = format!(r#"{{"status":422,"detail":"{all}","code":"{all}","errors":[{fault},{fault}]}}"#);
    Reply::status(422).body("application/json", body)
}

#[track_caller]
fn assert_hides(ended: &Ended, canaries: &[&str]) {
    assert_eq!((ended.code, ended.out.as_str()), (Some(5), ""), "{}", ended.err);
    for canary in canaries {
        assert!(!ended.err.to_lowercase().contains(&canary.to_lowercase()), "{canary}: {}", ended.err);
    }
    assert!(ended.err.contains("[redacted]"), "{}", ended.err);
}

#[test]
fn failure_hides_what_its_request_held() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_every(quoting());
    let [email, phone, street, city, tax, nationality, meta, file, code] = CANARIES;
    let address = ["--line1", street, "--city", city, "--country", "USA"];
    let personal = format!("nationality={nationality}");
    let person = ["--personal", &personal, "--tax-type", "ssn", "--tax-country", "USA", "--tax-number-stdin"];
    let meta_argument = format!("x={meta}");
    let contact = ["--email", email, "--phone", phone];
    let image = File::new(file, b"\x89PNG");
    let upload = ["document", "upload", image.path(), "--target", "customer_1", "--type", "liveness_report"];
    for (arguments, input, canaries) in [
        (
            [&["customer", "create", "--meta", &meta_argument][..], &contact, &address, &person].concat(),
            tax,
            &CANARIES[..7],
        ),
        (
            [&["customer", "update", "customer_1", "--meta", &meta_argument][..], &address, &person].concat(),
            tax,
            &CANARIES[2..7],
        ),
        (
            [&["representative", "create", "customer_1"][..], &contact, &address, &person].concat(),
            tax,
            &CANARIES[..6],
        ),
        (
            [&["representative", "update", "associatedPerson_1"][..], &address, &person].concat(),
            tax,
            &CANARIES[2..6],
        ),
        (vec!["customer", "list", "--email", email, "--search", city], "", &[email, city][..]),
        (vec!["otp", "verify", "customer_1", "phone"], code, &[code][..]),
        (upload.to_vec(), "", &[file][..]),
    ] {
        for more in [&[][..], &["--json"]] {
            let mut command = sphere_with(&sandbox);
            let ended = ended_with_input(command.args(&arguments).args(more), input.as_bytes());
            assert_hides(&ended, canaries);
        }
    }
}
