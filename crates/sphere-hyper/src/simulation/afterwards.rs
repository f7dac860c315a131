//! When nothing goes wrong any more: all works, connections are reused, and none is left.

use std::time::Duration;

use sphere_core::Client;
use tokio::time::sleep;

use super::callers::{Call, looked_up};
use super::world::World;

/// Checks that everything works again.
pub(super) async fn all_works(world: &World, client: &Client) {
    sleep(Duration::from_millis(1)).await;
    let (most, limit) = (world.plan().callers + 1, world.plan().limits.max_idle);
    world.check(world.open() <= most.min(limit), || {
        format!("{} connections are kept, of at most {limit} and {most} callers", world.open())
    });
    world.heal();
    one_after_the_other(world, client, 1000).await;
    bursts(world, client, 2000).await;
    in_line(world, client, 3000).await;
    at_once(world, client, 4000).await;
    nothing_is_left(world).await;
}

/// Checks that all calls are reported and all connections closed in time.
pub(super) async fn nothing_is_left(world: &World) {
    // Whatever was idle is closed in time, and what was not is idle by now.
    sleep(world.plan().limits.idle_timeout + Duration::from_millis(2)).await;
    world.check(world.traffic().unreported() == 0, || {
        format!("{} calls have no report", world.traffic().unreported())
    });
    world.check(world.open() == 0, || format!("{} connections are left", world.open()));
}

async fn one_after_the_other(world: &World, client: &Client, first: u64) {
    if world.chance(50) {
        let warm_up = looked_up(world, client.warm_up()).await;
        world.check(warm_up.is_ok(), || format!("warming up failed: {warm_up:?}"));
    } else {
        succeeds(world, client, Call::simple(world, first)).await;
    }
    let before = world.opened();
    for number in 1..=3 {
        succeeds(world, client, Call::simple(world, first + number)).await;
        sleep(Duration::from_millis(100)).await;
    }
    let opened = world.opened() - before;
    world.check(opened == 0 || !world.plan().keeps(), || format!("{opened} of 3 calls opened a connection"));
}

/// As many calls at once as there were callers, three times. Later bursts need no connection that the first has not
/// left.
async fn bursts(world: &World, client: &Client, first: u64) {
    let (size, limits) = (world.plan().callers, world.plan().limits);
    for number in 0..3 {
        let before = world.opened();
        // In the first, no call ends before all have begun.
        world.slow_down(number == 0);
        burst(world, client, first + 100 * number, size).await;
        let (opened, open) = (world.opened() - before, world.open());
        world.check(open <= (size + 1).min(limits.max_idle), || format!("{open} connections are kept"));
        let all_are_kept =
            limits.idle_timeout >= Duration::from_secs(5) && size.min(limits.max_open) <= limits.max_idle;
        world.check(number == 0 || opened == 0 || !all_are_kept, || {
            format!("burst {number} of {size} opened {opened} connections")
        });
    }
}

/// With one connection, calls are made in the order in which they came. One that waits in vain was not sent.
async fn in_line(world: &World, client: &Client, first: u64) {
    if world.plan().limits.max_open != 1 {
        return;
    }
    world.traffic().take();
    burst(world, client, first, 4).await;
    let (_, arrived) = world.traffic().take();
    world.check(arrived.is_sorted(), || format!("calls overtook each other: {arrived:?}"));

    world.slow_down(true);
    let slow = tokio::spawn({
        let (world, client) = (world.clone(), client.clone());
        async move { succeeds(&world, &client, Call::simple(&world, first + 10)).await }
    });
    sleep(Duration::from_millis(1)).await;
    let short = Call { timeout: Duration::from_millis(500), ..Call::simple(world, first + 11) };
    let outcome = short.make(world, client, None).await;
    let is_not_sent = matches!(&outcome, Some(Err(error)) if !error.may_have_been_processed());
    world.check(is_not_sent, || format!("a call that waits in vain ended with {outcome:?}"));
    slow.await.unwrap();
    world.slow_down(false);
}

/// As many calls at once as are allowed are processed at once.
pub(super) async fn at_once(world: &World, client: &Client, first: u64) {
    let size = world.plan().limits.max_open.min(4);
    world.traffic().take();
    world.slow_down(true);
    burst(world, client, first, size).await;
    world.slow_down(false);
    let (most, _) = world.traffic().take();
    world.check(most == size, || format!("of {size} calls {most} were processed at once"));
}

async fn burst(world: &World, client: &Client, first: u64, size: usize) {
    let calls: Vec<_> = (0..size)
        .map(|number| {
            let (world, client) = (world.clone(), client.clone());
            let call = Call::simple(&world, first + number as u64);
            tokio::spawn(async move { succeeds(&world, &client, call).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    sleep(Duration::from_millis(1)).await;
}

async fn succeeds(world: &World, client: &Client, call: Call) {
    let outcome = call.make(world, client, None).await;
    world.check(matches!(outcome, Some(Ok(_))), || format!("call {} failed, and all was well", call.id));
}
