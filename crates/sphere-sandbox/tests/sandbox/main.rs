//! What the sandbox promises, tested with raw HTTP over sockets: no client library stands between
//! these tests and the bytes.

mod check_page;
mod doors;
mod face_link;
mod journey;
mod lifecycle;
mod program;
mod replies;
mod requests;
mod tls;
mod wire;
