//! Opening a connection: lookup, TCP, a proxy's tunnel if one is set, and TLS, one after the other under one
//! time limit.
//!
//! All of it happens inside ureq's connect phase, before ureq writes anything, so whatever fails here is not
//! sent. The lookup is part of it: ureq itself would look the host up before every call, even one that uses a
//! pooled connection.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ClientConfig, ClientConnection};
use sphere_core::transport::{Target, TransportError, TransportErrorKind as Kind};
use sphere_net::failure::{Failure, Phase, is_out_of_descriptors};
use sphere_net::lookups::Lookups;
use sphere_net::proxy::{CONNECTING as TO_PROXY, HttpProxy};
use sphere_net::tls::server_name;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectionDetails, Connector, NextTimeout};

use crate::connect::connect;
use crate::connection::Connection;
use crate::error::other;
use crate::exchange::FOREVER;
use crate::lent::Lent;
use crate::pool::Pool;
use crate::socket::Socket;
use crate::{in_call, proxy};

/// Opens connections.
pub(crate) struct Dial {
    pub(crate) lookups: Lookups,
    pub(crate) tls: Arc<ClientConfig>,
    pub(crate) proxy: Option<HttpProxy>,
    pub(crate) pool: Pool,
}

impl Dial {
    /// Connects within `limit`. Whatever goes wrong here, no byte of a request has been sent.
    pub(crate) fn connect(&self, target: &Target, limit: Duration) -> Result<Connection, TransportError> {
        let deadline = Instant::now() + limit.min(FOREVER);
        let outcome = match self.open(target, deadline) {
            // Once more, without the idle connections.
            Err(error) if is_out_of_descriptors(&error) && self.pool.give_back() => {
                self.open(target, deadline)
            }
            outcome => outcome,
        };
        outcome.map_err(|error| {
            // A host that cannot be reached may have moved, and one with a wrong certificate too.
            self.lookups.forget(self.proxy.as_ref().map_or(target.host(), HttpProxy::host));
            let ran_out = error.kind() == Kind::Timeout;
            let error = if ran_out { Failure::no_connection(limit).into() } else { error };
            error.not_sent()
        })
    }

    fn open(&self, target: &Target, deadline: Instant) -> Result<Connection, TransportError> {
        let name = server_name(target)?;
        let open = self.pool.open(target);
        let connect = |host, port| {
            Ok::<_, Failure>(Socket::new(connect(&self.lookups, host, port, deadline)?, deadline))
        };
        let socket = match &self.proxy {
            None => connect(target.host(), target.port())?,
            Some(proxy) => {
                let socket = connect(proxy.host(), proxy.port());
                proxy::open_tunnel(socket.map_err(|failure| failure.within(TO_PROXY))?, proxy, target)?
            }
        };
        let connection = Connection::plain(socket, open);
        let Some(name) = name else { return Ok(connection) };
        let session = ClientConnection::new(Arc::clone(&self.tls), name.to_owned()).map_err(|error| {
            Failure::from_io(io::Error::other(error), Phase::Connecting, "the TLS handshake")
        })?;
        Ok(connection.secure(session)?)
    }
}

/// Gives ureq the kept connection that its call may use, or opens one.
#[derive(Debug)]
pub(crate) struct Supply(pub(crate) Arc<Dial>);

impl Connector for Supply {
    type Out = Lent;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Lent>, ureq::Error> {
        if let Some(kept) = in_call::take_connection() {
            return Ok(Some(Lent::new(kept)));
        }
        let target = in_call::take_target().ok_or(ureq::Error::ConnectionFailed)?;
        let connection = self.0.connect(&target, *details.timeout.after).map_err(other)?;
        Ok(Some(Lent::new(Box::new(connection))))
    }
}

impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dial")
            .field("lookups", &self.lookups)
            .field("proxy", &self.proxy)
            .field("pool", &self.pool)
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
