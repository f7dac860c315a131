//! Opening a connection: lookup, TCP, a proxy's tunnel if one is set, and TLS, one after the other under one
//! time limit.
//!
//! All of it happens inside ureq's connect phase, before ureq writes anything, so whatever fails here is not
//! sent. The lookup is part of it: ureq itself would look the host up before every call, even one that uses a
//! pooled connection.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ClientConfig, ClientConnection};
use sphere_core::transport::TransportErrorKind as Kind;
use sphere_net::failure::{Failure, Phase};
use sphere_net::lookups::Lookups;
use sphere_net::proxy::{CONNECTING as TO_PROXY, HttpProxy};
use sphere_net::target::Target;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    ConnectionDetails, Connector, Either, NextTimeout, TcpConnector, Transport, time,
};

use crate::connection::Connection;
use crate::error::other;
use crate::{exchange, proxy};

/// Opens connections for ureq.
pub(crate) struct Dial {
    pub(crate) lookups: Lookups,
    pub(crate) tls: Arc<ClientConfig>,
    pub(crate) proxy: Option<HttpProxy>,
}

impl Dial {
    fn open(
        &self,
        target: &Target,
        details: &ConnectionDetails<'_>,
        budget: &Budget,
    ) -> Result<Connection, ureq::Error> {
        let socket = match &self.proxy {
            None => self.tcp((target.host(), target.port()), details, budget).map_err(other)?,
            Some(proxy) => {
                let socket = self.tcp((proxy.host(), proxy.port()), details, budget);
                let socket = socket.map_err(|failure| other(failure.within(TO_PROXY)))?;
                proxy::open_tunnel(
                    socket,
                    proxy,
                    target,
                    details,
                    budget.timeout(details.timeout).map_err(other)?,
                )?
            }
        };
        let connection = Connection::plain(socket, Arc::clone(&details.current_time), details.config);
        let Some(name) = target.server_name() else { return Ok(connection) };
        let session = ClientConnection::new(Arc::clone(&self.tls), name.to_owned())
            .map_err(|error| other(Failure::new(Kind::Setup, "starting TLS", error)))?;
        connection.secure(session, budget.timeout(details.timeout).map_err(other)?)
    }

    /// A TCP connection to a host and port.
    fn tcp(
        &self,
        (host, port): (&str, u16),
        details: &ConnectionDetails<'_>,
        budget: &Budget,
    ) -> Result<impl Transport + use<>, Failure> {
        const CONNECTING: &str = "connecting";

        let lookup = self.lookups.start(host, Instant::now());
        let addresses = lookup.wait(budget.left()?)?.ok_or_else(|| budget.spent())?;
        let mut details = with_timeout(details, budget.timeout(details.timeout)?);
        for address in addresses {
            details.addrs.push(SocketAddr::new(address, port));
        }
        match TcpConnector::default().connect(&details, None::<()>) {
            Ok(Some(Either::B(socket))) => Ok(socket),
            Ok(_) => Err(Failure::new(Kind::Connect, CONNECTING, "no socket")),
            Err(ureq::Error::Timeout(_)) => Err(budget.spent()),
            Err(error) => Err(Failure::from_io(error.into_io(), Phase::Connecting, CONNECTING)),
        }
    }
}

impl Connector for Dial {
    type Out = Connection;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<Connection>, ureq::Error> {
        let target = Target::of_url(details.uri).map_err(other)?;
        let budget = Budget::new(details.timeout);
        match self.open(&target, details, &budget) {
            Ok(connection) => Ok(Some(connection)),
            Err(error) => {
                // A host that cannot be reached may have moved, and one with a wrong certificate too.
                self.lookups.forget(self.proxy.as_ref().map_or(target.host(), HttpProxy::host));
                let ran_out = matches!(error, ureq::Error::Timeout(_));
                Err(if ran_out { other(budget.spent()) } else { error })
            }
        }
    }
}

/// The same details without addresses, and with this timeout.
fn with_timeout<'a>(details: &ConnectionDetails<'a>, timeout: NextTimeout) -> ConnectionDetails<'a> {
    ConnectionDetails {
        uri: details.uri,
        addrs: details.resolver.empty(),
        resolver: details.resolver,
        config: details.config,
        request_level: details.request_level,
        now: (details.current_time)(),
        timeout,
        current_time: Arc::clone(&details.current_time),
        run_connector: Arc::clone(&details.run_connector),
        register_shutdown: Arc::clone(&details.register_shutdown),
    }
}

/// How long opening a connection may take in all.
struct Budget {
    since: Instant,
    limit: Duration,
}

impl Budget {
    fn new(timeout: NextTimeout) -> Self {
        let limit = match timeout.after {
            time::Duration::Exact(limit) => limit,
            // Every call of ours sets one.
            time::Duration::NotHappening => exchange::FOREVER,
        };
        Self { since: Instant::now(), limit }
    }

    /// How much of it is left.
    fn left(&self) -> Result<Duration, Failure> {
        let left = self.limit.saturating_sub(self.since.elapsed());
        if left.is_zero() { Err(self.spent()) } else { Ok(left) }
    }

    /// How much of it is left, as a timeout of ureq's.
    fn timeout(&self, timeout: NextTimeout) -> Result<NextTimeout, Failure> {
        Ok(NextTimeout { after: time::Duration::Exact(self.left()?), ..timeout })
    }

    fn spent(&self) -> Failure {
        Failure::new(Kind::Timeout, "connecting", format!("no connection within {:?}", self.limit))
    }
}

impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dial")
            .field("lookups", &self.lookups)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

/// The resolver that ureq asks before every call: it has no addresses. [`Dial`] looks the host up when it opens
/// a connection.
#[derive(Debug)]
pub(crate) struct NoAddresses;

impl Resolver for NoAddresses {
    fn resolve(
        &self,
        _: &http::Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}
