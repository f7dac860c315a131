//! Parts of responses of any shape: each entry of a list and each member is read alone, and nothing else is lost.

use super::operations::{object, value};
use crate::shared::cases;
use crate::shared::journey::{client, get_customer, get_representative};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sphere_core::verification::CriterionName;

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
    fn any_object_is_a_part_of_a_person(part in object(value())) {
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
