//! A Redis server of a test's own: on a unix socket in a temporary folder, without persistence.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use redis::Commands as _;
use sphere_bounded::LIMIT;
use sphere_bounded::program::{Running, command};

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
        while self.responds().is_err() {
            assert!(start.elapsed() < LIMIT, "redis-server does not respond");
            thread::yield_now();
        }
    }

    pub fn kill(&mut self) {
        drop(self.running.take());
    }

    /// Lets it stand still, or go on: `STOP` or `CONT`.
    pub fn signal(&self, signal: &str) {
        let id = self.running.as_ref().unwrap().id().to_string();
        let output = sphere_bounded::program::run(command("kill").args(["-s", signal, &id]));
        assert!(output.status.success(), "{output:?}");
    }

    pub fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    pub fn connection(&self) -> redis::Connection {
        redis::Client::open(self.url()).unwrap().get_connection().unwrap()
    }

    /// All names and values in it.
    pub fn everything(&self) -> Vec<(String, Vec<u8>)> {
        let mut connection = self.connection();
        let mut names: Vec<String> = connection.keys("*").unwrap();
        names.sort();
        names.into_iter().map(|name| (name.clone(), connection.get(name).unwrap())).collect()
    }

    fn responds(&self) -> redis::RedisResult<()> {
        redis::cmd("PING").exec(&mut redis::Client::open(self.url())?.get_connection()?)
    }

    fn socket(&self) -> PathBuf {
        Path::join(&self.folder, "redis.sock")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
