//! `sphere customer`.

use serde_json::{Value, json};
use sphere_sandbox::{Reply, Sandbox};

use crate::run::{ended, ended_with_input, run, sphere_with};

/// What every individual is created with here.
pub(crate) const JANE: [&str; 12] = [
    "--email",
    "jane.smith@example.com",
    "--phone",
    "+14155550123",
    "--line1",
    "233 South Wacker Drive",
    "--city",
    "Chicago",
    "--state",
    "IL",
    "--country",
    "USA",
];

/// The id of a customer that the command creates.
pub(crate) fn created(sandbox: &Sandbox) -> String {
    let json = run(sandbox, &[&["customer", "create", "--json"][..], &JANE].concat()).success();
    let customer: Value = serde_json::from_str(&json).unwrap();
    customer["id"].as_str().unwrap().to_owned()
}

fn object(text: &str) -> Value {
    assert_eq!(text.matches('\n').count(), 1, "{text}");
    serde_json::from_str(text).unwrap()
}

#[test]
fn create_sends_what_was_given() {
    let sandbox = Sandbox::start().unwrap();
    let more = ["--postal-code", "60606", "--line2", "-5 Main", "--personal", "nationality=USA"];
    let meta = ["--meta", "plan=gold", "--meta", "seats=7", "--meta", "trial=false"];
    let tax = ["--tax-number-stdin", "--tax-type", "ssn", "--tax-country", "USA"];
    let arguments = [&["customer", "create", "--json"][..], &JANE, &more, &meta, &tax].concat();
    let out = ended_with_input(sphere_with(&sandbox).args(arguments), b"123456789\n").success();
    let customer = object(&out);
    let id = customer["id"].as_str().unwrap();
    assert_eq!(sandbox.customer(id).status(), "incomplete");
    let requests = sandbox.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(
        serde_json::from_slice::<Value>(&request.body).unwrap(),
        json!({
            "type": "individual",
            "email": "jane.smith@example.com",
            "phone": "+14155550123",
            "address": {
                "line1": "233 South Wacker Drive",
                "line2": "-5 Main",
                "city": "Chicago",
                "state": "IL",
                "postalCode": "60606",
                "country": "USA",
            },
            "personalInformation": {
                "nationality": "USA",
                "taxIdentificationNumber": "123456789",
                "taxIdentificationNumberType": "ssn",
                "taxIdentificationNumberCountry": "USA",
            },
            "meta": {"plan": "gold", "seats": 7, "trial": false},
        })
    );
}

#[test]
fn contacts_are_tidied_and_told() {
    let sandbox = Sandbox::start().unwrap();
    let contacts =
        ["--email", " jane@example.com\u{a0}", "--phone", "\u{202d}+44 (0)20\u{a0}7946\u{2011}0123"];
    for create in [&["customer", "create"][..], &["representative", "create", "customer_1"]] {
        let ended = run(&sandbox, &[create, &contacts, &JANE[4..]].concat());
        assert_eq!(
            (ended.code, ended.err.as_str()),
            (
                Some(0),
                "--email is sent without white space.\n\
                 --phone is sent without invisible characters, white space, punctuation, (0).\n"
            )
        );
        let sent: Value = serde_json::from_slice(&sandbox.requests().last().unwrap().body).unwrap();
        assert_eq!((&sent["email"], &sent["phone"]), (&"jane@example.com".into(), &"+442079460123".into()));
    }
}

#[test]
fn invisible_characters_are_refused_with_their_place() {
    let sandbox = Sandbox::start().unwrap();
    let create = ["customer", "create", "--email", "jane\u{200b}@example.com"];
    let told = run(&sandbox, &[&create[..], &JANE[2..]].concat()).failure(2);
    assert!(
        told.contains("email has U+200B at position 5, which is not allowed there (not sent)\n  Fix what"),
        "{told}"
    );
    assert!(sandbox.requests().is_empty());
}

#[test]
fn get_shows_members_profiles_and_local_time() {
    let sandbox = Sandbox::builder().clock_stopped_at(std::time::UNIX_EPOCH).start().unwrap();
    let id = created(&sandbox);
    let shown =
        ended(sphere_with(&sandbox).env("TZ", "<+0530>-5:30").args(["customer", "get", &id])).success();
    let line = |name: &str| {
        let line = shown.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{shown}"));
        line.strip_prefix(name).unwrap().trim().to_owned()
    };
    assert_eq!(line("id "), id);
    assert_eq!(line("email"), "jane.smith@example.com");
    assert_eq!(line("createdAt"), "1970-01-01 05:30:00 +05:30 (1970-01-01T00:00:00Z)");
    assert_eq!(line("kyc_profile_a:"), "incomplete");
    assert!(line("  still required").contains("terms_of_service"), "{shown}");
    let json = object(&run(&sandbox, &["customer", "get", &id, "--json"]).success());
    assert_eq!(json["id"], id.as_str());
    assert_eq!(json["verificationProfiles"][0]["name"], "kyc_profile_a");
}

#[test]
fn update_changes_what_is_named() {
    let sandbox = Sandbox::start().unwrap();
    let id = created(&sandbox);
    let update = ["customer", "update", &id, "--json", "--meta", "plan=\"7\""];
    assert_eq!(object(&run(&sandbox, &update).success())["meta"], json!({"plan": "7"}));
    let requests = sandbox.requests();
    let body: Value = serde_json::from_slice(&requests.last().unwrap().body).unwrap();
    assert_eq!(body, json!({"meta": {"plan": "7"}}));
    let told = run(&sandbox, &["customer", "update", &id]).failure(2);
    assert!(told.starts_with("sphere: there is nothing to change\n"), "{told}");
    assert_eq!(sandbox.requests().len(), requests.len());
}

#[test]
fn list_prints_all_pages_or_the_limit() {
    let sandbox = Sandbox::start().unwrap();
    let ids: Vec<String> = (0..12).map(|_| created(&sandbox)).collect();
    let listed = |arguments: &[&str]| {
        let out = run(&sandbox, &[&["customer", "list", "--json"][..], arguments].concat()).success();
        let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        out.lines().map(id).collect::<Vec<_>>()
    };
    let mut all = listed(&[]);
    let first = all.clone();
    all.sort();
    let mut expected = ids.clone();
    expected.sort();
    assert_eq!(all, expected);
    assert_eq!(listed(&["--limit", "11"]), first[..11]);
    assert_eq!(listed(&["--page", "2"]), first[10..]);
    assert_eq!(listed(&["--search", "jane", "--status", "incomplete", "--type", "individual"]).len(), 12);

    let table = run(&sandbox, &["customer", "list", "--limit", "2"]).success();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 3, "{table}");
    assert!(lines[0].starts_with("ID ") && lines[0].contains("PROFILES"), "{table}");
    assert!(lines[1].starts_with(&first[0]) && lines[1].contains("kyc_profile_a incomplete"), "{table}");
    assert_eq!(lines[0].find("E-MAIL"), lines[1].find("jane.smith@example.com"), "{table}");
}

#[test]
fn empty_lists_are_told() {
    let sandbox = Sandbox::start().unwrap();
    created(&sandbox);
    let none = "Nothing was found.\n";
    let unknown =
        |option: &str, words: &str| format!("{option} is none of the known words: {words}.\n{none}");
    for (arguments, told) in [
        (&["customer", "list", "--email", "nobody@example.com"][..], none.to_owned()),
        (&["customer", "list", "--page", "2"], none.to_owned()),
        (
            &["customer", "list", "--status", "active"],
            unknown("--status", "incomplete, pending, approved, rejected"),
        ),
        (&["customer", "list", "--type", "person"], unknown("--type", "individual, business")),
        (&["representative", "list"], none.to_owned()),
    ] {
        for more in [&[][..], &["--json"]] {
            let ended = run(&sandbox, &[arguments, more].concat());
            assert_eq!((ended.code, ended.err.as_str()), (Some(0), told.as_str()), "{arguments:?}");
        }
    }
    for arguments in [["customer", "list", "--limit", "0"], ["representative", "list", "--page", "0"]] {
        let told = run(&sandbox, &arguments).failure(2);
        assert!(told.contains(": 0 is not in 1.."), "{told}");
    }
}

#[test]
fn interrupted_list_says_how_to_continue() {
    let sandbox = Sandbox::start().unwrap();
    for _ in 0..11 {
        created(&sandbox);
    }
    sandbox.reply_next(sphere_sandbox::Turn::normal());
    sandbox.reply_next(Reply::forbidden());
    let ended = run(&sandbox, &["customer", "list"]);
    assert_eq!((ended.code, ended.out.lines().count()), (Some(3), 11), "{ended:?}");
    assert!(
        ended.err.starts_with("The list goes on with --page 2.\nsphere: list_customers: 403"),
        "{ended:?}"
    );
}

#[test]
fn entries_that_cannot_be_read_are_not_lost() {
    let sandbox = Sandbox::start().unwrap();
    let body = r#"{"customers":[{"id":"customer_1","verificationProfiles":[]},{"odd":1}],"pagination":{"hasNext":false}}"#;
    sandbox.reply_every(Reply::status(200).body("application/json", body));
    let ended = run(&sandbox, &["customer", "list"]);
    assert_eq!(ended.err, "Entries that cannot be read: 1. --json shows them.\n");
    assert!(ended.out.contains("customer_1"), "{ended:?}");
    let json = run(&sandbox, &["customer", "list", "--json"]).success();
    assert_eq!(json.lines().nth(1), Some(r#"{"odd":1}"#));
}

#[test]
fn unknown_creation_says_where_to_look() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.reply_every(Reply::server_error());
    let told = run(&sandbox, &[&["customer", "create"][..], &JANE].concat()).failure(7);
    assert!(told.contains("look with `sphere customer list --email` before you create again"), "{told}");
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn servers_terminal_escapes_are_shown_as_text() {
    let sandbox = Sandbox::start().unwrap();
    let body = r#"{"id":"customer_1","email":"a\u001b[2J\u202e","\u001bx":{"y\u001b":"\u001b"},
        "verificationProfiles":[{"name":"p\u001b","status":"s\u001b","criteria":{"required":["r\u001b"],
        "errors":[{"name":"n\u001b","detail":"d\u001b"}]}}]}"#;
    sandbox.reply_every(Reply::status(200).body("application/json", body));
    for arguments in [&["customer", "get", "customer_1"][..], &["customer", "get", "customer_1", "--json"]] {
        let out = run(&sandbox, arguments).success();
        assert!(out.chars().all(|c| c == '\n' || sphere_core::unstable::text::is_plain(c)), "{out:?}");
        assert!(out.contains("u{1b}") || out.contains("u001b"), "{out}");
    }
}
