//! What a transport makes of a case, as far as both must agree.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use sphere_conformance::server::{Authority, Event, Identity, Received, Reply, Server};
use sphere_core::transport::{Delivery, TransportErrorKind as Kind, TransportRequest};
use sphere_hyper::HyperTransport;
use sphere_tests::transports::AnyTransport;
use sphere_ureq::UreqTransport;

use crate::grammar::{Case, End, Exchange, Piece};

/// More than any exchange takes: no case ends by the clock.
const AMPLE: Duration = Duration::from_secs(10);

/// The outcome of one exchange.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    pub outcome: Outcome,
    /// The connections on which the server read the request, counted from 0.
    pub came_on: Vec<usize>,
}

impl Observed {
    /// Whether the exchange ended by the clock. The server always does something more, so a transport has missed it.
    pub fn is_out_of_time(&self) -> bool {
        matches!(self.outcome, Outcome::Error(Kind::Timeout, ..))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Response(Head, Piece),
    Error(Kind, Delivery, Option<Head>),
}

/// A status and headers.
#[derive(Clone, Debug, PartialEq)]
pub struct Head(u16, Vec<String>);

impl Head {
    fn new(status: u16, headers: &HeaderMap) -> Self {
        let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            let value = value.as_bytes();
            // Long ones are told apart by their length.
            let shown = value[..value.len().min(50)].escape_ascii();
            format!("{name}: {shown} ({} bytes)", value.len())
        };
        Self(status, headers.iter().map(line).collect())
    }
}

/// The same for all cases: making certificates takes a while.
pub struct Tls {
    pem: String,
    identity: Identity,
}

impl Tls {
    pub fn new() -> Self {
        let authority = Authority::new();
        Self { pem: authority.pem(), identity: authority.good() }
    }
}

/// What both transports make of this case, sphere-hyper first.
pub fn of(case: &Case, tls: &Tls) -> [Vec<Observed>; 2] {
    // On this thread only, so that it does something only when it is told to.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let hyper = HyperTransport::builder().extra_roots_pem(tls.pem.as_str()).build().unwrap();
    let ureq = UreqTransport::builder().extra_roots_pem(tls.pem.as_str()).build().unwrap();
    [AnyTransport::Hyper(hyper, runtime), AnyTransport::Ureq(ureq)].map(|transport| run(case, tls, transport))
}

fn run(case: &Case, tls: &Tls, transport: AnyTransport) -> Vec<Observed> {
    let replies: Vec<_> = case.exchanges.iter().map(reply).collect();
    let respond = move |request: &Received| {
        let index = request.target()[1..].parse::<usize>().unwrap();
        replies[index].clone()
    };
    let server = if case.tls { Server::serve_tls(&tls.identity, respond) } else { Server::serve(respond) };
    let scheme = if case.tls { "https" } else { "http" };
    let mut observed = Vec::new();
    for (index, exchange) in case.exchanges.iter().enumerate() {
        let before = server.requests().len();
        let url = format!("{scheme}://{}/{index}", server.address());
        let outcome = match transport.send(request(exchange, &url)) {
            Ok(response) => Outcome::Response(
                Head::new(response.status().as_u16(), response.headers()),
                Piece(response.body().to_vec()),
            ),
            Err(error) => {
                let head = error.status().zip(error.headers());
                let head = head.map(|(status, headers)| Head::new(status.as_u16(), &headers));
                Outcome::Error(error.kind(), error.delivery(), head)
            }
        };
        let new = server.requests().split_off(before);
        for request in &new {
            wait_until_done(&server, request.connection(), request.number(), exchange.end);
        }
        look_at_sockets(&transport);
        observed.push(Observed { outcome, came_on: new.iter().map(Received::connection).collect() });
    }
    // First, so that the server finds all connections closed.
    drop(transport);
    observed
}

fn reply(exchange: &Exchange) -> Reply {
    let mut pieces = exchange.pieces.iter();
    let first = pieces.next().map_or(&[][..], |piece| &piece.0);
    let reply = pieces.fold(Reply::new(first), |reply, piece| reply.then(&piece.0));
    match exchange.end {
        End::Stay => reply,
        End::Close => reply.close(),
        End::Cut => reply.cut(),
        End::Reset => reply.reset(),
    }
}

fn request(exchange: &Exchange, url: &str) -> TransportRequest {
    let request = Request::builder().method(exchange.method).uri(url).header("user-agent", "sphere-test/1");
    let request = match exchange.method {
        "POST" => request.header("content-length", exchange.sends),
        _ => request,
    };
    let body = Bytes::from(vec![b'x'; exchange.sends]);
    TransportRequest::new(request.body(body.into()).unwrap())
        .with_time_left(AMPLE)
        .with_max_response_bytes(exchange.max_response_bytes)
}

/// Waits until the server has written everything and, if it ends the connection, has done so. What the next request
/// meets is then certain.
fn wait_until_done(server: &Server, connection: usize, number: usize, end: End) {
    server.wait_for(|event| match event {
        Event::Replied { request } => *request == number && end == End::Stay,
        Event::Closed { connection: closed, .. } => *closed == connection,
        _ => false,
    });
}

/// Lets the runtime find out what has happened to idle connections. sphere-ureq looks before it uses one.
fn look_at_sockets(transport: &AnyTransport) {
    /// Once for the socket, and a few times for the tasks that it wakes.
    const TURNS: usize = 8;
    if let AnyTransport::Hyper(_, runtime) = transport {
        runtime.block_on(async {
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
        });
    }
}
