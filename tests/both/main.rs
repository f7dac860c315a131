//! What both backends do, and what crosses the crates. It is one program, since most of these tests wait.

mod clients;
mod conformance;
mod connection_limit;
mod contract;
mod diagnosis;
mod difference;
mod environment;
mod lookups;
mod money_requests;
mod operations;
mod platform_roots;
mod proxies;
mod secrets;
mod tls_sessions;
mod uploads;
