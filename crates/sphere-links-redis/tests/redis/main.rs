//! The store over a real Redis server, which each test starts for itself. `bash .ci/redis` installs the server where it
//! can and runs these tests. Those in `scripted` need no Redis and always run.

mod caller;
mod failover;
mod many_processes;
mod one_process;
mod operations;
mod scripted;
mod server;
