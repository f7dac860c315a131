//! `first_transfer` as a process that is killed while a request is in flight, before the service has processed it or after,
//! at every request of a whole run, and started again: no intent is sent twice, and no transfer is lost from sight.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use sphere_bounded::LIMIT;
use sphere_bounded::program::{self, Running};
use sphere_sandbox::{Model, Sandbox, Turn};

const FLAVOURS: [&str; 2] = ["first_transfer", "first_transfer_blocking"];

/// A whole run has eleven, and more only while it waits for the bank.
const REQUESTS: usize = 13;

/// A service, and what the program remembers.
struct World {
    sandbox: Sandbox,
    example: PathBuf,
    folder: PathBuf,
}

impl World {
    fn new(flavour: &str, name: &str) -> Self {
        let sandbox = Sandbox::builder().model(Model::PlatformManaged).start().unwrap();
        let test = std::env::current_exe().unwrap();
        let example = test.parent().unwrap().parent().unwrap().join("examples").join(flavour);
        let folder = std::env::temp_dir().join(format!("killed-{}-{flavour}-{name}", std::process::id()));
        Self { sandbox, example, folder }
    }

    fn start(&self, arguments: &[&str]) -> Running {
        let mut command: Command = program::command(&self.example);
        command
            .env("SPHEREPAY_API_KEY", self.sandbox.api_key())
            .env("SPHEREPAY_BASE_URL", self.sandbox.base_url());
        Running::start(command.arg("--records").arg(&self.folder).args(arguments))
    }

    /// Runs it to its end, and gives the exit code. The bank pays whatever waits.
    fn run(&self, arguments: &[&str]) -> Option<i32> {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::SeqCst) {
                    let count = self.sandbox.requests().len();
                    self.sandbox.wait_for_requests(count + 1, Duration::from_millis(20));
                    for transfer in self.sandbox.transfers() {
                        transfer.becomes("succeeded");
                    }
                }
            });
            let output = self.start(arguments).wait(LIMIT);
            is_over.store(true, Ordering::SeqCst);
            let code = output.status.code();
            assert!(matches!(code, Some(0 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
            code
        })
    }

    /// Fails if an intent was sent twice.
    fn assert_sent_once(&self) {
        let mut seen = HashSet::new();
        for request in self.sandbox.requests() {
            if request.method == "POST" && request.path == "/v2/transfer" {
                let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
                assert!(seen.insert(body["externalId"].to_string()), "sent twice: {body}");
            }
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn killed_at(flavour: &str, request: usize, is_processed: bool) {
    let point = format!("{flavour}, request {request}, processed: {is_processed}");
    let world = World::new(flavour, &format!("{request}-{is_processed}"));
    for _ in 1..request {
        world.sandbox.reply_next(Turn::normal());
    }
    let (turn, gate) = if is_processed { Turn::processed_and_held() } else { Turn::held() };
    world.sandbox.reply_next(turn);
    let running = world.start(&[]);
    assert!(world.sandbox.wait_for_requests(request, LIMIT), "{point}");
    running.kill();
    gate.open();

    let mut code = world.run(&[]);
    if code == Some(3) {
        // It was in flight, and nobody knows more. To pay all the same is the caller's decision.
        let sent =
            world.sandbox.requests().iter().any(|one| one.method == "POST" && one.path == "/v2/transfer");
        assert!(sent && world.sandbox.transfers().is_empty(), "{point}");
        code = world.run(&["--again"]);
    }
    assert_eq!((code, world.sandbox.transfers().len()), (Some(0), 1), "{point}");
    world.assert_sent_once();
    // It is over, and stays so.
    assert_eq!((world.run(&[]), world.sandbox.transfers().len()), (Some(0), 1), "{point}");
    world.assert_sent_once();
}

#[test]
fn killed_program_never_pays_twice() {
    thread::scope(|scope| {
        for flavour in FLAVOURS {
            scope.spawn(move || {
                for request in 1..=REQUESTS {
                    for is_processed in [false, true] {
                        killed_at(flavour, request, is_processed);
                    }
                }
            });
        }
    });
}
