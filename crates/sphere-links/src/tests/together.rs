//! Many callers at once.

use std::collections::HashSet;

use sphere_sandbox::{Gate, Reply, Turn};

use super::{MINUTE, Options, customer, in_both, is_validation};

#[test]
fn each_of_many_customers_gets_one_call() {
    in_both(15 * MINUTE, Options::default(), |world, links| {
        let (turn, gate) = Turn::held();
        world.sandbox.reply_every(turn);
        let (callers, customers) = (links.most_callers(), links.most_callers() / 10);
        let name = |caller| customer(&format!("{}", caller % customers));
        let got = links.ask_all((0..callers).map(name).collect(), &|| gate.open());
        let urls: Vec<_> = got.iter().map(|got| got.as_ref().unwrap().url()).collect();
        assert_eq!((urls.iter().collect::<HashSet<_>>().len(), world.calls()), (customers, customers));
        for (caller, url) in urls.iter().enumerate() {
            assert_eq!(*url, urls[caller % customers], "caller {caller} got another customer's link");
        }
    });
}

#[test]
fn many_callers_replace_an_old_link_once() {
    in_both(15 * MINUTE, Options::default(), |world, links| {
        let old = links.get(&customer("ada"));
        world.advance(15 * MINUTE);
        let (turn, gate) = Turn::held();
        world.sandbox.reply_every(turn);
        let got = links.ask_all(vec![customer("ada"); links.most_callers()], &|| gate.open());
        let first = got[0].as_ref().unwrap();
        assert!(got.iter().all(|got| got.as_ref().unwrap() == first));
        assert_ne!(*first, old);
        assert_eq!(world.calls(), 2);
    });
}

#[test]
fn failure_reaches_all_and_is_not_remembered() {
    in_both(15 * MINUTE, Options::default(), |world, links| {
        let gate = Gate::new();
        world.sandbox.reply_next(Turn::from(Reply::unprocessable()).behind(&gate));
        let got = links.ask_all(vec![customer("ada"); links.most_callers()], &|| gate.open());
        let first = got[0].as_ref().unwrap_err();
        assert!(is_validation(first), "{first}");
        assert!(got.iter().all(|got| got.as_ref().unwrap_err().to_string() == first.to_string()));
        assert_eq!(world.calls(), 1);
        links.get(&customer("ada"));
        assert_eq!(world.calls(), 2);
    });
}
