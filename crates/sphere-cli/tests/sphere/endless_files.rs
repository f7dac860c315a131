//! Files without an end: a command that is given one ends within its `--timeout`.

use sphere_sandbox::Sandbox;

use crate::run::run;

/// A named pipe that nobody writes to, removed when this is dropped.
#[cfg(target_os = "linux")]
struct NamedPipe(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl NamedPipe {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sphere-cli-{}-{name}", std::process::id()));
        let status = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(status.success());
        Self(path)
    }
}

#[cfg(target_os = "linux")]
impl Drop for NamedPipe {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn named_pipe_without_a_writer_is_given_up() {
    let sandbox = Sandbox::start().unwrap();
    let pipe = NamedPipe::new("authority.pem");
    let path = pipe.0.to_str().unwrap();
    let told = run(&sandbox, &["check", "--timeout", "0.1", "--ca-file", path]).failure(2);
    assert!(told.contains("cannot be read within 0.1 s"), "{told}");

    let pipe = NamedPipe::new("passport.jpg");
    let path = pipe.0.to_str().unwrap();
    let upload = ["document", "upload", path, "--target", "customer_ada", "--type", "liveness_report"];
    let told = run(&sandbox, &[&upload[..], &["--timeout", "0.1"]].concat()).failure(2);
    assert!(told.contains("cannot be read within 0.1 s"), "{told}");
    assert!(!told.contains("passport"), "{told}");
    assert!(sandbox.requests().is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn file_without_an_end_is_too_large() {
    let sandbox = Sandbox::start().unwrap();
    let told = run(&sandbox, &["check", "--ca-file", "/dev/zero"]).failure(2);
    assert!(told.contains("has more than 4194304 bytes"), "{told}");
    assert!(sandbox.requests().is_empty());
}
