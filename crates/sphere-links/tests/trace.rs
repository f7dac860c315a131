//! What a store that fails says to a tracer, with the feature `tracing`: what failed, and no link, key or id.

mod processes;

use std::io::Write;
use std::sync::{Arc, Mutex};

use processes::{BOTH, Kind, Memory, Process, customer, numbered};
use sphere_links::WhenStoreFails::{self, Ask, Fail};
use tracing_subscriber::fmt::MakeWriter;

/// Keeps what is written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The events of this crate while a customer's link is asked for twice, the store being spoiled by `spoil` before the
/// second time.
fn events(kind: Kind, when_store_fails: WhenStoreFails, spoil: impl FnOnce(&Memory)) -> Vec<String> {
    // For the whole process too, so that `tracing` does not remember that nobody wants an event.
    let _ = tracing::subscriber::set_global_default(
        tracing_subscriber::fmt().with_writer(std::io::sink).finish(),
    );
    let lines = Lines::default();
    let subscriber =
        tracing_subscriber::fmt().without_time().with_ansi(false).with_writer(lines.clone()).finish();
    tracing::subscriber::with_default(subscriber, || {
        let store = Memory::default();
        let process = Process::new(kind, &store, when_store_fails, numbered("canary"));
        process.face(&customer("canary")).unwrap();
        spoil(&store);
        let _ = process.face(&customer("canary"));
    });
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("canary"), "{text}");
    text.lines().filter(|line| line.contains("sphere_links")).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn store_that_fails_is_told() {
    for kind in BOTH {
        for when_store_fails in [Ask, Fail] {
            assert_eq!(
                events(kind, when_store_fails, Memory::fail_always),
                [r#"WARN sphere_links: store failed store.operation="load" store.error=as the test ordered"#]
            );
        }
        let save_fails = |store: &Memory| {
            store.spoil_entries("");
            store.fail("save", 1);
        };
        assert_eq!(
            events(kind, Ask, save_fails).last().unwrap(),
            concat!(
                r#"WARN sphere_links: store failed store.operation="save" "#,
                "store.error=as the test ordered"
            )
        );
    }
}

#[test]
fn unreadable_entry_is_told() {
    for kind in BOTH {
        let told = events(kind, Fail, |store| store.spoil_entries("unreadable"));
        // At both looks.
        assert_eq!(told, ["WARN sphere_links: unreadable entry"; 2]);
    }
}

#[test]
fn lock_that_was_lost_is_told() {
    for kind in BOTH {
        let told = events(kind, Fail, |store| {
            store.spoil_entries("");
            store.lose_next_lock();
        });
        assert_eq!(told.last().unwrap(), "WARN sphere_links: lock lost");
    }
}

#[test]
fn store_that_works_is_silent() {
    for kind in BOTH {
        assert!(events(kind, Fail, |_| ()).is_empty());
    }
}
