//! The commands of a store, the same for both kinds of connections.
//!
//! Each script touches two keys at most, with the same part in braces, which is what Redis Cluster demands of a script.

use std::time::Duration;

use sphere_links::store::{Holder, Key};

use crate::resp::Command;

/// Takes the lock, unless somebody else has it. Once more by the same holder does no harm.
const LOCK: &str = "\
    local holder = redis.call('GET', KEYS[1]) \
    if holder and holder ~= ARGV[1] then return 0 end \
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) \
    return 1";

/// Saves and gives the lock back, if the holder has it. Once more, after a reply that was lost, it finds its own value.
const SAVE: &str = "\
    if redis.call('GET', KEYS[2]) == ARGV[2] then return 1 end \
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
    redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3]) \
    redis.call('DEL', KEYS[1]) \
    return 1";

/// Gives the lock back, if the holder has it.
const RELEASE: &str = "\
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
    return redis.call('DEL', KEYS[1])";

pub(crate) fn load(key: &Key) -> Command {
    Command::new([b"GET", link(key).as_bytes()])
}

pub(crate) fn lock(key: &Key, holder: &Holder, lasts: Duration) -> Command {
    script(LOCK, &[&lock_of(key)], &[holder.as_str().as_bytes(), millis(lasts).as_bytes()])
}

pub(crate) fn save(key: &Key, holder: &Holder, sealed: &[u8], lasts: Duration) -> Command {
    let lasts = millis(lasts);
    script(SAVE, &[&lock_of(key), &link(key)], &[holder.as_str().as_bytes(), sealed, lasts.as_bytes()])
}

pub(crate) fn release(key: &Key, holder: &Holder) -> Command {
    script(RELEASE, &[&lock_of(key)], &[holder.as_str().as_bytes()])
}

pub(crate) fn remove(key: &Key) -> Command {
    Command::new([b"DEL", link(key).as_bytes(), lock_of(key).as_bytes()])
}

fn script(text: &str, keys: &[&str], arguments: &[&[u8]]) -> Command {
    let count = keys.len().to_string();
    let mut parts = vec![b"EVAL".as_slice(), text.as_bytes(), count.as_bytes()];
    parts.extend(keys.iter().map(|key| key.as_bytes()));
    parts.extend(arguments);
    Command::new(parts)
}

fn link(key: &Key) -> String {
    format!("sphere-links:{{{}}}:link", key.as_str())
}

fn lock_of(key: &Key) -> String {
    format!("sphere-links:{{{}}}:lock", key.as_str())
}

/// Redis refuses a time of zero, and one that ends beyond its calendar.
fn millis(lasts: Duration) -> String {
    const TEN_THOUSAND_YEARS: u64 = 10_000 * 366 * 24 * 3600 * 1000;
    u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX).clamp(1, TEN_THOUSAND_YEARS).to_string()
}
