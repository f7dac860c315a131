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

use crate::connection::Connection;
use crate::pool::Pool;
use crate::proxy;
use crate::race::connect;
use crate::socket::{FOREVER, Socket};

/// Opens connections.
pub(crate) struct Connector {
    pub(crate) lookups: Lookups,
    pub(crate) tls: Arc<ClientConfig>,
    pub(crate) proxy: Option<HttpProxy>,
    pub(crate) pool: Pool,
}

impl Connector {
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

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("lookups", &self.lookups)
            .field("proxy", &self.proxy)
            .field("pool", &self.pool)
            .finish_non_exhaustive()
    }
}
