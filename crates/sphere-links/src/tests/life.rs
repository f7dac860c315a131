//! How long a link is handed out again, and how many are remembered.

use std::time::Duration;

use super::{MINUTE, Options, customer, in_both};
use crate::blocking;

#[test]
fn link_is_reused_until_too_little_remains() {
    let options = Options { min_remaining: Some(2 * MINUTE), ..Options::default() };
    in_both(15 * MINUTE, options, |world, links| {
        let ada = customer("ada");
        let first = links.get(&ada);
        world.advance(13 * MINUTE);
        // Just enough is enough.
        assert_eq!(links.get(&ada), first);
        world.advance(Duration::from_millis(1));
        let second = links.get(&ada);
        assert_ne!(second, first);
        assert_eq!(links.get(&ada), second);
        assert_eq!(world.calls(), 2);
    });
}

#[test]
fn a_minute_must_be_left_unless_said_otherwise() {
    in_both(15 * MINUTE, Options::default(), |world, links| {
        let first = links.get(&customer("ada"));
        world.advance(14 * MINUTE);
        assert_eq!(links.get(&customer("ada")), first);
        world.advance(Duration::from_millis(1));
        assert_ne!(links.get(&customer("ada")), first);
    });
}

#[test]
fn expired_link_is_replaced_with_zero_minimum() {
    let options = Options { min_remaining: Some(Duration::ZERO), ..Options::default() };
    in_both(MINUTE, options, |world, links| {
        let first = links.get(&customer("ada"));
        world.advance(Duration::from_millis(59_999));
        assert_eq!(links.get(&customer("ada")), first);
        world.advance(Duration::from_millis(1));
        assert_ne!(links.get(&customer("ada")), first);
        assert_eq!(world.calls(), 2);
    });
}

#[test]
fn fresh_link_is_returned_however_short() {
    let options = Options { min_remaining: Some(10 * MINUTE), ..Options::default() };
    in_both(MINUTE, options, |world, links| {
        links.get(&customer("ada"));
        assert_eq!(world.calls(), 1);
        links.get(&customer("ada"));
        assert_eq!(world.calls(), 2);
    });
}

#[test]
fn least_recent_customer_is_forgotten_first() {
    let options = Options { max_customers: Some(3), ..Options::default() };
    in_both(15 * MINUTE, options, |world, links| {
        for id in ["ada", "grace", "hedy", "ada", "mary"] {
            links.get(&customer(id));
        }
        assert_eq!((links.remembered(), world.calls()), (3, 4));
        for id in ["ada", "hedy", "mary"] {
            links.get(&customer(id));
        }
        assert_eq!(world.calls(), 4);
        links.get(&customer("grace"));
        assert_eq!((links.remembered(), world.calls()), (3, 5));
    });
}

#[test]
fn at_least_one_customer_is_remembered() {
    let options = Options { max_customers: Some(0), ..Options::default() };
    in_both(15 * MINUTE, options, |world, links| {
        assert_eq!(links.get(&customer("ada")), links.get(&customer("ada")));
        assert_eq!((links.remembered(), world.calls()), (1, 1));
    });
}

#[test]
fn a_forgotten_link_is_not_handed_out_again() {
    in_both(15 * MINUTE, Options::default(), |world, links| {
        let first = links.get(&customer("ada"));
        let other = links.get(&customer("grace"));
        links.forget(&customer("ada"));
        links.forget(&customer("nobody"));
        assert_ne!(links.get(&customer("ada")), first);
        assert_eq!(links.get(&customer("grace")), other);
        assert_eq!(world.calls(), 3);
    });
}

#[test]
fn debug_shows_no_link_and_no_customer() {
    in_both(15 * MINUTE, Options::default(), |world, links| {
        links.get(&customer("ada"));
        let debug = links.debug();
        assert_eq!(debug, "Links { min_remaining: 60s, max_customers: 10000, .. }");
        let builder = blocking::Links::builder(sphere_ureq::client(world.config()).unwrap());
        assert_eq!(format!("{builder:?}"), "LinksBuilder { min_remaining: 60s, max_customers: 10000, .. }");
    });
}
