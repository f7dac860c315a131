//! What one process, or two that share nothing but the server, can see: values at rest, keys, locks, broken
//! connections.

use std::time::{Duration, Instant};

use sphere_bounded::{LIMIT, within};
use sphere_core::{ApiKey, Config, CustomerId, unstable::key_label};
use sphere_links::{Error, WhenStoreFails, blocking::Links, store::StoreError};
use sphere_links_redis::{EncryptionKey, RedisStore};
use sphere_sandbox::{Sandbox, Turn};
use tokio::runtime::{Builder, Runtime};

use crate::server::Server;

fn customer(id: &str) -> CustomerId {
    CustomerId::new(format!("customer_{id}")).unwrap()
}

fn config(sandbox: &Sandbox) -> Config {
    Config::builder(ApiKey::new(sandbox.api_key()).unwrap()).base_url(sandbox.base_url()).build().unwrap()
}

fn store(server: &Server, key: u8) -> RedisStore {
    RedisStore::new(&server.url(), EncryptionKey::new([key; 32])).unwrap()
}

fn links(server: &Server, sandbox: &Sandbox, key: u8, when_store_fails: WhenStoreFails) -> Links {
    let client = sphere_ureq::client(config(sandbox)).unwrap();
    Links::builder(client).build_with_store(store(server, key), when_store_fails)
}

fn async_links(
    server: &Server,
    sandbox: &Sandbox,
    when_store_fails: WhenStoreFails,
) -> (sphere_links::Links, Runtime) {
    let client = sphere_hyper::client(config(sandbox)).unwrap();
    let links = sphere_links::Links::builder(client).build_with_store(store(server, 1), when_store_fails);
    (links, Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

fn bounded(test: impl FnOnce() + Send + 'static) {
    within(LIMIT, test);
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn links_are_encrypted_at_rest() {
    bounded(|| {
        let (server, sandbox) = (Server::start(), Sandbox::start().unwrap());
        let links = links(&server, &sandbox, 1, WhenStoreFails::Fail);
        let face = links.face_verification_link(&customer("ada")).unwrap().into_url();
        let terms = links.terms_of_service_link(&customer("ada")).unwrap().into_url();

        let everything = server.everything();
        let names: Vec<_> = everything.iter().map(|(name, _)| name.as_str()).collect();
        let (account, base_url) = (key_label(&config(&sandbox), "sphere-links"), sandbox.base_url());
        assert_eq!(
            names,
            [
                format!("sphere-links:{{face-verification-link/customer_ada/{account}/{base_url}}}:link"),
                format!("sphere-links:{{terms-of-service-link/customer_ada/{account}/{base_url}}}:link"),
            ]
        );
        for (_, value) in &everything {
            for link in [&face, &terms] {
                // Six bytes are in no random value by chance.
                for part in link.as_bytes().windows(6) {
                    assert!(!value.windows(6).any(|window| window == part), "a part of {link} is in Redis");
                }
            }
        }
        let debug = format!("{:?} {links:?}", store(&server, 1));
        assert_eq!(debug, "RedisStore { .. } Links { min_remaining: 60s, max_customers: 10000, .. }");
    });
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn redis_forgets_a_link_when_it_expires() {
    bounded(|| {
        let (server, sandbox) = (Server::start(), Sandbox::builder().link_lifetime(Duration::from_secs(900)));
        let sandbox = sandbox.start().unwrap();
        let links = links(&server, &sandbox, 1, WhenStoreFails::Fail);
        links.face_verification_link(&customer("ada")).unwrap();
        let (name, _) = server.everything().remove(0);
        let left: u64 = server.text(&["PTTL", &name]).parse().unwrap();
        assert!((800_000..=900_000).contains(&left), "{left} ms");
    });
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn link_under_another_key_is_missing() {
    bounded(|| {
        let (server, sandbox) = (Server::start(), Sandbox::start().unwrap());
        let one = links(&server, &sandbox, 1, WhenStoreFails::Fail);
        let two = links(&server, &sandbox, 2, WhenStoreFails::Fail);
        let link = one.face_verification_link(&customer("ada")).unwrap();
        let replaced = two.face_verification_link(&customer("ada")).unwrap();
        assert_ne!(replaced, link);
        assert_eq!(two.face_verification_link(&customer("ada")).unwrap(), replaced);

        // Somebody who can write to Redis gives one customer's value to another.
        let (name, _) = server.everything().remove(0);
        assert_eq!(server.text(&["COPY", &name, &name.replace("customer_ada", "customer_eve")]), "1");
        let eves = two.face_verification_link(&customer("eve")).unwrap();
        assert_ne!(eves, replaced);
        // Nor is nonsense a link.
        assert_eq!(server.text(&["SET", &name, "nonsense"]), "OK");
        two.face_verification_link(&customer("ada")).unwrap();
        assert_eq!(sandbox.requests().len(), 4);
    });
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn restart_of_redis_fails_no_caller() {
    bounded(|| {
        let (mut server, sandbox) = (Server::start(), Sandbox::start().unwrap());
        let links = links(&server, &sandbox, 1, WhenStoreFails::Fail);
        let (async_links, runtime) = async_links(&server, &sandbox, WhenStoreFails::Fail);
        for _ in 0..3 {
            let link = links.face_verification_link(&customer("ada")).unwrap();
            assert_eq!(runtime.block_on(async_links.face_verification_link(&customer("ada"))).unwrap(), link);
            server.kill();
            server.start_again();
        }
        assert_eq!(sandbox.requests().len(), 3);
    });
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn connection_outlives_its_runtime() {
    bounded(|| {
        let (server, sandbox) = (Server::start(), Sandbox::start().unwrap());
        let (links, runtime) = async_links(&server, &sandbox, WhenStoreFails::Fail);
        let link = runtime.block_on(links.face_verification_link(&customer("ada"))).unwrap();
        drop(runtime);
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(runtime.block_on(links.face_verification_link(&customer("ada"))).unwrap(), link);
    });
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn dropped_call_gives_its_lock_back() {
    bounded(|| {
        let (server, sandbox) = (Server::start(), Sandbox::start().unwrap());
        let (links, runtime) = async_links(&server, &sandbox, WhenStoreFails::Fail);
        let (turn, _gate) = Turn::held();
        sandbox.reply_next(turn);
        let ada = customer("ada");
        let asking = {
            let (links, ada) = (links.clone(), ada.clone());
            runtime.spawn(async move { links.face_verification_link(&ada).await })
        };
        assert!(sandbox.wait_for_requests(1, LIMIT / 2));
        assert_eq!(server.everything().len(), 1, "the lock is not there");
        asking.abort();
        let start = Instant::now();
        while !server.everything().is_empty() {
            assert!(start.elapsed() < LIMIT / 2, "the lock is still there");
        }
    });
}

#[test]
fn missing_server_is_a_clear_error() {
    let sandbox = Sandbox::start().unwrap();
    let store = RedisStore::new("unix:///nowhere/redis.sock", EncryptionKey::new([1; 32])).unwrap();
    let client = sphere_ureq::client(config(&sandbox)).unwrap();
    let links = Links::builder(client).build_with_store(store, WhenStoreFails::Fail);
    let error = links.face_verification_link(&customer("ada")).unwrap_err();
    let line = "Redis: no connection: No such file or directory (os error 2)";
    assert!(matches!(&error, Error::Store(error) if *error == StoreError::new(line)), "{error}");
}
