//! A Redis server of a test's own: on a unix socket in a temporary folder, without persistence.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use sphere_bounded::LIMIT;
use sphere_bounded::program::{Running, command, run};

/// Killed when it is dropped.
pub struct Server {
    folder: PathBuf,
    running: Option<Running>,
}

impl Server {
    pub fn start() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // In the system's folder, since the path of a socket has at most 107 bytes.
        let folder = std::env::temp_dir().join(format!("sphere-links-redis-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut server = Self { folder, running: None };
        server.start_again();
        server
    }

    /// Returns when it responds.
    pub fn start_again(&mut self) {
        let mut redis = command("redis-server");
        redis.args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"]).arg(self.socket());
        self.running = Some(Running::start(&mut redis));
        let start = Instant::now();
        while self.text(&["PING"]) != "PONG" {
            assert!(start.elapsed() < LIMIT, "redis-server does not respond");
            thread::yield_now();
        }
    }

    pub fn kill(&mut self) {
        drop(self.running.take());
    }

    pub fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// What the server replies to this command.
    pub fn reply(&self, arguments: &[&str]) -> Vec<u8> {
        let output = run(command("redis-cli").arg("-s").arg(self.socket()).args(arguments));
        let mut reply = output.stdout;
        // A line's end follows the reply.
        reply.pop();
        reply
    }

    /// A reply that is a text or a number.
    pub fn text(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.reply(arguments)).unwrap()
    }

    /// All names and values in it.
    pub fn everything(&self) -> Vec<(String, Vec<u8>)> {
        let names = self.text(&["KEYS", "*"]);
        let mut names: Vec<_> = names.lines().filter(|name| !name.is_empty()).map(str::to_owned).collect();
        names.sort();
        names.into_iter().map(|name| (name.clone(), self.reply(&["GET", &name]))).collect()
    }

    pub fn socket(&self) -> PathBuf {
        Path::join(&self.folder, "redis.sock")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
