//! Responses of any shape: an object with the certain members decodes. Unknown members, members of another type and new
//! values of an enum lose nothing else.

use crate::shared::cases;
use crate::shared::journey::{client, get_customer, get_representative, upload};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sphere_core::endpoints::*;
use sphere_core::verification::CriterionName;
use sphere_core::{CustomerId, LinkedCustomerId, RepresentativeId, TimeText};

fn ids() -> (CustomerId, LinkedCustomerId, RepresentativeId) {
    (
        CustomerId::new("customer_1").unwrap(),
        LinkedCustomerId::new("customer_2").unwrap(),
        RepresentativeId::new("associatedPerson_1").unwrap(),
    )
}

/// Any JSON value of little depth.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

const MEMBERS: [&str; 14] = [
    "type",
    "email",
    "phone",
    "firstName",
    "tosStatus",
    "personalInformation",
    "meta",
    "createdAt",
    "address",
    "representationDetails",
    "fileSize",
    "target",
    "customerId",
    "new member",
];

fn object() -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![prop::sample::select(MEMBERS.to_vec()).prop_map(str::to_owned), any::<String>()];
    proptest::collection::btree_map(name, value(), 0..10).prop_map(|map| map.into_iter().collect())
}

/// Whether every member is there, with its value, and no name of a value shows.
fn assert_nothing_is_lost<'a>(body: &Map<String, Value>, member: impl Fn(&str) -> Option<&'a str>) {
    for (name, value) in body {
        let kept: Value = serde_json::from_str(member(name).unwrap()).unwrap();
        assert_eq!(&kept, value, "{name}");
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_object_with_the_certain_members_is_a_customer(mut body in object(), profiles in proptest::collection::vec(value(), 0..3)) {
        body.insert("id".to_owned(), "customer_1".into());
        body.insert("verificationProfiles".to_owned(), profiles.into());
        let customer = get_customer(&Value::Object(body.clone())).unwrap();
        assert_nothing_is_lost(&body, |name| customer.member(name));
        prop_assert_eq!(customer.email(), body.get("email").and_then(Value::as_str));
        let kind = customer.customer_type();
        prop_assert_eq!(kind.as_ref().map(CustomerType::as_str), body.get("type").and_then(Value::as_str));
        prop_assert_eq!(customer.personal_information().is_some(), body.get("personalInformation").is_some_and(Value::is_object));
        prop_assert_eq!(serde_json::to_value(&customer).unwrap(), Value::Object(body));
    }

    #[test]
    fn any_object_with_an_id_is_a_representative(mut body in object()) {
        body.insert("id".to_owned(), "associatedPerson_1".into());
        let representative = get_representative(&Value::Object(body.clone())).unwrap();
        assert_nothing_is_lost(&body, |name| representative.member(name));
        prop_assert_eq!(representative.phone(), body.get("phone").and_then(Value::as_str));
        prop_assert_eq!(representative.address().is_some(), body.get("address").is_some_and(Value::is_object));
    }

    #[test]
    fn any_object_is_a_document(mut body in object()) {
        body.remove("targetId");
        let document = upload(&Value::Object(body.clone())).unwrap();
        assert_nothing_is_lost(&body, |name| document.member(name));
        prop_assert_eq!(document.file_size(), body.get("fileSize").and_then(Value::as_u64));
    }

    #[test]
    fn a_page_reads_what_it_can(items in proptest::collection::vec(value(), 0..6), pagination in value()) {
        let body = json!({"customers": items, "pagination": pagination});
        let client = client(&body);
        match client.list_customers().next_page() {
            None => prop_assert!(items.is_empty()),
            Some(page) => {
                let page = page.unwrap();
                prop_assert_eq!(page.items().len() + page.unreadable().len(), items.len());
            }
        }
    }

    /// What is not a name stays in its list as unreadable; so does what is not a list.
    #[test]
    fn a_profile_keeps_every_entry(lists in proptest::collection::vec(value(), 4), status in any::<String>()) {
        let criteria = json!({"complete": lists[0], "pending": lists[1], "required": lists[2], "errors": lists[3]});
        let profile = json!({"name": "p", "status": status, "criteria": criteria});
        let customer = get_customer(&json!({"id": "customer_1", "verificationProfiles": [profile]})).unwrap();
        let profile = &customer.verification_profiles()[0];
        prop_assert_eq!(profile.status().as_str(), status);
        let read = |value: &Value| value.as_str().map_or(CriterionName::Unreadable, CriterionName::from);
        let names = |list: &Value, read: &dyn Fn(&Value) -> CriterionName| -> Vec<CriterionName> {
            match list {
                Value::Array(entries) => entries.iter().map(read).collect(),
                Value::Null => Vec::new(),
                _ => vec![CriterionName::Unreadable],
            }
        };
        let criteria = profile.criteria();
        prop_assert_eq!(&criteria.complete, &names(&lists[0], &read));
        prop_assert_eq!(&criteria.pending, &names(&lists[1], &read));
        prop_assert_eq!(&criteria.required, &names(&lists[2], &read));
        let errors: Vec<_> = criteria.errors.iter().map(|error| error.name().clone()).collect();
        prop_assert_eq!(errors, names(&lists[3], &|entry| read(entry.get("name").unwrap_or(entry))));
        prop_assert_eq!(criteria.is_partial, lists.iter().any(Value::is_null));
    }

    /// An expiry that is not text is not known, and does not lose the link.
    #[test]
    fn any_object_with_the_certain_members_is_a_link(body in object(), expiry in value(), path in "[a-z0-9/]{0,20}") {
        let (customer, linked, representative) = ids();
        let url = format!("https://in.sumsub.com/{path}");
        let time = expiry.as_str().map(str::to_owned);
        let mut whole = body.clone();
        for (name, value) in [("url", url.as_str().into()), ("expiresAt", expiry), ("customerId", linked.as_str().into())] {
            whole.insert(name.to_owned(), value);
        }
        let client = client(&Value::Object(whole));
        for face in [
            client.generate_face_verification_link(&customer).send().unwrap(),
            client.generate_representative_face_verification_link(&representative).send().unwrap(),
        ] {
            prop_assert_eq!((face.url(), face.expires_at_text()), (url.as_str(), time.as_deref()));
        }
        let kyc = client.regenerate_kyc_link(&linked).send().unwrap();
        prop_assert_eq!((kyc.customer(), kyc.url()), (&linked, url.as_str()));
        prop_assert_eq!(kyc.expires_at().map(TimeText::as_str), time.as_deref());
        let created = client.create_linked_customer(CreateLinkedCustomer::individual()).send().unwrap();
        prop_assert_eq!(created.link().unwrap(), &kyc);
    }

    #[test]
    fn any_object_with_a_link_is_a_terms_of_service_link(
        mut body in object(), expiry in proptest::option::of(value()), path in "[a-z0-9/]{0,20}",
    ) {
        let url = format!("https://spherepay.co/{path}");
        body.insert("link".to_owned(), url.as_str().into());
        body.remove("expiresAt");
        if let Some(expiry) = &expiry {
            body.insert("expiresAt".to_owned(), expiry.clone());
        }
        let terms = client(&Value::Object(body)).generate_terms_of_service_link(&ids().0).send().unwrap();
        prop_assert_eq!(terms.url(), url);
        let time = expiry.as_ref().and_then(Value::as_str);
        prop_assert_eq!(terms.expires_at().map(TimeText::as_str), time);
    }

    #[test]
    fn any_object_with_the_certain_members_is_about_a_password(mut body in object(), time in value()) {
        let (customer, ..) = ids();
        for (name, value) in
            [("customerId", customer.as_str().into()), ("expiresAt", time.clone()), ("verifiedAt", time.clone())]
        {
            body.insert(name.to_owned(), value);
        }
        let (client, channel) = (client(&Value::Object(body)), OneTimePasswordChannel::Email);
        let sent = client.send_one_time_password(&customer, channel).send().unwrap();
        prop_assert_eq!((sent.customer(), sent.expires_at().map(TimeText::as_str)), (&customer, time.as_str()));
        let verified = client.verify_one_time_password(&customer, channel, "1").send();
        let verified = verified.map(|verified| (verified.customer().clone(), verified.verified_at().as_str().to_owned()));
        prop_assert_eq!(verified.ok(), time.as_str().map(|time| (customer, time.to_owned())));
    }

    #[test]
    fn any_object_with_ok_says_whether_it_was_removed(mut body in object(), ok in any::<bool>()) {
        body.insert("ok".to_owned(), ok.into());
        body.remove("id");
        let deleted = client(&Value::Object(body)).delete_representative(&ids().2).send();
        prop_assert_eq!(deleted.unwrap(), ok);
    }

    /// Members of a page's position that do not fit cost neither the items nor each other.
    #[test]
    fn any_pagination_keeps_the_members_that_fit(
        total in value(),
        pages in prop_oneof![(0_u64..3).prop_map(Value::from), value()],
        next in prop_oneof![any::<bool>().prop_map(Value::from), value()],
    ) {
        let pagination = json!({"total": total, "totalPages": pages, "hasNext": next});
        let item = json!({"id": "customer_1", "verificationProfiles": []});
        let body = json!({"customers": [item], "pagination": pagination});
        let client = client(&body);
        let mut list = client.list_customers();
        prop_assert_eq!(list.next_page().unwrap().unwrap().total(), total.as_u64());
        let by_total = pages.as_u64().map(|pages| pages > 1);
        prop_assert_eq!(list.end().is_some(), next.as_bool().or(by_total) == Some(false));
    }

    /// The parts of a person that have members of their own.
    #[test]
    fn any_object_is_a_part_of_a_person(part in object()) {
        let body = json!({
            "id": "customer_1", "verificationProfiles": [], "personalInformation": part, "meta": part,
            "address": part, "representationDetails": part,
        });
        let customer = get_customer(&body).unwrap();
        let person = customer.personal_information().unwrap();
        assert_nothing_is_lost(&part, |name| person.member(name));
        let mut body = body;
        body["id"] = "associatedPerson_1".into();
        let representative = get_representative(&body).unwrap();
        let address = representative.address().unwrap();
        assert_nothing_is_lost(&part, |name| address.member(name));
        let details = representative.representation_details().unwrap();
        assert_nothing_is_lost(&part, |name| details.member(name));
    }
}
