//! What the sandbox promises, told by raw HTTP over sockets: no client library stands between
//! these tests and the bytes.

mod check_page;
mod endpoint;
mod journey;
mod lifecycle;
mod program;
mod replies;
mod requests;
mod tls;
mod wire;
