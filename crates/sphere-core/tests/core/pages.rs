//! Lists in pages: what is asked for, in which order, and when it ends.

use crate::shared::{blocking_client, config};
use serde_json::{Value, json};
use sphere_core::pages::PagesEnd;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::{Customer, CustomerId, Error};

fn customer(id: u32) -> Value {
    json!({"id": format!("customer_{id}"), "verificationProfiles": []})
}

// By value, so that a caller writes `page([1], json!({}))`.
#[allow(clippy::needless_pass_by_value)]
fn page(ids: impl IntoIterator<Item = u32>, pagination: Value) -> Reply {
    let customers: Vec<_> = ids.into_iter().map(customer).collect();
    let body = json!({"customers": customers, "pagination": pagination});
    Reply::status(200).body("application/json", body.to_string())
}

/// The ids of all items, why the list ended, and how many requests were sent.
fn ids(script: &[Reply]) -> (Vec<String>, Option<PagesEnd>, usize) {
    let id = |customer: Result<Customer, Error>| match customer {
        Ok(customer) => customer.id().to_string(),
        Err(error) => error.status().unwrap().as_str().to_owned(),
    };
    let transport = FakeTransport::script(script.iter().cloned());
    let client = blocking_client(config(), &transport);
    let mut pages = client.list_customers();
    let ids = pages.by_ref().map(id).collect();
    let (end, sent) = (pages.end(), transport.requests().len());
    assert!(pages.next().is_none() && pages.next_page().is_none());
    (ids, end, sent)
}

fn names(numbers: &[u32]) -> Vec<String> {
    numbers.iter().map(|number| format!("customer_{number}")).collect()
}

#[test]
fn items_of_all_pages_come_in_order() {
    let next = json!({"hasNext": true});
    let script = [page([1, 2], next.clone()), page([3], next), page([4], json!({"hasNext": false}))];
    assert_eq!(ids(&script), (names(&[1, 2, 3, 4]), Some(PagesEnd::NoNext), 3));
}

#[test]
fn an_empty_page_ends_the_list() {
    for pagination in [json!({}), json!(7), json!({"hasNext": "yes"})] {
        let script = [page([1], pagination.clone()), page([], pagination)];
        assert_eq!(ids(&script), (names(&[1]), Some(PagesEnd::Empty), 2));
    }
}

#[test]
fn empty_pages_with_a_next_go_on() {
    let next = || json!({"hasNext": true, "total": 25});
    let empty = || page([], next());
    let mut script = vec![empty(), empty(), page([1], next())];
    script.extend(vec![empty(); 9]);
    script.extend([page([2], next()), page([], json!({"hasNext": false}))]);
    assert_eq!(ids(&script), (names(&[1, 2]), Some(PagesEnd::NoNext), 14));
    let by_total = [page([], json!({"totalPages": 2})), page([1], json!({"totalPages": 2}))];
    assert_eq!(ids(&by_total), (names(&[1]), Some(PagesEnd::NoNext), 2));

    for nothing in [json!([]), json!([null]), json!([{"status": 7}])] {
        let body = json!({"customers": nothing, "pagination": next()});
        let transport = FakeTransport::always(Reply::status(200).body("application/json", body.to_string()));
        let client = blocking_client(config(), &transport);
        let mut pages = client.list_customers();
        assert_eq!((pages.by_ref().count(), pages.end()), (0, Some(PagesEnd::EmptyPages)));
        transport.requests().assert_count(10);
    }
    let client = blocking_client(config(), &FakeTransport::always(empty()));
    let mut pages = client.list_customers().max_pages(4);
    assert_eq!((pages.by_ref().count(), pages.end()), (0, Some(PagesEnd::PageLimit)));
}

#[test]
fn total_pages_end_a_list() {
    let script = [page([1], json!({"totalPages": 2})), page([2], json!({"totalPages": 2, "page": 2}))];
    assert_eq!(ids(&script), (names(&[1, 2]), Some(PagesEnd::NoNext), 2));
    let contradiction = [page([1], json!({"hasNext": false, "totalPages": 5}))];
    assert_eq!(ids(&contradiction), (names(&[1]), Some(PagesEnd::Contradiction), 1));
    // The server's explicit word wins.
    let more = [page([1], json!({"hasNext": true, "totalPages": 1})), page([2], json!({"hasNext": false}))];
    assert_eq!(ids(&more), (names(&[1, 2]), Some(PagesEnd::NoNext), 2));
}

#[test]
fn representatives_of_another_business_are_an_error() {
    let list = |ids: &[Value]| {
        let items: Vec<_> =
            ids.iter().map(|id| json!({"id": "associatedPerson_1", "customerId": id})).collect();
        let body = json!({"data": items, "pagination": {"hasNext": false}});
        FakeTransport::always(Reply::status(200).body("application/json", body.to_string()))
    };
    let business = CustomerId::new("customer_1").unwrap();
    for (ids, is_good) in [
        (vec![json!("customer_1"), Value::Null], true),
        (vec![json!("customer_1"), json!("customer_2")], false),
        (vec![json!(7)], false),
    ] {
        let client = blocking_client(config(), &list(&ids));
        let page = client.list_representatives().of_customer(&business).next_page().unwrap();
        assert_eq!(page.is_ok(), is_good, "{ids:?}");
        assert!(client.list_representatives().next_page().unwrap().is_ok());
    }
}

#[test]
fn a_server_that_repeats_itself_ends_the_list() {
    let next = || json!({"hasNext": true});
    let script = [page([1], next()), page([2], next()), page([1], next())];
    assert_eq!(ids(&script), (names(&[1, 2]), Some(PagesEnd::Repeated), 3));
}

#[test]
fn a_list_can_go_on_after_an_error() {
    let script = [page([1], json!({"hasNext": true})), Reply::not_found()];
    let (all, end, _) = ids(&script);
    assert_eq!((all, end), (vec!["customer_1".to_owned(), "404".to_owned()], Some(PagesEnd::Failed)));

    let transport =
        FakeTransport::script([script[0].clone(), Reply::not_found(), page([2], json!({"hasNext": false}))]);
    let client = blocking_client(config(), &transport);
    let mut pages = client.list_customers();
    assert!(pages.next_page().unwrap().is_ok() && pages.next_page().unwrap().is_err());
    assert_eq!(pages.page(), 2);
    let rest: Vec<_> = client
        .list_customers()
        .from_page(pages.page())
        .map(|customer| customer.unwrap().id().to_string())
        .collect();
    assert_eq!(rest, names(&[2]));
    transport.requests().assert_sent([
        "GET /v2/customer?page=1&limit=10",
        "GET /v2/customer?page=2&limit=10",
        "GET /v2/customer?page=2&limit=10",
    ]);
}

#[test]
fn nothing_is_sent_before_it_is_asked_for() {
    let transport = FakeTransport::always(page([1, 2], json!({"hasNext": true})));
    let client = blocking_client(config(), &transport);
    let mut pages = client.list_customers().limit(2);
    transport.requests().assert_count(0);
    pages.next().unwrap().unwrap();
    pages.next().unwrap().unwrap();
    transport.requests().assert_sent(["GET /v2/customer?page=1&limit=2"]);
}

#[test]
fn unreadable_items_are_left_out_and_counted() {
    let body =
        json!({"customers": [customer(1), {"canary": 7}, 7], "pagination": {"hasNext": false, "total": 3}});
    let transport = FakeTransport::always(Reply::status(200).body("application/json", body.to_string()));
    let client = blocking_client(config(), &transport);
    let mut pages = client.list_customers();
    assert_eq!(pages.by_ref().count(), 1);
    assert_eq!(pages.unreadable(), 2);

    let page = client.list_customers().next_page().unwrap().unwrap();
    assert_eq!(page.total(), Some(3));
    let faults: Vec<_> = page.unreadable().iter().map(|item| item.fault().to_string()).collect();
    assert_eq!(faults, ["`id` is missing", "`customers` has an entry that is not an object"]);
    assert_eq!(page.unreadable()[0].json(), r#"{"canary":7}"#);
    assert!(!format!("{page:?}").contains("canary"));
}

#[test]
fn a_list_ends_after_its_page_limit() {
    let transport = FakeTransport::from_fn(|request| {
        let query = request.http().uri().query().unwrap();
        let number = query.strip_prefix("page=").unwrap().split('&').next().unwrap();
        page([number.parse().unwrap()], json!({}))
    });
    let client = blocking_client(config(), &transport);
    let mut pages = client.list_customers().max_pages(3);
    assert_eq!(pages.by_ref().count(), 3);
    assert_eq!((pages.end(), pages.page()), (Some(PagesEnd::PageLimit), 4));
}

#[test]
fn debug_of_a_list_hides_its_filters() {
    let transport = FakeTransport::script([]);
    let client = blocking_client(config(), &transport);
    assert!(!format!("{:?}", client.list_customers().email("canary@example.com")).contains("canary"));
}
