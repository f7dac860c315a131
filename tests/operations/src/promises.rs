//! What holds for every operation, whatever carries it.

use serde_json::{Value, json};
use sphere_core::endpoint::Safety;
use sphere_core::{Error, ErrorKind};

use crate::hidden::{assert_hidden, told_in_full};
use crate::{Carrier, FILE_BYTES, PRIVATE, Row, Sends, TOKEN, operations, requests};

/// Members whose values are words of the contract or ids, which an error line shows.
const PUBLIC: [&str; 18] = [
    "type",
    "status",
    "target",
    "documentType",
    "side",
    "customerId",
    "targetId",
    "roles",
    "amount",
    "currency",
    "network",
    "networks",
    "accountType",
    "integratorBpsFeeRate",
    "integratorFeeBps",
    "bankAccountId",
    "sourceCurrency",
    "destinationCurrency",
];

/// Every promise.
pub fn all(carrier: &impl Carrier) {
    requests_are_those_of_the_table(carrier);
    responses_are_read_and_unknown_members_kept(carrier);
    wrong_types_lose_their_member_only(carrier);
    another_id_is_refused(carrier);
    only_harmless_requests_are_repeated(carrier);
    nothing_private_shows(carrier);
}

/// A form as the contract has it: names and contents of its parts.
pub fn form(request: &http::Request<Vec<u8>>) -> Vec<(String, String)> {
    let content_type = request.headers()["content-type"].to_str().unwrap();
    let boundary = format!("--{}", content_type.strip_prefix("multipart/form-data; boundary=").unwrap());
    let body = String::from_utf8(request.body().clone()).unwrap();
    let parts = body.split(&boundary).filter_map(|part| part.split_once("\r\n\r\n"));
    parts
        .map(|(head, content)| {
            let name = head.trim().strip_prefix("Content-Disposition: form-data; name=\"").unwrap();
            (name.trim_end_matches('"').to_owned(), content.strip_suffix("\r\n").unwrap().to_owned())
        })
        .collect()
}

fn requests_are_those_of_the_table(carrier: &impl Carrier) {
    for row in operations().into_iter().chain(requests()) {
        let played = carrier.play(&row, 404, "{}");
        assert!(played.outcome.result.unwrap_err().is_not_found(), "{}", row.contract);
        let [request] = &played.sent[..] else { panic!("{} requests: {}", played.sent.len(), row.contract) };
        let line = format!("{} {}", request.method(), request.uri().path_and_query().unwrap());
        assert_eq!(line, row.line());
        let headers = request.headers();
        assert_eq!(headers["accept"], "application/json", "{line}");
        assert!(headers["authorization"].to_str().unwrap().starts_with("Bearer sk_"), "{line}");
        match &row.sends {
            Sends::Nothing | Sends::Query(_) => {
                assert!(request.body().is_empty() && !headers.contains_key("content-type"), "{line}");
            }
            Sends::Json(body) => {
                assert_eq!(headers["content-type"], "application/json", "{line}");
                assert_eq!(&serde_json::from_slice::<Value>(request.body()).unwrap(), body, "{line}");
            }
            Sends::Form(parts) => {
                let sent = form(request);
                let sent: Vec<_> = sent.iter().map(|(name, content)| (&**name, &**content)).collect();
                assert_eq!(&sent, parts, "{line}");
            }
        }
    }
}

/// The object of a response, or the first one if it is an array.
fn object_of(body: &mut Value) -> &mut Value {
    if body.is_array() { &mut body[0] } else { body }
}

/// The members of a response that is an object. An array without pages is read as the array of a page is.
fn members(reply: &Value) -> impl Iterator<Item = (&String, &Value)> {
    reply.as_object().into_iter().flatten()
}

fn is_nested(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// What the accessors say of a response: each member if it has the type of the sample, and the whole response.
pub fn assert_read(row: &Row, body: &Value, read: &Value) {
    for (name, found) in read.as_object().unwrap() {
        let value = if name.is_empty() { body } else { &body[name] };
        let is_readable = match &row.reply[name] {
            Value::Number(_) => value.is_u64(),
            _ if name == "meta" => value.as_object().is_some_and(|meta| !meta.values().any(is_nested)),
            sample => name.is_empty() || std::mem::discriminant(sample) == std::mem::discriminant(value),
        };
        let expected = if is_readable { value } else { &Value::Null };
        assert_eq!(found, expected, "`{name}` of {}\n{body}", row.contract);
    }
}

fn responses_are_read_and_unknown_members_kept(carrier: &impl Carrier) {
    for row in operations() {
        let mut body = row.reply.clone();
        for unknown in [false, true] {
            if unknown {
                object_of(&mut body)["unknown"] = json!({"deep": [1, null]});
            }
            let read = carrier.play(&row, 201, &body.to_string()).outcome.result;
            assert_read(&row, &body, &read.unwrap_or_else(|error| panic!("{}: {error}", row.contract)).read);
        }
    }
}

/// The error of a response that cannot be read.
#[track_caller]
fn assert_unreadable(row: &Row, error: &Error, fault: &str) {
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::InvalidResponse, 1),
        "{}: {error}",
        row.contract
    );
    assert!(error.may_have_been_processed(), "{}: {error}", row.contract);
    assert!(error.to_string().contains(fault), "{fault}, but {}: {error}", row.contract);
}

fn wrong_types_lose_their_member_only(carrier: &impl Carrier) {
    let values = [Value::Null, json!(true), json!(-7), json!("a text"), json!([]), json!({})];
    for row in operations() {
        for (name, sample) in members(&row.reply) {
            let is_other = |value: &&Value| std::mem::discriminant(*value) != std::mem::discriminant(sample);
            for wrong in values.iter().filter(is_other).map(Some).chain([None]) {
                if wrong == Some(&Value::Null) && sample.is_array() && row.required.contains(&name.as_str()) {
                    // It is a list without entries, which `next_page` does not give.
                    continue;
                }
                let mut body = row.reply.clone();
                let fault = if let Some(value) = wrong {
                    body[name] = value.clone();
                    format!("`{name}` has the wrong type")
                } else {
                    body.as_object_mut().unwrap().remove(name);
                    format!("`{name}` is missing")
                };
                let result = carrier.play(&row, 201, &body.to_string()).outcome.result;
                let is_id = row.about == Some(name) && wrong.is_some_and(|value| !value.is_null());
                if is_id || row.required.contains(&name.as_str()) {
                    assert_unreadable(&row, &result.unwrap_err(), &fault);
                } else {
                    assert_read(&row, &body, &result.unwrap_or_else(|error| panic!("{body}: {error}")).read);
                }
            }
        }
    }
}

fn another_id_is_refused(carrier: &impl Carrier) {
    for row in operations() {
        let Some(member) = row.about else { continue };
        let mut body = row.reply.clone();
        body[member] = "canary_of_another".into();
        let error = carrier.play(&row, 200, &body.to_string()).outcome.result.unwrap_err();
        assert_unreadable(&row, &error, &format!("`{member}` is not the id that was asked for"));
        assert_hidden("canary_of_another", &told_in_full(&error));
    }
}

fn only_harmless_requests_are_repeated(carrier: &impl Carrier) {
    for row in operations() {
        let played = carrier.play(&row, 500, "{}");
        let error = played.outcome.result.unwrap_err();
        let attempts = if row.is_once { 1 } else { 2 };
        assert_eq!((error.attempts(), played.sent.len()), (attempts, attempts as usize), "{}", row.contract);
        assert!(error.may_have_been_processed(), "{}: {error}", row.contract);
        assert_eq!(row.operation.safety == Safety::Once, row.is_once, "{}", row.contract);
    }
}

/// The private texts that a request holds: those that an error must not show even if the server quotes them.
fn private_of_request(row: &Row) -> Vec<&'static str> {
    let sent = match &row.sends {
        Sends::Nothing => String::new(),
        Sends::Query(query) => query.replace("%2B", "+").replace("%40", "@").replace("%20", " "),
        Sends::Json(body) => body.to_string(),
        Sends::Form(parts) => format!("{parts:?}"),
    };
    PRIVATE.into_iter().filter(|text| *text != FILE_BYTES && sent.contains(text)).collect()
}

/// The words of the contract in a request.
fn public_of_request(row: &Row) -> Vec<String> {
    let member = |name: &str| match &row.sends {
        Sends::Json(body) => body[name].as_str(),
        Sends::Form(parts) => parts.iter().find(|(part, _)| *part == name).map(|(_, content)| *content),
        Sends::Nothing | Sends::Query(_) => None,
    };
    PUBLIC.into_iter().filter_map(member).map(str::to_owned).collect()
}

/// Fails if a sample of a request has a text that is neither private nor a word of the contract: its row would prove
/// nothing about it.
fn assert_private(name: &str, value: &Value) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| assert_private(name, value)),
        Value::Array(items) => items.iter().for_each(|item| assert_private(name, item)),
        Value::String(text) if text.len() > 3 && !PUBLIC.contains(&name) => {
            assert!(
                PRIVATE.contains(&text.as_str()),
                "`{name}`: {text:?} is not in the list of what is private"
            );
        }
        _ => {}
    }
}

fn nothing_private_shows(carrier: &impl Carrier) {
    for row in operations() {
        if let Sends::Json(body) = &row.sends {
            assert_private("", body);
        }
        // A response with everything in it, under names that the SDK does not know too.
        let mut body = row.reply.clone();
        object_of(&mut body)["unknown"] = json!({"all": PRIVATE});
        let outcome = carrier.play(&row, 200, &body.to_string()).outcome;
        assert_all_hidden(&PRIVATE, &((row.shown)() + &outcome.call + &outcome.result.unwrap().shown));

        // Responses that cannot be read: private texts of another type, or in place of a URL.
        for (name, sample) in members(&row.reply) {
            for wrong in [json!({"all": PRIVATE}), json!(format!("http://in.example/{TOKEN}"))] {
                let mut body = row.reply.clone();
                let is_link = sample.as_str().is_some_and(|text| text.contains(TOKEN));
                body[name] = if wrong.is_object() || is_link { wrong } else { continue };
                match carrier.play(&row, 200, &body.to_string()).outcome.result {
                    Ok(output) => assert_all_hidden(&PRIVATE, &output.shown),
                    Err(error) => assert_all_hidden(&PRIVATE, &told_in_full(&error)),
                }
            }
        }

        // A server that quotes what it was sent.
        let private = private_of_request(&row);
        let words = public_of_request(&row);
        let quoted = private.join(" / ");
        let quoted = format!("{quoted} {} {}", quoted.to_uppercase(), words.join(" "));
        let problem = json!({
            "status": 422, "title": quoted, "detail": quoted, "code": quoted,
            "errors": [{"detail": quoted, "pointer": quoted}],
        });
        let error = carrier.play(&row, 422, &problem.to_string()).outcome.result.unwrap_err();
        let told = told_in_full(&error);
        assert_all_hidden(&private, &told);
        assert_eq!(
            error.to_string().contains("[redacted]"),
            !private.is_empty(),
            "{}: {error}",
            row.contract
        );
        for word in words {
            assert!(error.to_string().contains(&word), "{word}, but {}: {error}", row.contract);
        }
    }
}

#[track_caller]
fn assert_all_hidden(private: &[&str], text: &str) {
    for private in private {
        assert_hidden(private, text);
    }
}
