//! Two servers behind one name, which change roles: the name is a link in the file system to the socket of the primary.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sphere_bounded::{LIMIT, within};
use sphere_core::{ApiKey, Config, CustomerId};
use sphere_links::{Error, WhenStoreFails};
use sphere_links_redis::{EncryptionKey, RedisStore};
use sphere_sandbox::Sandbox;
use tokio::runtime::Builder;

use crate::server::Server;

struct Pair {
    primary: Server,
    replica: Server,
    name: PathBuf,
}

impl Pair {
    fn start() -> Self {
        let (primary, replica) = (Server::start(), Server::start());
        let name = primary.socket().with_file_name("primary.sock");
        let pair = Self { primary, replica, name };
        Self::demote(&pair.replica);
        pair.point_to_primary();
        pair
    }

    /// There is no such primary: the replica never gets data.
    fn demote(server: &Server) {
        assert_eq!(server.text(&["CONFIG", "SET", "replica-serve-stale-data", "no"]), "OK");
        assert_eq!(server.text(&["REPLICAOF", "127.0.0.1", "1"]), "OK");
    }

    fn promote_replica(&mut self) {
        assert_eq!(self.replica.text(&["REPLICAOF", "NO", "ONE"]), "OK");
        std::mem::swap(&mut self.primary, &mut self.replica);
    }

    fn point_to_primary(&self) {
        let new = self.name.with_extension("new");
        symlink(self.primary.socket(), &new).unwrap();
        fs::rename(new, &self.name).unwrap();
    }

    fn store(&self) -> RedisStore {
        RedisStore::new(&format!("unix://{}", self.name.display()), EncryptionKey::new([1; 32])).unwrap()
    }
}

type Ask = Box<dyn Fn(&CustomerId) -> Result<String, Error> + Send>;

/// A blocking and an async process.
fn processes(pair: &Pair, sandbox: &Sandbox) -> [Ask; 2] {
    let config = Config::builder(ApiKey::new(sandbox.api_key()).unwrap()).base_url(sandbox.base_url());
    let config = config.build().unwrap();
    let client = sphere_ureq::client(config.clone()).unwrap();
    let links =
        sphere_links::blocking::Links::builder(client).build_with_store(pair.store(), WhenStoreFails::Fail);
    let client = sphere_hyper::client(config).unwrap();
    let async_links =
        sphere_links::Links::builder(client).build_with_store(pair.store(), WhenStoreFails::Fail);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    [
        Box::new(move |id| Ok(links.face_verification_link(id)?.into_url())),
        Box::new(move |id| Ok(runtime.block_on(async_links.face_verification_link(id))?.into_url())),
    ]
}

fn customer(number: usize) -> CustomerId {
    CustomerId::new(format!("customer_{number}")).unwrap()
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn failover_costs_at_most_the_calls_during_it() {
    within(LIMIT, || {
        let (mut pair, sandbox) = (Pair::start(), Sandbox::start().unwrap());
        for ask in processes(&pair, &sandbox) {
            ask(&customer(1)).unwrap();
            Pair::demote(&pair.primary);
            let line = ask(&customer(2)).unwrap_err().to_string();
            assert_eq!(line, "the store of links failed: Redis refused the command: MASTERDOWN");
            pair.promote_replica();
            pair.point_to_primary();
            ask(&customer(2)).unwrap();
        }
    });
}

/// The old primary stays up as a replica, and the name points to the new one before that.
#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn failover_during_calls_fails_none() {
    within(LIMIT, || {
        let (mut pair, sandbox) = (Pair::start(), Sandbox::start().unwrap());
        let failovers = AtomicUsize::new(0);
        let done = || failovers.load(Ordering::SeqCst) >= 4;
        let processes = processes(&pair, &sandbox);
        let failed: Vec<Error> = thread::scope(|scope| {
            let callers: Vec<_> = processes
                .into_iter()
                .map(|ask| {
                    scope.spawn(move || {
                        let outcomes = (0..).take_while(|_| !done()).map(|number| ask(&customer(number)));
                        outcomes.filter_map(Result::err).collect::<Vec<_>>()
                    })
                })
                .collect();
            while !done() {
                let before = sandbox.requests().len();
                pair.promote_replica();
                pair.point_to_primary();
                Pair::demote(&pair.replica);
                assert!(sandbox.wait_for_requests(before + 4, LIMIT));
                failovers.fetch_add(1, Ordering::SeqCst);
            }
            callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
        });
        assert!(failed.is_empty(), "{failed:?}");
    });
}
