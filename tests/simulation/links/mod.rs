//! Links that are shared by callers and processes, any of which may leave at any moment.
//!
//! - A process never has two requests for one link in flight. With a store that works, all processes together have one,
//!   unless the others have waited five seconds for its end.
//! - Each caller gets a link of its own customer. It works for as long as was asked for, or is as new as the question.
//! - Each caller gets an outcome within the time of a call, and a link if nothing failed.
//! - Who leaves takes nothing along: no lock is held and no request in flight when all have gone; the others go on.
//! - A process that is killed, at any step, delays the others by five seconds at most.
//! - What was forgotten is not handed out to those who ask afterwards.
//! - When nothing fails any more, a link is made once and handed out again.

mod plan;
mod process;
mod scene;
mod service;
mod store;

use sphere_seeds::{Clockwork, History};
use tokio::time::sleep;

use plan::Plan;
use process::{MIN_REMAINING, Process, SLACK, TIMEOUT};
use scene::Scene;
use service::LONGEST_CALL;
use store::MAX_WAIT;

/// What must hold when all callers have gone, and that all works then.
async fn afterwards(scene: &Scene, processes: &[Process]) {
    let clockwork = scene.clockwork();
    clockwork.check(scene.locks() == 0, || format!("{} locks are held", scene.locks()));
    clockwork.check(scene.in_flight() == 0, || format!("{} requests are in flight", scene.in_flight()));
    scene.heal();
    sleep(TIMEOUT).await;
    let mut urls = Vec::new();
    for round in 0..2 {
        let before = scene.requests();
        for process in processes {
            match process.ask(0, None).await {
                Some(Ok(link)) => urls.push(link.into_url()),
                other => clockwork.check(false, || format!("all is well, and a caller got {other:?}")),
            }
        }
        let requests = scene.requests() - before;
        let is_kept = scene.plan().lifetime > MIN_REMAINING.as_secs() + 40;
        clockwork
            .check(round == 0 || requests == 0 || !is_kept, || format!("{requests} links are made again"));
        if scene.plan().store.is_some() && is_kept {
            clockwork.check(requests <= 1, || format!("{requests} links are made"));
            urls.dedup();
            clockwork.check(urls.len() == 1, || format!("processes have {urls:?}"));
        }
    }
}

fn play(seed: u64, history: &History) {
    Clockwork::run(seed, history, async |clockwork: &Clockwork| {
        let scene = Scene::new(clockwork, Plan::draw(clockwork));
        let processes: Vec<_> =
            (0..scene.plan().processes).map(|number| Process::new(&scene, number)).collect();
        let callers: Vec<_> = (0..scene.plan().callers)
            .map(|number| tokio::spawn(processes[number % processes.len()].clone().caller()))
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        afterwards(&scene, &processes).await;
    });
}

/// The first caller leaves after each number of polls, while others wait for the same link: alone, or because its
/// process is killed, so that nobody gives its lock back.
fn play_departures(seed: u64, history: &History, is_kill: bool) {
    let (mut polls, mut has_left) = (0, true);
    while has_left {
        polls += 1;
        Clockwork::run(seed, history, async |clockwork: &Clockwork| {
            let plan = Plan::without_faults(clockwork);
            let scene = Scene::new(clockwork, if is_kill { plan.of_many_processes(clockwork) } else { plan });
            let processes: Vec<_> =
                (0..scene.plan().processes).map(|number| Process::new(&scene, number)).collect();
            let others = if is_kill { &processes[1..] } else { &processes[..] };
            if is_kill {
                scene.kill(0);
            }
            let first = tokio::spawn({
                let process = processes[0].clone();
                async move { process.ask(0, Some(polls)).await.is_none() }
            });
            let others: Vec<_> = (0..scene.plan().callers)
                .map(|number| {
                    let process = others[number % others.len()].clone();
                    tokio::spawn(async move { process.ask(0, None).await })
                })
                .collect();
            has_left = first.await.unwrap();
            for other in others {
                clockwork.check(matches!(other.await.unwrap(), Some(Ok(_))), || "no link".to_owned());
            }
            let (requests, took) = (scene.requests(), clockwork.now());
            let most = match (processes.len(), scene.plan().store) {
                (processes, Some(_)) if is_kill => processes,
                (1, _) => 1,
                (_, Some(_)) => 2,
                (processes, None) => processes,
            };
            // After its first poll, none of the others has asked yet.
            let most = most + usize::from(polls == 1);
            clockwork.check(requests <= most, || format!("{requests} requests for one link"));
            let longest = MAX_WAIT + LONGEST_CALL + SLACK;
            clockwork.check(took <= longest, || format!("they waited until {took:?}"));
            if is_kill {
                // Until the lock ends.
                sleep(2 * TIMEOUT).await;
            }
            afterwards(&scene, &processes).await;
        });
    }
}

fn play_drops(seed: u64, history: &History) {
    play_departures(seed, history, false);
}

fn play_kills(seed: u64, history: &History) {
    play_departures(seed, history, true);
}

crate::tests!("links", play, 400);

mod drops {
    crate::tests!("links::drops", super::play_drops, 100);
}

mod kills {
    crate::tests!("links::kills", super::play_kills, 30);
}
