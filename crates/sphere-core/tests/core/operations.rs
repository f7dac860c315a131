//! Every operation in both modes by the table of operations.

use crate::shared::cases;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value};
use sphere_core::endpoints::CreateLinkedCustomer;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_operations::promises::{self, assert_read};
use sphere_operations::{Carrier as _, Core, operations};

#[test]
fn async_calls_keep_every_promise() {
    promises::all(&Core::Async);
}

#[test]
fn blocking_calls_keep_every_promise() {
    promises::all(&Core::Blocking);
}

/// Not by the contract, which requires more, so not in the table.
#[test]
fn linked_customer_needs_only_its_type() {
    let transport = FakeTransport::always(Reply::not_found());
    let call = transport.blocking_client();
    call.create_linked_customer(CreateLinkedCustomer::individual()).send().unwrap_err();
    let body: Vec<u8> = transport.requests().only().http().body().reader().flatten().collect();
    assert_eq!(body, br#"{"type":"individual"}"#);
}

/// Any JSON value of little depth.
pub(super) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object(inner).prop_map(Value::Object),
        ]
    })
}

pub(super) fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    proptest::collection::btree_map(any::<String>(), value, 0..4).prop_map(|map| map.into_iter().collect())
}

proptest! {
    #![proptest_config(cases())]

    /// Unknown members, members of another type and new values of an enum lose nothing else.
    #[test]
    fn any_object_with_the_required_members_is_read(
        unknown in object(value()),
        known in proptest::collection::vec((any::<Index>(), value()), 0..10),
        first in any::<Index>(),
    ) {
        let rows = operations();
        for row in rows.iter().cycle().skip(first.index(rows.len())).take(4) {
            // An array has no members: each of its items is read or is unreadable.
            let Some(sample) = row.reply.as_object() else { continue };
            let mut body = sample.clone();
            let is_free = |name: &String| {
                !row.required.contains(&name.as_str()) && row.about != Some(name) && !["customer", "customerId", "url"].contains(&name.as_str())
            };
            let names: Vec<_> = sample.keys().filter(|name| is_free(name)).collect();
            for (index, value) in &known {
                if !names.is_empty() {
                    body.insert((*index.get(&names)).clone(), value.clone());
                }
            }
            body.extend(unknown.clone().into_iter().filter(|(name, _)| !sample.contains_key(name)));
            let body = Value::Object(body);
            let output = Core::Blocking.play(row, 200, &body.to_string()).outcome.result.unwrap();
            assert_read(row, &body, &output.read);
        }
    }
}
