//! What the socket transports of the Sphere SDK share, so that they cannot differ.
//!
//! ```
//! use std::io;
//! use sphere_core::transport::{RequestBody, TransportErrorKind, TransportRequest};
//! use sphere_net::failure::{Phase, kind_of_io};
//! use sphere_net::proxy::HttpProxy;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let http = http::Request::get("https://api.spherepay.co/v2").body(RequestBody::empty())?;
//!     let request = TransportRequest::new(http);
//!     let tunnel = HttpProxy::new("http://proxy.example:3128")?.tunnel_to(request.target()?);
//!     assert!(tunnel.request().starts_with(b"CONNECT api.spherepay.co:443 HTTP/1.1\r\n"));
//!
//!     let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
//!     assert_eq!(kind_of_io(&refused, Phase::Connecting), TransportErrorKind::Connect);
//!     Ok(())
//! }
//! ```
//!
//! `sphere-hyper` and `sphere-ureq` carry bytes; every decision about those bytes is made here, once:
//!
//! - [`builder`]: what a transport can be told
//! - [`connection_limit`]: how many connections are in use at once, and who waits for the next
//! - [`failure`]: what an I/O or TLS error means, before and after the request may have been sent
//! - [`lookups`]: host names, looked up on at most eight threads and remembered for 30 seconds
//! - [`pool`]: which idle connection a request may take, when one is closed, and how many are kept
//! - [`proxy`]: what to say to an HTTP proxy, and which of its responses open a tunnel
//! - [`race`]: in which order a host's addresses are tried, and when the next one is
//! - [`response_guard`]: how large a response's head may be, and which framing is accepted
//! - [`tls`]: the rustls configuration, its roots, and the server's name
//!
//! There is no async runtime and no HTTP library in it. Two things here block: a [lookup](lookups), on a thread of
//! its own, and [waiting for a connection](connection_limit::ConnectionLimit::acquire_blocking).
//!
//! # Limits
//!
//! They are the same in both transports and cannot be changed:
//!
//! | what | limit | beyond it |
//! | --- | --- | --- |
//! | head of a response, in bytes | [32 KiB](response_guard::MAX_HEAD_BYTES) | kind `Protocol` |
//! | header lines of a response | [100](response_guard::MAX_HEADER_LINES) | kind `Protocol` |
//! | trailer lines after a chunked body | [100](response_guard::MAX_HEADER_LINES) | kind `Protocol` |
//! | trailers, in bytes | [8 KiB](response_guard::MAX_TRAILER_BYTES) | kind `Protocol` |
//! | line with a chunk's size and its extensions, in bytes | [20](response_guard::MAX_CHUNK_LINE_BYTES) | kind `Protocol` |
//! | response of a proxy to CONNECT, in bytes | 16 KiB | kind `Connect` |
//! | addresses tried for one host | [16](lookups::MAX_ADDRESSES) | the rest is not tried |
//! | lookups that run at the same time | [8](lookups::MAX_THREADS) | the next one waits |
//! | time until the next address is tried as well | [250 milliseconds](race::ATTEMPT_DELAY) | |
//! | time that addresses are remembered | [30 seconds](lookups::TIME_TO_LIVE) | looked up again |
//! | time that the address that worked is remembered | [10 minutes](lookups::WORKING_TIME) | raced again |
//! | TLS sessions kept for one server | [64](tls::MAX_TICKETS) | the oldest is dropped |

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod builder;
pub mod connection_limit;
pub mod failure;
pub mod lookups;
pub mod pool;
pub mod proxy;
pub mod race;
pub mod response_guard;
pub mod tls;
