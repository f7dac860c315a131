//! The commands of a store, the same for both kinds of connections.
//!
//! Each script touches two keys at most, with the same part in braces, which is what Redis Cluster demands of a script.

use std::time::Duration;

use redis::Cmd;
use sphere_links::store::{Holder, Key};

/// Takes the lock, unless somebody else has it. Once more by the same holder does no harm.
const LOCK: &str = "\
    local holder = redis.call('GET', KEYS[1]) \
    if holder and holder ~= ARGV[1] then return 0 end \
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) \
    return 1";

/// Saves and gives the lock back, if the holder has it.
const SAVE: &str = "\
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
    redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3]) \
    redis.call('DEL', KEYS[1]) \
    return 1";

/// Gives the lock back, if the holder has it.
const RELEASE: &str = "\
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
    return redis.call('DEL', KEYS[1])";

pub(crate) fn load(key: &Key) -> Cmd {
    let mut command = redis::cmd("GET");
    command.arg(link(key));
    command
}

pub(crate) fn lock(key: &Key, holder: &Holder, lasts: Duration) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command.arg(LOCK).arg(1).arg(lock_of(key)).arg(holder.as_str()).arg(millis(lasts));
    command
}

pub(crate) fn save(key: &Key, holder: &Holder, sealed: &[u8], lasts: Duration) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command.arg(SAVE).arg(2).arg(lock_of(key)).arg(link(key));
    command.arg(holder.as_str()).arg(sealed).arg(millis(lasts));
    command
}

pub(crate) fn release(key: &Key, holder: &Holder) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command.arg(RELEASE).arg(1).arg(lock_of(key)).arg(holder.as_str());
    command
}

pub(crate) fn remove(key: &Key) -> Cmd {
    let mut command = redis::cmd("DEL");
    command.arg(link(key)).arg(lock_of(key));
    command
}

fn link(key: &Key) -> String {
    format!("sphere-links:{{{}}}:link", key.as_str())
}

fn lock_of(key: &Key) -> String {
    format!("sphere-links:{{{}}}:lock", key.as_str())
}

/// Redis refuses a time of zero, and one that ends beyond its calendar.
fn millis(lasts: Duration) -> u64 {
    const TEN_THOUSAND_YEARS: u64 = 10_000 * 366 * 24 * 3600 * 1000;
    u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX).clamp(1, TEN_THOUSAND_YEARS)
}
